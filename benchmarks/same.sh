#!/bin/sh
# Whether two builds do the same: every shipped pipeline, and what lies in same/pipelines, in batch and in realtime against
# the simulator, with faults. Outputs must be the same to the byte; journals, rows, bills, manifests and reports once
# same/rules.txt was applied, which says what may differ and why. Shows what differs and ends with 1, else with 0.
#
#   benchmarks/same.sh BEFORE AFTER   each a commit, the folder of a checkout (as it is, built elsewhere), or a launcher
#                                     `caravan` of something that is built; the pipelines are those of BEFORE
#   SAME_WORK=DIR     keep everything there: the builds, the runs, and the texts that were compared
#   SAME_RUNS="a b"   only these pipelines
set -eu
unset CDPATH
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -eq 2 ] || { echo "same.sh: needs BEFORE and AFTER, each a commit, a checkout or a launcher" >&2; exit 2; }
if [ -n "${SAME_WORK:-}" ]; then
    mkdir -p "$SAME_WORK" && work=$(cd "$SAME_WORK" && pwd)
    rm -rf "$work/before" "$work/after"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
units=60
faults=brokenJson=0.05,wrongSchema=0.03,refusal=0.02,missingRow=0.05,errorRow=0.03,throttle=0.05,cached=0.3,reasoning=0.3

# What a side is built from, with its launcher; a commit and a checkout are copied, so that nothing is built in a folder of somebody's.
launcher() { # side, what
    home=$work/$1/home
    mkdir -p "$home"
    if [ -f "$2" ]; then
        rmdir "$home" && ln -s "$(dirname "$(readlink -f "$2")")" "$home"
    elif [ -d "$2" ]; then
        tar -C "$2" --exclude=./target --exclude=./.git --exclude=./runs --exclude=./.env -c . | tar -x -C "$home"
    else
        git -C "$here" archive "$2" | tar -x -C "$home"
    fi
}

# Requests are kept, to be compared. The runs are short: the second compiler would cost more than it gives. The log tells of a busy machine too.
caravan() { # side, words
    side=$1
    shift
    (cd "$work/$side" && CARAVAN_STATE="$work/$side/state" \
        CARAVAN_OPTS="-XX:TieredStopAtLevel=1 -Dcaravan.log.level=ERROR -Dcaravan.requests=keep" "$work/$side/home/caravan" "$@")
}

# One run to its end: whoever asks for approval gets it. What is said and the exit codes are compared too.
drive() { # side, pipeline, mode
    run=$2-$3
    said=$work/$1/said-$run
    codes=0
    caravan "$1" run "pipelines/$2" --simulate --mode "$3" --max-units "$units" --interval 0 --faults "$faults" --seed 7 \
        --yes --new --run-dir "runs/$run" --quiet >"$said" 2>&1 || codes=$?
    while [ "${codes##* }" -eq 3 ] && [ ${#codes} -lt 10 ] && caravan "$1" approve "$run" --actor same >>"$said" 2>&1; do
        code=0
        caravan "$1" resume "$run" --interval 0 --faults "$faults" --quiet >>"$said" 2>&1 || code=$?
        codes="$codes $code"
    done
    folder=$work/$1/runs/$run
    if [ ! -d "$folder" ]; then
        echo "same.sh: $1 made no run of $run, exit code $codes" >&2
        cat "$said" >&2
        return 2
    fi
    [ "${codes##* }" -le 1 ] || echo "same.sh: $1, $run is not at its end, exit codes $codes" >&2
    mkdir "$folder/said"
    echo "$codes" >"$folder/said/exit-codes"
    mv "$said" "$folder/said/text"
    caravan "$1" report "$run" --json >"$folder/report.json"
}

both() { # what, its words after the side
    "$1" before "$2" "$3" &
    other=$!
    "$1" after "$2" "$3" &
    wait $other && wait $!
}

normal() { # side
    lib=$(dirname "$(find -L "$work/$1/home" -name 'jackson-databind-*.jar' | head -n 1)")
    java -cp "$lib/*" "$here/benchmarks/same/Normal.java" "$here/benchmarks/same/rules.txt" "$work/$1/runs" "$work/$1/normal"
}

# Long lines of JSON, field by field.
split() {
    awk '{ gsub(/,"/, ",\n    \""); print }' "$1"
}

# The first lines that differ, file by file.
differences() {
    (cd "$work" && diff -rq before/normal after/normal) >"$work/differing" && return 0
    while read -r line; do
        case $line in
            Files*)
                file=${line#Files before/normal/} file=${file%% and after/normal/*}
                echo "$file: $(diff "$work/before/normal/$file" "$work/after/normal/$file" | grep -c '^[<>]') lines differ"
                split "$work/before/normal/$file" >"$work/split-before"
                split "$work/after/normal/$file" >"$work/split-after"
                diff -U 1 "$work/split-before" "$work/split-after" | grep -v '^@@\|^---\|^+++' | head -n 12 | cut -c 1-240
                ;;
            *) echo "$line" | sed 's|\(before\|after\)/normal/*|\1: |; s|: /|/|' ;;
        esac
    done <"$work/differing"
    return 1
}

launcher before "$1"
launcher after "$2"
begun=$(date +%s)
for side in before after; do
    mkdir -p "$work/$side/runs"
    cp -R "$work/before/home/pipelines" "$work/$side/"
    cp -R "$here"/benchmarks/same/pipelines/* "$work/$side/pipelines/"
    caravan $side --version >/dev/null
done
echo "both built in $(($(date +%s) - begun)) s" >&2
for pipeline in ${SAME_RUNS:-$(ls "$work/before/pipelines")}; do
    for side in before after; do
        [ ! -d "$work/$side/pipelines/$pipeline/scripts" ] || caravan $side trust "pipelines/$pipeline" >/dev/null
    done
    for mode in batch realtime; do
        both drive "$pipeline" $mode
        echo "$pipeline in $mode: after $(($(date +%s) - begun)) s" >&2
    done
done
normal before
normal after
if differences; then
    echo "the same: $(ls "$work/after/normal" | wc -l) runs, $(find "$work/after/normal" -type f | wc -l) texts, $(($(date +%s) - begun)) s"
else
    echo "not the same; what may differ stands in benchmarks/same/rules.txt" >&2
    exit 1
fi
