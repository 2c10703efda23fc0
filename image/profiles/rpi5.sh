# shellcheck shell=bash disable=SC2034,SC2154  # shared with image/build
# The Raspberry Pi 5 with the AI HAT+ 2: kernel, firmware and the HAT's packages
# from the Raspberry Pi archive, all of one version and held there.
#
# Not tried on the device. Everything that this profile shares with `pc` and
# `qemu` is; what is its own is in this file.
architecture=arm64
kernel=linux-image-rpi-2712
console=ttyAMA10
extra_packages=raspi-firmware,rpi-eeprom,firmware-brcm80211,wpasupplicant,comitup
extra_packages+=,dkms,linux-headers-rpi-2712,h10-hailort,h10-hailort-pcie-driver

if [ -z "$archive" ] || [ -z "$archive_key" ]; then
    die "profile rpi5 takes its kernel and the HAT's packages from the Raspberry Pi archive" \
        "say where it is: --archive URL --archive-key FILE"
fi
