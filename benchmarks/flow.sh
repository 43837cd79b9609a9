#!/bin/sh
# Many to one and back, at size: parents with up to 40 children, nested, gathered, 2 % of the innermost failing, killed
# on the way; held to an undisturbed run, byte by byte, and to `caravan verify`.
# Arguments: parents (default 10000); kills (default 5); seed of the moments (default 11).
set -eu
cd "$(dirname "$0")/.."
parents=${1:-10000} kills=${2:-5} seed=${3:-11}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/flow"
cp benchmarks/flow/config.yaml "$work/flow/"
awk -v n="$parents" 'BEGIN { for (i = 0; i < n; i++) printf "{\"id\": \"p%06d\"}\n", i }' >"$work/flow/items.jsonl"
run() {
    ./caravan run "$work/flow" --mode realtime --quiet --run-dir "$work/runs/$1" || [ $? -eq 1 ]
}
begun=$(date +%s)
run calm
whole=$(($(date +%s) - begun))
i=0
while [ "$i" -lt "$kills" ]; do
    i=$((i + 1))
    ./caravan run "$work/flow" --mode realtime --quiet --run-dir "$work/runs/killed" >/dev/null &
    process=$!
    sleep "$(awk -v s="$seed$i" -v w="$whole" 'BEGIN { srand(s); print 2 + rand() * w / 2 }')"
    kill -9 "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
done
run killed
for output in results.jsonl results.csv failures.jsonl dropped.jsonl; do
    cmp "$work/runs/calm/outputs/$output" "$work/runs/killed/outputs/$output"
done
for each in calm killed; do ./caravan verify "$work/runs/$each"; done
./caravan report "$work/runs/killed"
echo "undisturbed in $whole s; killed $kills times: the same bytes in every output"
