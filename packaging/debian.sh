# shellcheck shell=bash
# Debian root file systems and where they come from: this machine's own mirror.
# Sourced after scripts/setup.sh.

# The mirrors that this machine's apt reads Debian from: $mirror, $security.
# MYNAH_MIRROR and MYNAH_SECURITY_MIRROR name others.
find_mirrors() {
    local targets
    # shellcheck disable=SC2016  # apt-get expands them
    targets=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null || true)
    mirror=${MYNAH_MIRROR:-$(sed -n 's/^Debian|Debian|//p' <<<"$targets" | head -n 1)}
    security=${MYNAH_SECURITY_MIRROR:-$(sed -n 's/^Debian|Debian-Security|//p' <<<"$targets" | head -n 1)}
    if [ -z "$mirror" ] || [ -z "$security" ]; then
        die "this machine's apt knows no Debian mirror" \
            "name two: MYNAH_MIRROR=URL MYNAH_SECURITY_MIRROR=URL"
    fi
}

# debian_root ARCHITECTURES SUITE TARGET [mmdebstrap's options]: makes a root
# file system with apt, without documentation.
debian_root() {
    local architectures=$1 suite=$2 target=$3
    shift 3
    find_mirrors
    mmdebstrap --variant=apt --architectures="$architectures" --mode=root --quiet \
        --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$@" "$suite" "$target" \
        "deb $mirror $suite main" "deb $security $suite-security main"
}

# need_emulation ARCHITECTURE: lets this machine run programs of another
# processor, in chroots too: the kernel hands them to QEMU.
need_emulation() {
    [ "$1" != "$(dpkg --print-architecture)" ] || return 0
    [ "$1" = arm64 ] || die "programs for $1 cannot be run here" "there is: arm64"
    need_packages qemu-user-static arch-test
    local formats=/proc/sys/fs/binfmt_misc
    [ -e "$formats/register" ] || mount -t binfmt_misc binfmt_misc "$formats" ||
        die "this kernel runs no foreign programs (\`binfmt_misc\`)"
    # As the machine's CPU, where the model is left open, is one with everything.
    export QEMU_CPU=${QEMU_CPU:-cortex-a76}
    [ ! -e "$formats/qemu-aarch64" ] || return 0
    # What an ELF file of this processor begins with; F: QEMU is opened now, so
    # that a chroot need not hold it.
    printf '%s' ':qemu-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:OCPF' \
        >"$formats/register"
}

# enter CHROOT [FROM:TO ...] -- COMMAND ...: runs a command in a chroot, with
# folders of this machine laid into it. What is mounted is gone when it ends.
enter() {
    local chroot=$1 laid=()
    shift
    while [ "$1" != -- ]; do
        mkdir -p "$chroot/${1#*:}"
        laid+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2016  # the inner shell expands them
    unshare --mount bash -euc '
        chroot=$1 laid=$2
        shift 2
        mount -t proc proc "$chroot/proc"
        mount --rbind /dev "$chroot/dev"
        for pair in $laid; do
            mount --bind "${pair%%:*}" "$chroot${pair#*:}"
        done
        exec chroot "$chroot" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ \
            DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 ${QEMU_CPU:+QEMU_CPU=$QEMU_CPU} "$@"
    ' enter "$chroot" "${laid[*]}" "$@"
}
