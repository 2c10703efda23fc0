# shellcheck shell=bash disable=SC2034,SC2154  # image/build reads and sets them
# A Raspberry Pi 5. Debian's kernel cannot start it from a card, so kernel,
# firmware, and for the AI HAT+ 2 driver and library, come from the maker's
# archive; everything else is Debian's, as in the other profiles.
architecture=arm64
kernel=linux-image-rpi-2712
console=ttyAMA10
loader=tryboot
# Driver, library and the firmware that the driver hands to the HAT must be of
# one version: docs/hailo.md.
hailort=5.1.1
extra_packages=firmware-brcm80211

profile_check() {
    [ -n "$archive" ] || die "no archive is given for the Raspberry Pi's kernel and firmware" \
        "image/build rpi5 --archive URL --archive-key FILE: the maker's apt archive, or a mirror of it"
    [ -n "$archive_key" ] || die "no key is given for the archive \`$archive\`" \
        "--archive-key FILE: its maker publishes it; nothing unsigned is taken"
    [ -s "$archive_key" ] || die "there is no key in \`$archive_key\`"
}

profile_options() {
    archive_key=$(realpath "$archive_key")
    cp "$root/image/rpi5/preferences" "$scratch/preferences"
    if [ -z "$without_hat" ]; then
        extra_packages+=,h10-hailort,h10-hailort-pcie-driver,dkms,linux-headers-rpi-2712,g++,make
        printf '\nPackage: h10-hailort h10-hailort-pcie-driver\nPin: version %s*\nPin-Priority: 1001\n' \
            "$hailort" >>"$scratch/preferences"
    fi
    # One that is made anew for another archive or version.
    base_id="$archive $(sha256sum "$archive_key" "$scratch/preferences")"
    base_options=(
        "--setup-hook=mkdir -p \"\$1/etc/apt/sources.list.d\" \"\$1/etc/apt/preferences.d\""
        "--setup-hook=cp '$scratch/preferences' \"\$1/etc/apt/preferences.d/raspberrypi\""
        "--setup-hook=echo 'deb [signed-by=$archive_key] $archive trixie main' >\"\$1/etc/apt/sources.list.d/raspberrypi.list\""
    )
}

# Builds the HAT's driver for this very kernel, and the shim for this very
# library; then leaves out what only a build needs.
profile_fill() {
    local package
    [ -z "$without_hat" ] || return 0
    for package in h10-hailort h10-hailort-pcie-driver; do
        # shellcheck disable=SC2016  # dpkg-query expands it
        case $(chroot "$tree" dpkg-query -W -f='${Version}' "$package") in
            "$hailort"*) ;;
            *) die "the archive's \`$package\` is not of version $hailort" \
                "correct the version in image/profiles/rpi5.sh; driver and library must be of one" ;;
        esac
    done
    step "Building the HAT's driver for $release"
    enter "$tree" -- dkms autoinstall -k "$release" >&2
    [ -n "$(find "$tree/usr/lib/modules/$release" -name 'hailo1x_pci.ko*')" ] ||
        die "dkms has built no \`hailo1x_pci\` for $release" "its log: var/lib/dkms/*/*/build/make.log"
    enter "$tree" -- mynah-llm build-shim >&2
    # Not through dpkg: the driver's package wants them. A system that is only
    # ever replaced as a whole does not miss them.
    rm -rf "$tree"/usr/{src,include} "$tree"/usr/lib/{gcc,linux-kbuild-*} "$tree/var/lib/dkms" \
        "$tree"/usr/libexec/gcc "$tree"/usr/bin/aarch64-linux-gnu-*
    find "$tree/usr/lib/aarch64-linux-gnu" -name '*.a' -delete
}
