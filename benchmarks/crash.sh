#!/bin/sh
# Kills the program and cuts the power, many times over, and holds every run to an undisturbed one and to the law of
# its books. Arguments: kills per mode (default 20), power cuts per mode and pipeline (default 250; about 3 s each, of
# two pipelines), seed (default 11).
set -eu
cd "$(dirname "$0")/.."
echo "kills per mode ${1:-20}, power cuts per mode and pipeline ${2:-250}, seed ${3:-11}"
exec ./mvnw -B -ntp test -Dtest='KillTest,PowerCutTest' \
    -Dcaravan.kills="${1:-20}" -Dcaravan.cuts="${2:-250}" -Dcaravan.seed="${3:-11}"
