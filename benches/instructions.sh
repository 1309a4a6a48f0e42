#!/usr/bin/env bash
# Counts the instructions of fixed runs over simulated logs, which is exact on a busy machine, and compares them with
# those recorded in benches/instructions.tsv: one that grew by more than 3 % is a failure.
#
#   benches/instructions.sh [WORD]            all runs, or those whose name contains WORD
#   benches/instructions.sh --record [WORD]   writes the figures into the file
#
# Builds with `cargo build --release`, or measures the program that BINARY names. Needs valgrind, and 300 MB in the
# temporary folder. Figures hold for one compiler: record them anew after an update, in a commit of their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MOST=3 # percent
CALLS=20000
COMMANDS=("export" "summarize" "validate" "why --all")
LOGS=("event bare" "event envelope" "event http" "v4 bare")
FILE=benches/instructions.tsv

record=
if [[ ${1:-} == --record ]]; then
    record=yes
    shift
fi
word=${1:-}

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

compiler=$(rustc --version)
[[ -n $record || ! -f $FILE ]] || grep -qF "# $compiler" "$FILE" || echo "note: the figures were recorded with another compiler" >&2
grown=0
new=()
printf '%-26s %15s %15s %8s\n' run recorded now change
for log in "${LOGS[@]}"; do
    read -r family format <<< "$log"
    path="$folder/$family-$format.log"
    for command in "${COMMANDS[@]}"; do
        name="${command%% *} $family-$format"
        [[ $name == *"$word"* ]] || continue
        [[ -f $path ]] ||
            "$BINARY" simulate --calls "$CALLS" --family "$family" --format "$format" --faults all,damage=0 -o "$path"
        sum=$(cksum < "$path" | cut -d ' ' -f 1)
        # shellcheck disable=SC2086 # a command is words
        count=$(instructions $command "$path")
        read -r old_sum old <<< "$(recorded "$name")" || true
        new+=("$name"$'\t'"$sum"$'\t'"$count")
        if [[ -z ${old:-} ]]; then
            printf '%-26s %15s %15s\n' "$name" - "$count"
            continue
        fi
        note=
        if [[ $old_sum != "$sum" ]]; then
            note="  another log: record anew"
        elif ((count * 100 > old * (100 + MOST))); then
            note="  GROWN"
            grown=1
        fi
        change=$(awk -v now="$count" -v old="$old" 'BEGIN { printf "%+.2f %%", (now / old - 1) * 100 }')
        printf '%-26s %15s %15s %8s%s\n' "$name" "$old" "$count" "$change" "$note"
    done
done
((${#new[@]})) || { echo "no run has \`$word\` in its name" >&2; exit 2; }

if [[ -n $record ]]; then
    {
        echo "# Instructions of the runs of benches/instructions.sh: run, checksum of the log, instructions."
        echo "# $compiler"
        # What was not measured now stays.
        awk -F '\t' 'NR == FNR { seen[$1]; next } !/^#/ && !($1 in seen)' <(printf '%s\n' "${new[@]}") "$FILE" 2> /dev/null || true
        printf '%s\n' "${new[@]}"
    } > "$folder/new"
    mv "$folder/new" "$FILE"
    echo "recorded in $FILE"
    exit
fi
exit "$grown"
