# shellcheck shell=bash disable=SC2154  # image/boot-test sets them
# The emulated machine of the boot test: its power switch, its screen, and a
# shell in it. Sourced by image/boot-test.

machine=''
# So many seconds of this machine's clock the emulated one may take for anything.
patience=7200

# Sets $emulator. QEMU is trixie's, in a Debian that is made once: in that of
# Debian 12 (7.2), ONNX Runtime crashes.
make_emulator() {
    local packages=qemu-system-arm,qemu-efi-aarch64
    [ "$profile" != pc ] || packages=qemu-system-x86,ovmf
    emulator=$cache/emulator-$(sha256sum <<<"$packages" | cut -c 1-12)
    [ ! -d "$emulator" ] || return 0
    step "Making a Debian with QEMU, once (0.6 GB)"
    rm -rf --one-file-system "$emulator.new"
    debian_root "$(dpkg --print-architecture)" trixie "$emulator.new" --include="$packages" >&2
    mv "$emulator.new" "$emulator"
}

# The newer QEMU, by that Debian's own libraries and not in a chroot: its files
# are this machine's.
qemu() {
    local loader libraries program=$1
    shift
    loader=$(find "$emulator"/usr/lib{,64}/ -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
    libraries=$(find "$emulator/usr/lib" -maxdepth 2 -name libc.so.6 -printf '%h\n' | head -n 1)
    exec nice -n 5 setsid "$loader" --library-path "$libraries" "$emulator/usr/bin/$program" \
        -L "$emulator/usr/share/qemu" "$@"
}

# power_on [leaping]: switches on. A restart of the machine switches it off: what
# comes next is another start, from the firmware on. `leaping`: where it has
# nothing to do, its clock leaps; also where it waits for its card, so that no
# time of such a start means anything.
power_on() {
    local options=() code vars firmware sleep=on
    [ "${1-}" != leaping ] || sleep=off
    rm -f "$work"/shell.{in,out}
    mkfifo "$work"/shell.{in,out}
    # Both ways, so that opening waits for nobody.
    exec 5<>"$work/shell.in" 6<>"$work/shell.out"
    [ ! -e "$work/console.txt" ] || cat "$work/console.txt" >>"$work/console-before.txt"
    : >"$work/console.txt"
    case $profile in
        qemu)
            options=(qemu-system-aarch64 -M virt -cpu cortex-a76)
            firmware=$emulator/usr/share/AAVMF code=$firmware/AAVMF_CODE.fd vars=$firmware/AAVMF_VARS.fd
            ;;
        pc)
            options=(qemu-system-x86_64 -M q35 -cpu max)
            firmware=$emulator/usr/share/OVMF code=$firmware/OVMF_CODE_4M.fd vars=$firmware/OVMF_VARS_4M.fd
            ;;
        *) die "profile \`$profile\` cannot be emulated" "there is: qemu, pc" ;;
    esac
    [ -e "$work/firmware-$profile.fd" ] || cp "$vars" "$work/firmware-$profile.fd"
    if [ -n "$real_time" ]; then
        options+=(-smp 2 -accel "tcg,thread=multi")
    else
        # A nanosecond an instruction: a machine of 1000 MIPS with one core,
        # whatever this one is.
        options+=(-smp 1 -icount "shift=0,sleep=$sleep" -rtc clock=vm)
    fi
    # An own process group: Ctrl-C comes to this script, which cleans up.
    qemu "${options[@]}" -m 2048 -nographic -nodefaults -no-reboot -nic none \
        -drive "if=pflash,format=raw,readonly=on,file=$code" \
        -drive "if=pflash,format=raw,file=$work/firmware-$profile.fd" \
        -drive "if=none,id=card,format=raw,cache=unsafe,file=$card" -device virtio-blk-pci,drive=card,bootindex=0 \
        -drive "if=none,id=stick,format=raw,readonly=on,file=$sticks" -device virtio-blk-pci,drive=stick \
        -chardev "file,id=console,path=$work/console.txt" -serial chardev:console \
        -device virtio-serial-pci -chardev "pipe,id=shell,path=$work/shell" \
        -device virtserialport,chardev=shell,name=boot-test \
        -chardev "file,id=sound,path=$work/reply.wav" -device virtserialport,chardev=sound,name=boot-test-sound 5>&- 6>&- </dev/null >"$work/qemu.txt" 2>&1 &
    machine=$!
}

powered() { [ -n "$machine" ] && kill -0 "$machine" 2>/dev/null; }

# As if the plug were pulled. What QEMU has taken is on the card, so that it need
# not wait for this machine's disk (`cache=unsafe`).
power_cut() {
    powered || return 0
    kill -KILL "$machine"
    wait "$machine" 2>/dev/null || true
    machine=''
}

# Waits until the machine has switched itself off.
power_off_when_restarted() {
    local until=$((EPOCHSECONDS + patience))
    while powered; do
        [ "$EPOCHSECONDS" -lt "$until" ] || fail "the machine does not restart"
        sleep 1
    done
    wait "$machine" 2>/dev/null || true
    machine=''
}

restart() {
    printf 'systemctl reboot\n' >&5
    power_off_when_restarted
}

# console_says WORDS: waits for the words, and prints the line. Tells now and
# then how far the machine is.
console_says() {
    local begun=$EPOCHSECONDS told=$EPOCHSECONDS
    while ! grep -a -m 1 -- "$1" "$work/console.txt" | tr -d '\r'; do
        if ! powered; then
            # The last words may have come with the end.
            grep -a -m 1 -- "$1" "$work/console.txt" | tr -d '\r'
            return
        fi
        [ $((EPOCHSECONDS - begun)) -lt "$patience" ] || return 1
        if [ $((EPOCHSECONDS - told)) -ge 60 ]; then
            told=$EPOCHSECONDS
            say "... $((told - begun)) s: $(tail -n 1 "$work/console.txt" | tr -dc '[:print:]' | cut -c 1-70)"
        fi
        sleep 1
    done
}

# guest COMMANDS: runs them in the machine, prints what they print.
guest() {
    local mark="boot-test-$RANDOM-$EPOCHREALTIME" line rc=''
    printf '( %s\n) </dev/null 2>&1; echo; echo "%s $?"\n' "$*" "$mark" >&5
    while [ -z "$rc" ]; do
        IFS= read -r -t "$patience" -u 6 line || return 255
        line=${line%$'\r'}
        case $line in
            "$mark "*) rc=${line#"$mark "} ;;
            '') ;;
            *) printf '%s\n' "$line" ;;
        esac
    done
    return "$rc"
}

# The shell in the machine starts a little later than the appliance.
connect() { [ "$(guest echo here)" = here ]; }
