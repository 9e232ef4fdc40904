package io.github.tiltbench.run;

import io.github.tiltbench.engine.OnGpu;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same on a GPU. */
@Tag("gpu")
@ExtendWith(OnGpu.class)
class OutOfMemoryOnGpuTest extends OutOfMemoryTest {}
