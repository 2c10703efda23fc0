# Read by CMake where it builds ggml (config.toml says so). The build script
# of llama.cpp sets the first ARMv8 and lets nothing else count, which leaves out
# the dot product and the half precision of the Raspberry Pi 5's Cortex-A76.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(GGML_CPU_ARM_ARCH "armv8.2-a+fp16+dotprod+rcpc" CACHE STRING "" FORCE)
endif()
