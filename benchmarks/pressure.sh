#!/bin/sh
# Four processes on one account with a known limit: which share of it they use and how often they are turned away, beside
# four plain clients that double their pause. With a provider that tells its limit (openai) and one that does not (gemini).
# Arguments: calls of each process (default 600); requests that the account allows each minute (default 1200).
set -eu
cd "$(dirname "$0")/.."
calls=${1:-600} limit=${2:-1200}
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
cp -r benchmarks/pressure "$work/pressure"
awk -v n="$calls" 'BEGIN { for (i = 0; i < n; i++) printf "{\"id\": \"p%06d\"}\n", i }' >"$work/pressure/items.jsonl"
export CARAVAN_STATE="$work/state" KEY=sk-simulated
export OPENAI_API_KEY=$KEY GOOGLE_API_KEY=$KEY

measure() { # how, wire
    : >"$work/ready"
    ./caravan simulate --state "$work/$1-$2" --faults "rpm=$limit,retryAfter=1000,latency=500..3000" >"$work/ready" &
    server=$!
    while ! grep -q port "$work/ready"; do sleep 0.2; done
    openai=$(sed 's/.*"openai":"\([^"]*\)".*/\1/' "$work/ready")
    gemini=$(sed 's/.*"gemini":"\([^"]*\)".*/\1/' "$work/ready")
    export OPENAI_BASE_URL="$openai" GOOGLE_GEMINI_BASE_URL="$gemini"
    clients=
    for i in 1 2 3 4; do
        if [ "$1" = caravan ]; then
            ./caravan run "$work/pressure" --provider "$2" --mode realtime --yes --quiet --new --run-dir "$work/runs/$2-$i" >"$work/$2-$i.out" 2>&1 &
        else
            java benchmarks/pressure/Load.java backoff "$([ "$2" = gemini ] && echo "$gemini" || echo "$openai")" "$2" "$calls" 100 &
        fi
        clients="$clients $!"
    done
    printf '%s, %s: ' "$1" "$2"
    java benchmarks/pressure/Load.java watch "${openai%/v1}/simulator/bill" $((calls * 4)) "$limit"
    for each in $clients; do wait "$each"; done
    kill "$server"
    wait "$server" 2>/dev/null || true
}

for wire in openai gemini; do
    measure backoff $wire
    measure caravan $wire
done
