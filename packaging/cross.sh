# shellcheck shell=bash
# Builds both programs for arm64 on another processor: in a Debian trixie that
# is made once and kept, with its cross compilers and its rustc-web. Sourced
# after scripts/setup.sh and packaging/debian.sh.

cross_target=aarch64-unknown-linux-gnu
cross_packages=build-essential,crossbuild-essential-arm64,cmake,clang,libclang-dev,pkgconf
cross_packages+=,rustc-web,cargo-web,libstd-rust-web-dev:arm64,qemu-user
cross_packages+=,libasound2-dev:arm64,libsonic-dev:arm64,libssl-dev
# shellcheck disable=SC2154  # scripts/setup.sh sets $cache
cross_folder=$cache/cross

# Sets $cross_root, and makes it where it is not yet.
cross_root() {
    local id
    id=$(sha256sum <<<"$cross_packages" | cut -c 1-12)
    cross_root=$cross_folder/trixie-$id
    [ ! -d "$cross_root" ] || return 0
    need_packages mmdebstrap
    step "Making a Debian with cross compilers, once (2 GB)"
    mkdir -p "$cross_folder"
    rm -rf --one-file-system "$cross_root.new"
    debian_root amd64,arm64 trixie "$cross_root.new" --include="$cross_packages" >&2
    mv "$cross_root.new" "$cross_root"
}

# emulated COMMAND ...: runs a program for arm64 by the QEMU of that Debian: with
# that of Debian 12 (7.2), ONNX Runtime crashes.
emulated() { "$cross_root/usr/bin/qemu-aarch64" -cpu cortex-a76 -L "$cross_root" "$@"; }

in_cross_root() {
    # shellcheck disable=SC2154  # whoever sources this sets $root
    enter "$cross_root" "$root:/src" "$cross_folder/target:/target" \
        "${CARGO_HOME:-$HOME/.cargo}/registry:/cargo/registry" -- "$@"
}

# Builds for arm64 into target/arm64.
cross_build() {
    [ "$(id -u)" -eq 0 ] || die "a chroot can only be entered by root" "run it with sudo"
    [ "$(dpkg --print-architecture)" = amd64 ] ||
        die "the cross build is for amd64 machines" "on arm64 itself, build without --arch"
    need_packages rustc-web cargo-web
    mkdir -p "$cross_folder/target"
    # One checkout at a time, until what it built is copied.
    exec 8>"$cross_folder/build.lock"
    flock 8
    cross_root
    (cd "$root" && cargo fetch --quiet --locked)
    step "Building for arm64"
    local tool=aarch64-linux-gnu env=${cross_target//-/_}
    # In the checkout, whose .cargo/config.toml says how native code is built.
    in_cross_root env --chdir=/src CARGO_HOME=/cargo CARGO_NET_OFFLINE=true CARGO_TARGET_DIR=/target \
        "CARGO_TARGET_${env^^}_LINKER=$tool-gcc" \
        "CC_$env=$tool-gcc" "CXX_$env=$tool-g++" "AR_$env=$tool-ar" \
        "CFLAGS_$env=-mtune=cortex-a76" "CXXFLAGS_$env=-mtune=cortex-a76" \
        PKG_CONFIG_ALLOW_CROSS=1 \
        "PKG_CONFIG_LIBDIR_$env=/usr/lib/$tool/pkgconfig:/usr/share/pkgconfig" \
        "BINDGEN_EXTRA_CLANG_ARGS_$env=--target=$tool -I/usr/$tool/include" \
        cargo build --release --locked \
        --package mynah --package mynah-llm --target "$cross_target" >&2 ||
        die "the cross build failed" "the compiler's words are above"
    check_speed
    lay_out_cross
    exec 8>&-
}

# Whether ggml uses the dot product and half precision: what a build script
# sets quietly, it can also quietly lose.
check_speed() {
    local library words
    library=$(find "$cross_folder/target/$cross_target/release/build/llama-cpp-sys-2"-*/out/lib* \
        -name libggml-cpu.a -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)
    [ -n "$library" ] || die "the build of llama-cpp-sys-2 left no ggml"
    words=$(in_cross_root aarch64-linux-gnu-objdump -d "/target${library#"$cross_folder/target"}" |
        grep -oE '\bsdot\b|\bfmla\s+v[0-9]+\.8h' | sed 's/\s.*//' | sort | uniq -c | tr -s ' \n' ' ')
    case $words in
        *fmla*sdot*) say "ggml:$words" ;;
        *) die "ggml was built without dot product or half precision ($words)" \
            "see .cargo/ggml.cmake" ;;
    esac
}

# Lays what belongs together into one folder, as a build for this machine does;
# without debugging symbols.
lay_out_cross() {
    local to=$root/target/arm64 program data
    mkdir -p "$to"
    for program in mynah mynah-llm; do
        in_cross_root aarch64-linux-gnu-strip -o "/src/target/arm64/$program" \
            "/target/$cross_target/release/$program"
    done
    # espeak-ng makes its data only where it can run: those of this machine,
    # which are the same for every processor.
    data=$root/target/release/espeak-ng-data
    if [ ! -e "$data/phontab" ]; then
        # shellcheck disable=SC2154  # scripts/setup.sh sets it
        need_packages "${for_building[@]}"
        (cd "$root" && cargo build --release --locked --package espeak-rs-sys >&2)
        data=$(find "$CARGO_TARGET_DIR"/release/build/espeak-rs-sys-*/out/share/espeak-ng-data -name phontab \
            -printf '%T@ %h\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)
    fi
    [ -n "$data" ] || die "the build left no \`espeak-ng-data\`"
    rm -rf "$to/espeak-ng-data"
    cp -r "$data" "$to/"
}

# cross_models STORE MYNAH: sets $cross_models, a store with the models of STORE
# as hard links, and with ONNX Runtime for arm64, which MYNAH, a program for it,
# fetches under emulation.
cross_models() {
    local store=${1:?} program=${2:?} folder
    cross_models=${cross_folder:?}/models
    mkdir -p "$cross_models"
    for folder in "$store"/*/; do
        folder=${folder%/}
        [ "${folder##*/}" != onnxruntime ] || continue
        rm -rf "${cross_models:?}/${folder##*/}"
        cp -al "$folder" "$cross_models/" 2>/dev/null || cp -a "$folder" "$cross_models/"
    done
    need_packages python3-pip
    cross_root
    MYNAH_MODELS=$cross_models emulated "$program" models fetch onnxruntime >&2
}
