# shellcheck shell=bash disable=SC2154  # image/build sets them
# Machines with UEFI: GRUB as Debian built it, its variables and its script.
# Kernel and initrd lie in the slot itself. Sourced by image/build.

# What system.conf says of it.
loader_settings() {
    echo "bootloader=grub"
    echo "grubenv=/boot/firmware/EFI/debian/grubenv"
}

# What only this loader needs in the system.
loader_fill() { :; }

# What each slot has beside its root file system.
loader_slots() { :; }
loader_manifest() { :; }

# loader_files FOLDER: what goes onto the partition that the owner sees.
loader_files() {
    mkdir -p "$1/EFI/BOOT" "$1/EFI/debian"
    cp "$tree/usr/lib/grub/$efi/monolithic/$monolithic" "$1/EFI/BOOT/$efi_name"
    sed "s/@CONSOLE@/$console/" "$root/image/grub.cfg" >"$1/EFI/debian/grub.cfg"
    grub-editenv "$1/EFI/debian/grubenv" create
    grub-editenv "$1/EFI/debian/grubenv" set "ORDER=A B" A_OK=1 A_TRY=0 B_OK=0 B_TRY=0
}

# The partitions before the roots: lines of NAME MB TYPE FILE.
loader_partitions() {
    # U: UEFI looks for its loader on a partition of this type.
    echo "boot 128 U $scratch/boot.vfat"
}
