#!/usr/bin/env bash
# Counts the instructions of fixed runs over simulated logs, which is exact on a busy machine, and compares them with
# those recorded in benches/instructions.tsv: one that grew by more than 3 % is a failure, and so is one over a log that
# `simulate` no longer writes.
#
#   benches/instructions.sh [WORD]            all runs, or those whose name contains WORD
#   benches/instructions.sh --record [WORD]   writes the figures into the file
#
# Builds with `cargo build --release`, or measures the program that BINARY names, which must be such a build. Needs
# valgrind, and 100 MB in the temporary folder. Figures hold for one compiler, which the file names: with another one,
# nothing is compared. Record them again after an update, in a commit of their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MOST=3 # percent
CALLS=5000
COMMANDS=("export" "summarize" "validate")
# A name, and the options of `simulate`; busy is thousands of calls at once.
LOGS=(
    "event-bare --format bare"
    "event-envelope --format envelope"
    "event-http --format http"
    "event-busy --format bare --rate 90000"
    "event-busy-sorted --format bare --rate 90000 --style sorted"
    "v4-bare --format bare --family v4"
)
FILE=benches/instructions.tsv

record=
if [[ ${1:-} == --record ]]; then
    record=yes
    shift
fi
word=${1:-}

compiler=$(rustc --version)
others=
if [[ -f $FILE ]] && ! grep -qxF "# $compiler" "$FILE"; then
    others=yes
    if [[ -z $record ]]; then
        echo "note: nothing compared: $FILE is from another compiler than $compiler; --record writes it again" >&2
        exit
    fi
fi
command -v valgrind > /dev/null || { echo "valgrind is missing: apt-get install valgrind" >&2; exit 2; }
if [[ -z ${BINARY:-} ]]; then
    cargo build --quiet --release --locked
    BINARY=${CARGO_TARGET_DIR:-target}/release/callkit-tool
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A run of one thread: its number of instructions.
instructions() {
    local status=0
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null --log-file="$folder/log" \
        "$BINARY" "$@" --threads 1 > /dev/null 2> "$folder/errors" || status=$?
    # 1: `validate` has findings.
    if ((status > 1)); then
        cat "$folder/errors" "$folder/log" >&2
        return 2
    fi
    sed -n 's/.*I *refs: *//p' "$folder/log" | tr -d ,
}

# The checksum of a log and the figure of a run as recorded; nothing where there is none.
recorded() {
    awk -F '\t' -v name="$1" '$1 == name { print $2, $3 }' "$FILE" 2> /dev/null || true
}

wrong=0
new=()
printf '%-28s %15s %15s %8s\n' run recorded now change
for log in "${LOGS[@]}"; do
    read -r of options <<< "$log"
    path="$folder/$of.log"
    for command in "${COMMANDS[@]}"; do
        name="$command $of"
        [[ $name == *"$word"* ]] || continue
        # shellcheck disable=SC2086 # several options
        [[ -f $path ]] || "$BINARY" simulate --calls "$CALLS" $options --faults all,damage=0 -o "$path"
        sum=$(cksum < "$path" | cut -d ' ' -f 1)
        count=$(instructions "$command" "$path")
        read -r old_sum old <<< "$(recorded "$name")" || true
        new+=("$name"$'\t'"$sum"$'\t'"$count")
        if [[ -z ${old:-} ]]; then
            printf '%-28s %15s %15s\n' "$name" - "$count"
            continue
        fi
        note=
        if [[ $old_sum != "$sum" ]]; then
            note="  ANOTHER LOG: record it again"
            wrong=1
        elif ((count * 100 > old * (100 + MOST))); then
            note="  GROWN"
            wrong=1
        fi
        change=$(awk -v now="$count" -v old="$old" 'BEGIN { printf "%+.2f %%", (now / old - 1) * 100 }')
        printf '%-28s %15s %15s %8s%s\n' "$name" "$old" "$count" "$change" "$note"
    done
done
((${#new[@]})) || { echo "no run has \`$word\` in its name" >&2; exit 2; }

if [[ -n $record ]]; then
    {
        echo "# Instructions of the runs of benches/instructions.sh: run, checksum of the log, instructions."
        echo "# $compiler"
        # What was not measured now stays, unless it is of another compiler.
        [[ -n $others ]] || awk -F '\t' 'NR == FNR { seen[$1]; next } !/^#/ && !($1 in seen)' <(printf '%s\n' "${new[@]}") "$FILE" 2> /dev/null || true
        printf '%s\n' "${new[@]}"
    } > "$folder/new"
    mv "$folder/new" "$FILE"
    echo "recorded in $FILE"
    exit
fi
exit "$wrong"
