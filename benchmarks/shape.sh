#!/bin/sh
# The shape of the code as one table: sizes of methods and types, names, comments, ladders, rings, tests. A report: it fails
# at nothing. What each row counts stands in the head of shape/Shape.java.
#
#   benchmarks/shape.sh [ROOT]          the checkout in ROOT (default: this one)
#   benchmarks/shape.sh --list [ROOT]   and the methods and types behind the figures
#   benchmarks/shape.sh --write         writes benchmarks/shape.md: what was, from git, beside this checkout
set -eu
cd "$(dirname "$0")/.." && here=$PWD && cd "$OLDPWD"
# The commit whose shape was first measured, by another program, and the last before its lessons were drawn.
first=d66fe8c before=6e05798

shape() {
    java "$here/benchmarks/shape/Shape.java" "$@"
}

# A commit's files into a folder; a column of the table.
column() { # commit
    mkdir "$work/$1"
    git -C "$here" archive "$1" | tar -x -C "$work/$1"
    echo "$1=$work/$1"
}

write() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    first=$(column $first)
    before=$(column $before)
    {
        echo "# The shape of the code"
        echo
        echo "Written by \`benchmarks/shape.sh --write\`; what each row counts stands in the head of"
        echo "[Shape.java](shape/Shape.java). The columns are commits: the one that was measured first, the one before its"
        echo "lessons were drawn, and the checkout as it was when this was written."
        echo
        shape "$first" "$before" "now=$here"
    } >"$work/shape.md"
    mv "$work/shape.md" "$here/benchmarks/shape.md"
    cat "$here/benchmarks/shape.md"
}

list=
case ${1:-} in
    --write)
        write
        exit
        ;;
    --list)
        list=--list
        shift
        ;;
esac
root=${1:-$here}
[ -d "$root/src/main/java" ] || { echo "shape.sh: $root has no src/main/java; name a checkout" >&2; exit 2; }
shape $list "$root"
