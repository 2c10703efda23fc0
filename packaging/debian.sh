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
