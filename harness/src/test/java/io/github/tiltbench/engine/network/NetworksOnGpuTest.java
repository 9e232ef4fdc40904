package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.OnGpu;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same on a GPU. */
@Tag("gpu")
@ExtendWith(OnGpu.class)
class NetworksOnGpuTest extends NetworksTest {}
