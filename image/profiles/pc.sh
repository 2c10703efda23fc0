# shellcheck shell=bash disable=SC2034  # image/build reads them
# A PC with UEFI, or a virtual machine.
architecture=amd64
kernel=linux-image-amd64
console=ttyS0
loader=grub
efi=x86_64-efi
efi_name=BOOTX64.EFI
monolithic=grubx64.efi
extra_packages=grub-common,grub-efi-amd64-bin
