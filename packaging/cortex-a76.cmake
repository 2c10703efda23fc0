# How CMake compiles native libraries for the Raspberry Pi 5 on another machine.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# espeak-ng compiles its dictionaries with itself.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)
# The build script of llama.cpp insists on plain armv8-a, which switches off
# half precision and the dot product: several times slower.
set(GGML_CPU_ARM_ARCH armv8.2-a+dotprod+fp16 CACHE STRING "" FORCE)
