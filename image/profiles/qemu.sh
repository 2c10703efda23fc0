# shellcheck shell=bash disable=SC2034  # image/build reads them
# A virtual machine with a 64-bit Arm processor and UEFI: QEMU's `virt`. What
# the Raspberry Pi's image shares with it is tried here.
architecture=arm64
kernel=linux-image-arm64
console=ttyAMA0
loader=grub
efi=arm64-efi
efi_name=BOOTAA64.EFI
monolithic=grubaa64.efi
extra_packages=grub-common,grub-efi-arm64-bin
