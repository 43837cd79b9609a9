#!/bin/sh
# The long form of the fuzzers: answers of providers, folders of runs, folders of pipelines and replies are changed by
# seed, and what comes of it must be right, refused with its place, or one unit's failure. All that is wrong is in
# target/fuzz/*.txt, with its seed.
# Arguments: trials, 2 in 5 of them at the wire, 2 in 5 on disk, 1 in 5 with pipelines, and as many times 500 replies
# (default 2000); seed of the first (default 1000). About 25 minutes on two cores.
set -eu
cd "$(dirname "$0")/.."
trials=${1:-2000} seed=${2:-1000}
echo "trials $trials, seed $seed"
status=0
./mvnw -B -ntp -q test -Pfuzz -DforkCount=1 -Dcaravan.fuzz="$trials" -Dcaravan.seed="$seed" || status=$?
for each in Wire Disk Folder Reply; do
    head -1 "target/fuzz/${each}FuzzTest.txt"
done
exit "$status"
