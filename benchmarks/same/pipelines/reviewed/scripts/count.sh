#!/bin/sh
# A task with a program of its own: how many lines each output has.
cd "$1/outputs"
wc -l results.jsonl failures.jsonl dropped.jsonl
