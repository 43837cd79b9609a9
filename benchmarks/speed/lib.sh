# What the rows of speed.sh are made with; read by it. A figure is a line "row key value" in $work/figures.
# shellcheck shell=sh disable=SC2034,SC2154 # what these files share is set in one and read in another
# Needs: $home (the checkout), $work (a folder on a disk, removed at the end).

figure() { # row, key, value
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/figures"
}

failed() { # row, why: stands in the table in the place of figures
    echo "speed.sh: $1: $2" >&2
    figure "$1" error "$2"
}

seconds() { # of the clock, with fractions
    date +%s.%N
}

less() { # a, b: a - b
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a - b }'
}

# The class path of the program that the launcher starts from a checkout.
class_path() {
    printf '%s' "$home/target/start/lib/*"
    for jar in "$home"/target/start/caravan-*.jar; do printf ':%s' "$jar"; done
}

start_simulator() { # faults; sets OPENAI_BASE_URL
    : >"$work/ready"
    rm -rf "$work/simulator"
    CARAVAN_OPTS=-Xmx2g "$home/caravan" simulate --port 0 --state "$work/simulator" ${1:+--faults "$1"} >"$work/ready" 2>"$work/simulator.err" &
    simulator=$!
    while ! grep -q '"openai"' "$work/ready"; do
        kill -0 "$simulator" 2>/dev/null || return 1
        sleep 0.2
    done
    OPENAI_BASE_URL=$(sed 's/.*"openai":"\([^"]*\)".*/\1/' "$work/ready")
    export OPENAI_BASE_URL
}

stop_simulator() {
    [ -n "$simulator" ] || return 0
    kill "$simulator" 2>/dev/null || true
    wait "$simulator" 2>/dev/null || true
    simulator=
    rm -rf "$work/simulator"
}

# Runs a command to its end and says what it took: $cpu, $wall, $rss (KB), $written (bytes), $status. CPU is user and system
# time of the process and of all that it waited for, as the shell is told at its end. Peak resident and bytes written are
# read from /proc until the process is gone. When the chunks $probes of $run pass the step $last, all that can be collected
# is, for live heap.
measured() { # command …
    rss=0 written=0
    begun=$(seconds)
    rm -f "$work/pid" "$work/times" "$work/ended"
    (
        "$@" >"$work/out" 2>"$work/err" &
        echo $! >"$work/pid.new"
        mv "$work/pid.new" "$work/pid"
        status=0
        wait $! || status=$?
        times >"$work/times"
        seconds >"$work/ended"
        exit "$status"
    ) &
    runner=$!
    while [ ! -s "$work/pid" ]; do sleep 0.02; done
    read -r process <"$work/pid"
    while kill -0 "$runner" 2>/dev/null; do
        look "$process"
        if [ -n "$probes" ] && [ -e "$run/chunks/chunk_${probes%% *}/${last}_validated.jsonl" ]; then
            probes=${probes#* }
            "$jdk/bin/jcmd" "$process" GC.run >/dev/null 2>&1 || true
        fi
        sleep 0.1
    done
    status=0
    wait "$runner" || status=$?
    wall=$(less "$(cat "$work/ended")" "$begun")
    cpu=$(awk 'NR == 2 { split($1, u, /[ms]/); split($2, s, /[ms]/); printf "%.2f", u[1] * 60 + u[2] + s[1] * 60 + s[2] }' "$work/times")
    process=
}

look() { # process: one look at what the system knows of it
    while read -r key value _; do
        case $key in VmHWM:) rss=$value ;; esac
    done 2>/dev/null <"/proc/$1/status" || true
    while read -r key value _; do
        case $key in write_bytes:) [ "$value" -eq 0 ] || written=$value ;; esac
    done 2>/dev/null <"/proc/$1/io" || true
}

# Bytes allocated, by what the heap gained between one collection and the next, and live heap after those full collections
# that were asked for: the least of them, without what happened to be under way; their length is in $pause. The log is the JVM's, whatever collector it has.
read_gc_log() { # file; sets $allocated (MB), $live (MB or empty), $pause (s)
    awk '
        function megabytes(text, n) {
            n = text + 0
            return text ~ /K/ ? n / 1024 : text ~ /G/ ? n * 1024 : n
        }
        match($0, /[0-9]+[KMG]->[0-9]+[KMG]\(/) && /Pause/ {
            split(substr($0, RSTART, RLENGTH), sides, "->")
            all += megabytes(sides[1]) - before
            before = megabytes(sides[2])
            if ($0 ~ /Diagnostic Command/) { if (live == "" || before < live) live = before; pause += $NF / 1000 }
        }
        /gc,heap,exit/ && /(def new generation|tenured generation|PSYoungGen|ParOldGen|garbage-first heap)/ && match($0, /used [0-9]+[KMG]/) {
            left += megabytes(substr($0, RSTART + 5, RLENGTH - 5))
        }
        END { if (NR > 0) printf "allocated=%.1f live=%s pause=%.3f\n", all + left - before, live, pause }' "$1" >"$work/gc.read" || true
    allocated='' live='' pause=0
    # shellcheck disable=SC2046
    export $(cat "$work/gc.read")
}

settled() { # run's folder: chunks that are settled so far, by its journal
    if [ -e "$1/journal.jsonl" ]; then grep -c '"type":"ChunkSettled"' "$1/journal.jsonl" || true; else echo 0; fi
}

# Seconds since the epoch of the first event of a type that is later than a moment, or nothing.
event_time() { # run's folder, type, moment in seconds since the epoch
    at=$(date -u -d "@$3" +%Y-%m-%dT%H:%M:%S.%N)
    told=$(awk -v type="\"type\":\"$2\"" -v at="$at" 'index($0, type) { split($0, part, "\""); for (i = 1; i in part; i++) if (part[i] == "time") { if (part[i + 2] > at) { print part[i + 2]; exit } break } }' "$1/journal.jsonl")
    [ -z "$told" ] || date -d "$told" +%s.%N
}
