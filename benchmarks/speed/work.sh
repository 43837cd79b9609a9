#!/bin/sh
# Writes the pipeline that a row of speed.sh runs: work.sh KIND UNITS FOLDER [CHUNK]. KIND is a folder in pipelines/.
# An item has five fields of text, 350 bytes in all (but for walks and fan, which need none); the same arguments make the same bytes.
set -eu
kind=$1 units=$2 folder=$3 chunk=${4:-1000}
from=$(dirname "$0")/pipelines/$kind
[ -d "$from" ] || { echo "work.sh: no pipeline $kind" >&2; exit 2; }
mkdir -p "$folder"
cp -r "$from/." "$folder"
sed "s/^\( *chunk_size:\).*/\1 $chunk/" "$from/config.yaml" >"$folder/config.yaml"
case $kind in walks | fan) small=1 ;; *) small=0 ;; esac
awk -v n="$units" -v small="$small" '
function pick(most) { seed = (seed * 69069 + 1) % 4294967296; return int(seed / 65536) % most }
function text(length_, line) {
    line = words[pick(count)]
    while (length(line) < length_) line = line " " words[pick(count)]
    return substr(line, 1, length_)
}
BEGIN {
    seed = 20
    count = split("the line to our office went down again this morning and has not come back since then please help us soon " \
        "invoice of last month names a sum that nobody here ordered refund router blinks red after the storm new password " \
        "never arrives in my mailbox screen stays dark cable was changed twice contract ends on Friday we called three times " \
        "your colleague promised a visit but nobody came orders are waiting customers cannot pay what should we do now", list, " ")
    for (i = 1; i <= count; i++) words[i - 1] = list[i]
    if (small) for (i = 0; i < n; i++) printf "{\"id\":\"m%07d\"}\n", i
    else for (i = 0; i < n; i++)
        printf "{\"id\":\"m%07d\",\"sender\":\"%s\",\"product\":\"%s\",\"subject\":\"%s\",\"body\":\"%s\",\"history\":\"%s\"}\n", \
            i, text(20), text(20), text(40), text(200), text(70)
}' >"$folder/items.jsonl"
