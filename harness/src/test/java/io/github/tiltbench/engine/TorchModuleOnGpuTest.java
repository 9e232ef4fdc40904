package io.github.tiltbench.engine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same on a GPU. */
@Tag("gpu")
@ExtendWith(OnGpu.class)
class TorchModuleOnGpuTest extends TorchModuleTest {}
