# shellcheck shell=bash
# What ./run and ./test share: installs what is missing, builds, fetches the
# models. Everything it says goes to stderr, so that `./run ... --json` stays
# pure. Sourced with $root set to the checkout.

# shellcheck disable=SC2154  # the sourcing script sets it
cache=${MYNAH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mynah}
# Native libraries take minutes to build: one build folder for all checkouts.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
# Rust 1.95. Debian's own is older, but its rustc-web follows the releases.
need_rust=95

if [ -t 2 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }
say() { printf '    %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf 'hint: %s\n' "$@" >&2
    exit 1
}

# Whether what a Debian package is needed for is there, from wherever.
have() {
    case $1 in
        build-essential) command -v g++ make >/dev/null ;;
        cmake | clang | git | shellcheck) command -v "$1" >/dev/null ;;
        pkg-config) command -v pkg-config >/dev/null ;;
        mosquitto) command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] ;;
        rustc-web | cargo-web | rustfmt-web) [ "$(rust_minor)" -ge $need_rust ] ;;
        python3-pip) python3 -m pip --version >/dev/null 2>&1 ;;
        *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    esac
}

# Runs apt-get as root, if this user may.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 126
    fi
}

# Installs those of the packages that are missing.
need_packages() {
    local package missing=()
    PATH=$PATH:$HOME/.cargo/bin
    for package in "$@"; do
        have "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    case " ${missing[*]} " in
        *" rustc-web "*)
            ! command -v rustup >/dev/null ||
                die "this project needs Rust 1.$need_rust, and rustup's is older" "run: rustup update stable"
            ;;
    esac
    apt_install "${missing[@]}"
    hash -r
    for package in "${missing[@]}"; do
        have "$package" || die "\`$package\` is installed and is not enough" \
            "Rust: enable Debian's security archive (rustc-web there is newer than 1.$need_rust), or use rustup"
    done
}

apt_install() {
    local by_hand="sudo apt-get update && sudo apt-get install --yes $*"
    command -v apt-get >/dev/null ||
        die "these Debian packages are missing: $*" "install what they hold in your system's own way"
    as_root true || die "these packages are missing, and this user may not install them: $*" "run: $by_hand"
    step "Installing $*"
    {
        as_root apt-get update -qq &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install --yes -qq --no-install-recommends "$@"
    } >&2 || die "apt-get could not install: $*" "look at its words above, then run: $by_hand"
}

rust_minor() {
    local version
    version=$(cargo --version 2>/dev/null) || { echo 0; return; }
    version=${version#cargo 1.}
    version=${version%%.*}
    [[ $version =~ ^[0-9]+$ ]] && rustc --version >/dev/null 2>&1 && echo "$version" || echo 0
}

# What a build takes.
# shellcheck disable=SC2034  # the sourcing scripts read it
for_building=(build-essential cmake clang libclang-dev pkg-config
    libasound2-dev libsonic-dev libssl-dev python3-pip ca-certificates
    rustc-web cargo-web rustfmt-web)

# One checkout builds at a time, and what it built is copied before the next.
lock_build() {
    mkdir -p "$cache"
    exec 9>"$cache/build.lock"
    flock --nonblock 9 || {
        say "another checkout is building; waiting for it"
        flock 9
    }
}

unlock_build() { exec 9>&-; }

# Cargo does not see when native code is to be compiled in another way.
forget_native() {
    local crates=(llama-cpp-sys-2)
    [ "$(cat "$CARGO_TARGET_DIR/native" 2>/dev/null)" != "$1" ] || return 0
    if [ -d "$CARGO_TARGET_DIR/release/build" ]; then
        say "the way in which native code is compiled has changed"
        (cd "$root" && cargo clean --quiet --release --locked "${crates[@]/#/--package=}" >&2)
    fi
}

build() {
    local quiet=() native
    native=$(cd "$root" && cat .cargo/* | sha256sum)
    forget_native "$native"
    if [ -x "$root/target/release/mynah" ]; then quiet=(--quiet); else step "Building"; fi
    (cd "$root" && cargo build --release --workspace --locked "${quiet[@]}" >&2) ||
        die "the build failed" "the compiler's words are above"
    printf '%s\n' "$native" >"$CARGO_TARGET_DIR/native"
    local program
    mkdir -p "$root/target/release"
    for program in mynah mynah-llm; do
        local from=$CARGO_TARGET_DIR/release/$program to=$root/target/release/$program
        if [ ! "$from" -ef "$to" ] && ! cmp -s "$from" "$to"; then
            cp --remove-destination "$from" "$to"
        fi
    done
    # What the voice needs to pronounce words; it is looked for beside the program.
    local data=$root/target/release/espeak-ng-data built
    if [ ! -e "$data/phontab" ]; then
        for built in "$CARGO_TARGET_DIR"/release/build/espeak-rs-sys-*/out/share/espeak-ng-data; do
            [ -e "$built/phontab" ] || continue
            rm -rf "$data"
            cp -r "$built" "$data"
            break
        done
    fi
}

models() {
    local list
    list=$("$root/target/release/mynah" models list --json) || die "mynah models list failed"
    case $list in
        *'"default":true,"present":false'*) ;;
        *) return 0 ;;
    esac
    step "Fetching the models (1.3 GB; an interrupted fetch goes on where it stopped)"
    "$root/target/release/mynah" models fetch >&2 || exit 1
}
