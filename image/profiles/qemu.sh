# shellcheck shell=bash disable=SC2034  # image/build reads them
# The virtual machine `virt` of arm64, with UEFI.
architecture=arm64
kernel=linux-image-arm64
console=ttyAMA0
efi=arm64-efi
efi_name=BOOTAA64.EFI
monolithic=grubaa64.efi
extra_packages=grub-efi-arm64-bin
