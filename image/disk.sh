# shellcheck shell=bash disable=SC2154  # whoever sources this sets them
# File systems and the disk that holds them, the same in each build of the same
# content: $profile and $version name them, no time is after $SOURCE_DATE_EPOCH.
# Sourced after scripts/setup.sh.

# no_later FOLDER: nothing in it is newer than the sources.
no_later() { find "$1" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

# uuid NAME: the same in each build.
uuid() {
    sha256sum <<<"$profile $version $1" |
        sed 's/^\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)\(.\{12\}\).*/\1-\2-\3-\4-\5/'
}

# file_system FILE MB LABEL FOLDER
file_system() {
    local seed
    seed=$(uuid "$3")
    rm -f "$1"
    truncate -s "$2M" "$1"
    no_later "$4"
    export E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH
    mke2fs -q -t ext4 -L "$3" -U "$seed" \
        -E "hash_seed=$seed,lazy_itable_init=0" -m 1 -d "$4" "$1"
    # It also takes over when a file was last read and changed; the latter
    # cannot be set in the folder.
    find "$4" -mindepth 1 -printf "sif \"%P\" atime @$SOURCE_DATE_EPOCH\nsif \"%P\" ctime @$SOURCE_DATE_EPOCH\n" >"$1.times"
    debugfs -w -f "$1.times" "$1" 2>&1 >/dev/null | sed 1d >"$1.errors"
    [ ! -s "$1.errors" ] || die "the times in the file system \`$3\` cannot be set" "$(head -n 1 "$1.errors")"
}

# fat LABEL ID MB FOLDER FILE
fat() {
    local folder files
    rm -f "$5"
    no_later "$4"
    mkfs.vfat --invariant -F 32 -n "$1" -i "$2" -C "$5" $(($3 * 1024)) >/dev/null
    # One after the other: a folder gives its files in an order of its own.
    (cd "$4" && find . -type d -printf '%P\n' | sort) | while IFS= read -r folder; do
        [ -z "$folder" ] || mmd -i "$5" "::$folder"
        mapfile -t files < <(find "$4/$folder" -maxdepth 1 -type f | sort)
        [ ${#files[@]} -eq 0 ] || mcopy -m -i "$5" "${files[@]}" "::$folder"
    done
}

# assemble IMAGE LAYOUT: the partitions of LAYOUT, lines of NAME MB TYPE FILE, one
# after the other. Without a file (-) a partition is empty.
assemble() {
    local at=1 name mb type file partitions=()
    while read -r name mb type file; do
        partitions+=("start=${at}MiB, size=${mb}MiB, type=$type, name=$name, uuid=$(uuid "partition $name")")
        at=$((at + mb))
    done <"$2"
    rm -f "$1"
    truncate -s $((at + 1))M "$1"
    printf '%s\n' "label: gpt" "label-id: 7A11B007-0000-4000-8000-000000000000" "${partitions[@]}" |
        sfdisk --quiet "$1"
    at=1
    while read -r name mb type file; do
        [ "$file" = - ] || dd if="$file" of="$1" bs=1M seek="$at" conv=notrunc,sparse status=none
        at=$((at + mb))
    done <"$2"
}
