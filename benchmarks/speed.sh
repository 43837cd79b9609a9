#!/bin/sh
# What a unit-step costs: runs made work against the simulator in a process of its own, and the bare parts beside it, and
# writes benchmarks/RESULTS.md, whose head says what is counted. On a machine that does nothing else.
#   speed.sh            the usual rows, half an hour or less on two cores
#   speed.sh --quick    up to 10,000 units
#   speed.sh --full     with a million units
#   speed.sh --rows batch-10000-1000,bare-loop,…   only these; any batch-UNITS-CHUNK, resume-UNITS, walks-UNITS, …
#   --out FILE          another place for the table
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
speed=$home/benchmarks/speed
out=$home/benchmarks/RESULTS.md
usual='bare-loop batch-2-1000 batch-2000-100 batch-2000-1000 batch-10000-100 batch-10000-1000 rehearsal batch-100000-100 batch-300000-100
    batch-100000-1000 command resume-100000 batch-300000-1000
    bare-client-20 realtime-20 bare-client-500 realtime-500
    walks-20000 walks-100000 plain-20000 plain-100000 fan-2000 fan-20000 idle'
quick='bare-loop batch-2-1000 batch-2000-100 batch-2000-1000 batch-10000-100 batch-10000-1000 command rehearsal resume-10000
    bare-client-20 realtime-20 bare-client-500 realtime-500 walks-2000 walks-10000 plain-2000 plain-10000 fan-500 fan-2000 idle'
rows=$usual
while [ $# -gt 0 ]; do
    case $1 in
        --quick) rows=$quick ;;
        --full) rows=$usual' batch-1000000-1000 batch-1000000-100 command resume-1000000' ;;
        --rows) rows=$(printf '%s' "$2" | tr , ' ') && shift ;;
        --out) out=$2 && shift ;;
        *) echo "speed.sh: what is $1? --quick, --full, --rows a,b, --out FILE" >&2 && exit 2 ;;
    esac
    shift
done

# Below target/, for that is on a disk; where /tmp lies in memory, nothing would be written.
mkdir -p "$home/target"
work=$(mktemp -d "$home/target/speed.XXXXXX")
simulator='' process=''
clean() {
    for each in $simulator $process; do kill "$each" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
: >"$work/figures"
export CARAVAN_STATE="$work/state" OPENAI_API_KEY=sk-simulated
# shellcheck source=benchmarks/speed/lib.sh
. "$speed/lib.sh"
# shellcheck source=benchmarks/speed/rows.sh
. "$speed/rows.sh"

jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
"$home/caravan" --version >/dev/null # builds what is not built
cd "$work"

# What the first start leaves behind for the next ones is no part of a row.
start_simulator ''
"$speed/work.sh" calls 2 "$work/pipeline"
"$home/caravan" run "$work/pipeline" --yes --quiet --new --run-dir "$work/runs/first" --provider openai --mode batch --interval 1 >/dev/null
stop_simulator
sleep 5

one_row() { # row
    size=${1#*-}
    case $1 in
        bare-loop) bare_loop_row 200000 ;;
        bare-client-*) bare_client_row "${1##*-}" 40000 1000 ;;
        batch-*) batch_row "$1" "${size%-*}" "${size#*-}" ;;
        rehearsal) rehearsal_row 10000 ;;
        realtime-*) realtime_row "$size" 40000 1000 ;;
        walks-* | plain-* | fan-*) expression_row "$1" "${1%-*}" "$size" ;;
        command) command_rows ;;
        resume-*) resume_row "$1" "$size" ;;
        idle) idle_row 60 ;;
        *) failed "$1" "no such row" ;;
    esac
}
for row in $rows; do
    echo "speed.sh: $row" >&2
    one_row "$row" || failed "$row" "could not be measured"
done

{
    awk -v cores="$(getconf _NPROCESSORS_ONLN)" -v java="$("$jdk/bin/java" -version 2>&1 | sed -n 3p)" \
        -v memory="$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" \
        -v date="$(date -u '+%Y-%m-%d %H:%M UTC')" -v commit="$(git -C "$home" describe --always --dirty --abbrev=12 2>/dev/null || "$home/caravan" --version)" -v load="$(cut -d' ' -f1 /proc/loadavg)" '
        { gsub(/@cores@/, cores); gsub(/@java@/, java); gsub(/@memory@/, memory); gsub(/@date@/, date); gsub(/@commit@/, commit); gsub(/@load@/, load); print }' \
        "$speed/head.md"
    awk -F '\t' -f "$speed/table.awk" "$speed/targets.txt" "$work/figures"
} >"$work/RESULTS.md"
mv "$work/RESULTS.md" "$out"
echo "speed.sh: written to $out" >&2
