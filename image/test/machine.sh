# shellcheck shell=bash disable=SC2154  # image/boot-test sets them
# The emulated machine of the boot test: its power switch, its screen, and a
# shell in it. Sourced by image/boot-test.

machine=''

# Switches on. A restart of the machine switches it off: what comes next is
# another start, from the firmware on.
power_on() {
    local options=() code vars firmware
    rm -f "$work"/shell.{in,out}
    mkfifo "$work"/shell.{in,out}
    # Both ways, so that opening waits for nobody.
    exec 5<>"$work/shell.in" 6<>"$work/shell.out"
    [ ! -e "$work/console.txt" ] || cat "$work/console.txt" >>"$work/console-before.txt"
    : >"$work/console.txt"
    case $profile in
        qemu)
            options=(qemu-system-aarch64 -M virt -cpu cortex-a76)
            firmware=/usr/share/AAVMF code=$firmware/AAVMF_CODE.fd vars=$firmware/AAVMF_VARS.fd
            ;;
        pc)
            options=(qemu-system-x86_64 -M q35 -cpu max)
            firmware=/usr/share/OVMF code=$firmware/OVMF_CODE_4M.fd vars=$firmware/OVMF_VARS_4M.fd
            ;;
        *) die "profile \`$profile\` cannot be emulated" "there is: qemu, pc" ;;
    esac
    [ -e "$work/firmware-$profile.fd" ] || cp "$vars" "$work/firmware-$profile.fd"
    if [ -n "$real_time" ]; then
        options+=(-smp 2 -accel "tcg,thread=multi")
    else
        # A nanosecond an instruction: a machine of 1000 MIPS with one core,
        # whatever this one is.
        options+=(-smp 1 -icount shift=0 -rtc clock=vm)
    fi
    # An own process group: Ctrl-C comes to this script, which cleans up.
    nice -n 5 setsid "${options[@]}" -m 2048 -nographic -nodefaults -no-reboot -nic none \
        -drive "if=pflash,format=raw,readonly=on,file=$code" \
        -drive "if=pflash,format=raw,file=$work/firmware-$profile.fd" \
        -drive "if=none,id=card,format=raw,cache=writeback,file=$card" -device virtio-blk-pci,drive=card,bootindex=0 \
        -drive "if=none,id=stick,format=raw,readonly=on,file=$sticks" -device virtio-blk-pci,drive=stick \
        -chardev "file,id=console,path=$work/console.txt" -serial chardev:console \
        -device virtio-serial-pci -chardev "pipe,id=shell,path=$work/shell" \
        -device virtserialport,chardev=shell,name=boot-test 5>&- 6>&- </dev/null >"$work/qemu.txt" 2>&1 &
    machine=$!
}

powered() { [ -n "$machine" ] && kill -0 "$machine" 2>/dev/null; }

# As if the plug were pulled. What QEMU has taken is on the card.
power_cut() {
    powered || return 0
    kill -KILL "$machine"
    wait "$machine" 2>/dev/null || true
    machine=''
}

# Waits until the machine has switched itself off.
power_off_when_restarted() {
    local until=$((EPOCHSECONDS + 1800))
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

# console_says WORDS SECONDS: waits for the words, and prints the line.
console_says() {
    local until=$((EPOCHSECONDS + $2))
    while ! grep -a -m 1 -- "$1" "$work/console.txt" | tr -d '\r'; do
        if ! powered; then
            # The last words may have come with the end.
            grep -a -m 1 -- "$1" "$work/console.txt" | tr -d '\r'
            return
        fi
        [ "$EPOCHSECONDS" -lt "$until" ] || return 1
        sleep 1
    done
}

# guest COMMANDS: runs them in the machine, prints what they print.
guest() {
    local mark="boot-test-$RANDOM-$EPOCHREALTIME" line rc=''
    printf '( %s\n) </dev/null 2>&1; echo; echo "%s $?"\n' "$*" "$mark" >&5
    while [ -z "$rc" ]; do
        IFS= read -r -t 1800 -u 6 line || return 255
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
