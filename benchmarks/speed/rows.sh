# The rows of speed.sh, one function a kind; read by it after lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # what these files share is set in one and read in another

# One run to its end, with all its figures.
run_row() { # row, kind, units, unit-steps, chunk, last step, arguments of caravan run …
    row=$1 kind=$2 units=$3 steps=$4 chunk=$5 last=$6
    shift 6
    run=$work/runs/$row
    "$speed/work.sh" "$kind" "$units" "$work/pipeline" "$chunk"
    probes='' chunks=$(((units + chunk - 1) / chunk))
    [ "$chunks" -lt 8 ] || probes=$(printf '%03d %03d %03d %03d ' $((chunks / 2)) $((chunks * 5 / 8)) $((chunks * 3 / 4)) $((chunks * 7 / 8)))
    log=file=$work/gc.log::filecount=0
    measured env CARAVAN_OPTS="-Xmx512m -Xlog:gc:$log -Xlog:gc+heap+exit:$log" "$home/caravan" run "$work/pipeline" --yes --quiet --new --timeout 90m --run-dir "$run" "$@"
    if [ "$status" -ne 0 ]; then
        failed "$row" "exit code $status"
        tail -n 5 "$work/err" >&2
        rm -rf "$run"
        return 0
    fi
    read_gc_log "$work/gc.log"
    figure "$row" units "$units"
    figure "$row" steps "$steps"
    figure "$row" cpu "$(less "$cpu" "$pause")"
    figure "$row" wall "$wall"
    figure "$row" rss "$rss"
    figure "$row" live "$live"
    figure "$row" allocated "$allocated"
    figure "$row" written "$written"
    figure "$row" kept "$(du -sb "$run" | cut -f1)"
    figure "$row" journal "$(wc -c <"$run/journal.jsonl")"
    started=$(event_time "$run" RunStarted 0)
    ended=$(event_time "$run" RunCompleted 0)
    [ -z "$started" ] || [ -z "$ended" ] || figure "$row" span "$(less "$ended" "$started")"
    submitted=$(event_time "$run" JobCreated 0)
    [ -z "$submitted" ] || figure "$row" first "$(less "$submitted" "$begun")"
    keep_last "$units" "$run"
}

# The last run in batch is read by the row of commands; others go at once.
keep_last() { # units, run's folder
    case $2 in
        */batch-*)
            [ -z "${kept_run:-}" ] || rm -rf "$kept_run"
            kept_units=$1 kept_run=$2
            ;;
        *) rm -rf "$2" ;;
    esac
}

batch_row() { # row, units, chunk
    room=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
    if [ "$room" -lt $(($2 * 20)) ]; then
        failed "$1" "the disk has no room for it"
        return 0
    fi
    start_simulator '' || { failed "$1" "the simulator did not start"; return 0; }
    run_row "$1" calls "$2" $(($2 * 2)) "$3" score --provider openai --mode batch --interval 1
    stop_simulator
}

rehearsal_row() { # units
    start_simulator '' || { failed rehearsal "the simulator did not start"; return 0; }
    run_row rehearsal calls "$1" $(($1 * 2)) 1000 score --provider openai --mode batch
    stop_simulator
}

realtime_row() { # latency in ms, calls, in flight
    start_simulator "latency=$1..$1" || { failed "realtime-$1" "the simulator did not start"; return 0; }
    run_row "realtime-$1" calls $(($2 / 2)) "$2" 1000 score --provider openai --mode realtime --concurrency "$3"
    figure "realtime-$1" ideal "$(awk -v l="$1" -v n="$2" -v f="$3" 'BEGIN { print n * l / 1000 / f }')"
    stop_simulator
}

expression_row() { # row, kind, units
    case $2 in walks) last=walk ;; plain) last=compute ;; fan) last=total ;; esac
    run_row "$1" "$2" "$3" "$3" 1000 "$last" --mode realtime
}

bare_client_row() { # latency in ms, calls, in flight
    start_simulator "latency=$1..$1" || { failed "bare-client-$1" "the simulator did not start"; return 0; }
    "$speed/work.sh" calls 512 "$work/pipeline"
    if "$jdk/bin/java" -XX:+UseSerialGC -Xmx512m -cp "$(class_path)" "$speed/BareClient.java" "$work/pipeline" "$OPENAI_BASE_URL" "$2" "$3" >"$work/out" 2>"$work/err"; then
        read -r calls wall cpu <"$work/out"
        figure "bare-client-$1" steps "$calls"
        figure "bare-client-$1" cpu "$cpu"
        figure "bare-client-$1" wall "$wall"
        figure "bare-client-$1" span "$wall"
    else
        failed "bare-client-$1" "exit code $?"
        tail -n 5 "$work/err" >&2
    fi
    stop_simulator
}

bare_loop_row() { # unit-steps of a round
    "$speed/work.sh" calls 512 "$work/pipeline"
    if "$jdk/bin/java" -XX:+UseSerialGC -Xmx512m -cp "$(class_path)" "$speed/BareLoop.java" "$work/pipeline" "$1" >"$work/out" 2>"$work/err"; then
        read -r steps nanos bytes <"$work/out"
        figure bare-loop steps "$steps"
        figure bare-loop cpu "$(awk -v n="$nanos" 'BEGIN { printf "%.3f", n / 1e9 }')"
        figure bare-loop allocated "$(awk -v n="$bytes" 'BEGIN { printf "%.1f", n / 1048576 }')"
    else
        failed bare-loop "exit code $?"
        tail -n 5 "$work/err" >&2
    fi
}

# Commands that read, at the last run in batch before them. The best of three: the first one reads from the disk.
command_rows() {
    if [ -z "${kept_run:-}" ]; then
        failed command "no run in batch among the rows before it"
        return 0
    fi
    for each in --version --help; do command_row "command-${each#--}" "$each"; done
    for each in ps status info verify; do
        case $each in
            ps) command_row "command-$each-$kept_units" ps ;; # those of the working folder
            *) command_row "command-$each-$kept_units" "$each" "$kept_run" ;;
        esac
    done
}

command_row() { # row, arguments of caravan …
    row=$1 best=''
    shift
    for _ in 1 2 3; do
        probes=''
        measured "$home/caravan" "$@"
        if [ "$status" -ne 0 ]; then
            failed "$row" "exit code $status"
            return 0
        fi
        if [ -z "$best" ] || [ "$(awk -v a="$wall" -v b="$best" 'BEGIN { print (a < b) }')" = 1 ]; then
            best=$wall best_cpu=$cpu best_rss=$rss
        fi
    done
    figure "$row" wall "$best"
    figure "$row" cpu "$best_cpu"
    figure "$row" rss "$best_rss"
}

# From the start of the command that goes on, after a kill when half of all chunks were settled, to the next one settled.
resume_row() { # row, units
    start_simulator '' || { failed "$1" "the simulator did not start"; return 0; }
    run=$work/runs/$1
    "$speed/work.sh" calls "$2" "$work/pipeline" 1000
    "$home/caravan" run "$work/pipeline" --yes --quiet --new --run-dir "$run" --provider openai --mode batch --interval 1 >"$work/out" 2>&1 &
    process=$!
    while kill -0 "$process" 2>/dev/null && [ "$(settled "$run")" -lt $(($2 / 1000)) ]; do sleep 0.1; done
    kill -9 "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    begun=$(seconds)
    "$home/caravan" resume "$run" --yes --quiet --interval 1 >"$work/out" 2>&1 &
    process=$!
    first=
    while [ -z "$first" ] && kill -0 "$process" 2>/dev/null; do
        sleep 0.2
        first=$(event_time "$run" ChunkSettled "$begun")
    done
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    process=
    if [ -n "$first" ]; then
        figure "$1" units "$2"
        figure "$1" wall "$(less "$first" "$begun")"
    else
        failed "$1" "nothing more was settled"
        tail -n 5 "$work/out" >&2
    fi
    rm -rf "$run"
    stop_simulator
}

# What a service that has nothing to do takes of one core.
idle_row() { # seconds
    mkdir -p "$work/idle/pipelines" "$work/idle/runs"
    (cd "$work/idle" && exec "$home/caravan" serve --port 0 >"$work/out" 2>&1) &
    process=$!
    sleep 20
    ticks=$(awk '{ print $14 + $15 }' "/proc/$process/stat" 2>/dev/null || true)
    sleep "$1"
    more=$(awk '{ print $14 + $15 }' "/proc/$process/stat" 2>/dev/null || true)
    if [ -n "$ticks" ] && [ -n "$more" ]; then
        rss=0
        look "$process"
        figure idle wall "$1"
        figure idle cpu "$(awk -v a="$ticks" -v b="$more" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.2f", (b - a) / hz }')"
        figure idle rss "$rss"
    else
        failed idle "the service ended"
        tail -n 5 "$work/out" >&2
    fi
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    process=
}
