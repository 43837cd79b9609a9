#!/bin/sh
# Many short runs in one service: half of them pipelines that are dropped, half files of items. Each must be made once and
# agree with its bill; routes, MBeans, threads, heap and open files must be where they were before. Prints the figures.
# Argument: runs (default 1000).
set -eu
cd "$(dirname "$0")/.."
runs=${1:-1000}
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
./mvnw -B -ntp -q test -Pcrash -Dtest=ManyRunsTest -Dcaravan.runs="$runs" -Dcaravan.figures="$figures"
cat "$figures"
