# shellcheck shell=bash disable=SC2154  # image/build sets them
# The Raspberry Pi 5, whose firmware reads FAT only and has no memory but one
# flag, `tryboot`, that lasts for one start: autoboot.txt on the first partition
# names the partition that starts, and the one that starts with that flag. So
# each slot has a FAT partition with its kernel. Sourced by image/build.

# A partition that any computer shows, and one of a slot.
basic=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
boot_slot_mb=192

loader_settings() {
    echo "bootloader=custom"
    printf '\n[handlers]\nbootloader-custom-backend=/usr/libexec/mynah/tryboot\n'
}

loader_fill() { install -m 755 "$root/image/rpi5/tryboot" -t "$tree/usr/libexec/mynah"; }

loader_slots() {
    local number
    for number in 0 1; do
        printf '\n[slot.boot.%s]\ndevice=/dev/disk/by-partlabel/boot-%s\ntype=vfat\nparent=rootfs.%s\n' \
            "$number" "$( [ "$number" = 0 ] && echo a || echo b)" "$number"
    done
}

loader_manifest() { printf '\n[image.boot]\nfilename=boot.vfat\n'; }

loader_files() {
    slot_files "$scratch/slot"
    fat KERNEL 7a11b008 "$boot_slot_mb" "$scratch/slot" "$scratch/slot.vfat"
    cp "$root/image/rpi5/autoboot.txt" "$1/"
}

# slot_files FOLDER: the same for either slot; config.txt tells them apart.
slot_files() {
    local modules=$tree/usr/lib/modules/$release from slot trees
    mkdir -p "$1/overlays"
    cp "$root/image/rpi5/config.txt" "$1/"
    for slot in A B; do
        sed "s/@SLOT@/$slot/" "$root/image/rpi5/cmdline.txt" >"$1/cmdline-${slot,}.txt"
    done
    mv "$tree/boot/vmlinuz" "$tree/boot/initrd.img" "$1/"
    # Debian's kernels from 6.18 on keep the trees with the modules.
    for from in "$tree/usr/lib/linux-image-$release" "$modules/dtb"; do
        [ ! -d "$from" ] || break
    done
    trees=$(find "$from/" -name 'bcm2712*.dtb')
    [ -n "$trees" ] || die "the kernel $release has no device tree for the Raspberry Pi 5"
    # shellcheck disable=SC2086  # words on purpose
    cp $trees "$1/"
    find "$from/overlays/" \( -name '*.dtb*' -o -name README \) -exec cp -t "$1/overlays" {} + 2>/dev/null || true
    [ -e "$1/overlays/cma.dtbo" ] || [ -n "${without_hat-}" ] ||
        die "the kernel $release has no overlay \`cma\`, which the AI HAT+ 2 needs"
}

loader_partitions() {
    echo "boot 64 $basic $scratch/boot.vfat"
    echo "boot-a $boot_slot_mb $basic $scratch/slot.vfat"
    echo "boot-b $boot_slot_mb $basic $scratch/slot.vfat"
}
