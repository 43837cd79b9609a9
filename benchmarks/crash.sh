#!/bin/sh
# The long form of the crash tests: lets the program die at every failpoint and by SIGKILL, cuts the power at every kind
# of durable write, holds every run to an undisturbed one and to the law of its books, and writes docs/crash-matrix.md.
# Arguments: trials at failpoints per mode, two deaths each (default 60); SIGKILLs per mode (default 20); power cuts
# tried per mode and pipeline, of two pipelines (default 3900; a third falls behind the end of its run and is not
# counted); seed (default 11). About an hour on two cores.
set -eu
cd "$(dirname "$0")/.."
trials=${1:-60} kills=${2:-20} cuts=${3:-3900} seed=${4:-11}
found=$(mktemp)
trap 'rm -f "$found"' EXIT
echo "trials $trials, kills $kills, power cuts $cuts, seed $seed"
./mvnw -B -ntp test -Pcrash -Dtest='FailpointTest,KillTest,PowerCutTest' -Dcaravan.matrix="$found" \
    -Dcaravan.trials="$trials" -Dcaravan.kills="$kills" -Dcaravan.cuts="$cuts" -Dcaravan.seed="$seed"
sort "$found" | awk -F '\t' -v seed="$seed" '
    BEGIN { split("kill BATCH,kill REALTIME,cut BATCH,cut REALTIME", parts, ",") }
    { count[$1, $2] += $3; all[$2] += $3; if (!($1 in seen)) { seen[$1]; names[++n] = $1 } }
    function row(name,    i, text) {
        text = "| " name " |"
        for (i = 1; i <= 4; i++) text = text " " (((name, parts[i]) in count) ? count[name, parts[i]] : "–") " |"
        return text " held |"
    }
    END {
        print "# Crash matrix\n"
        print "Written by `benchmarks/crash.sh`, seed " seed ". Each number counts trials in which the process died, or the"
        print "power went, at that place. Every trial went on afterwards and was held to an undisturbed run: the same bytes"
        print "in `outputs/`, settled ≤ bill ≤ settled + at risk (in batch: equal, and no intent with two jobs), and"
        print "`verify` without a finding. A trial that does not hold stops the script; no row is open.\n"
        print "Deaths: the program in a process of its own, its provider alive beside it; the second death of a trial falls"
        print "on the way back. `(any instant)` are SIGKILLs from outside. Power cuts: only what was forced is there for"
        print "sure; of the rest a random part, whole, torn or zeroed; renames whose folder was not synced may be undone.\n"
        print "| place | deaths, batch | deaths, realtime | power cuts, batch | power cuts, realtime | result |"
        print "|---|---:|---:|---:|---:|---|"
        for (k = 1; k <= n; k++) print row(names[k])
        printf "| all | %d | %d | %d | %d | held |\n", all["kill BATCH"], all["kill REALTIME"], all["cut BATCH"], all["cut REALTIME"]
    }' >docs/crash-matrix.md
tail -1 docs/crash-matrix.md
