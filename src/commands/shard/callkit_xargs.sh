#!/bin/sh
# Runs a command of callkit-tool over logs in parts, by processes on this machine and on others that share a folder.
#
#     sh callkit_xargs.sh FOLDER INPUT... -- COMMAND [OPTIONS] > result
#
# FOLDER is made, and holds what goes from one step to the next; every machine has to see it, and the inputs, by these
# names. COMMAND is `export`, `summarize`, `validate` or `why --all`, with the options that it has on one machine, where it
# would print the very same bytes.
#
# TOOL     the tool [callkit-tool]
# WORKERS  processes at once [number of cores]
# PARTS    how many parts the calls are spread over [16]
# SPLIT    bytes of a split [128M]
# ON       runs a line of shell on some machine, such as `ssh -n "$host"` does [sh -c]
set -eu
usage() { echo "callkit_xargs.sh FOLDER INPUT... -- COMMAND [OPTIONS]: $1" >&2; exit 2; }
folder=${1:-}
[ -n "$folder" ] || usage "no folder"
case $folder in *"'"* | *"{}"*) usage "the folder's name must have no ' and no {}" ;; esac
shift
mkdir "$folder" && mkdir "$folder/map" "$folder/part" "$folder/result" || usage "the folder must be new"
tool=${TOOL:-callkit-tool} parts=${PARTS:-16} workers=${WORKERS:-$(nproc)}
export tool folder parts
run() { xargs -P "$workers" -I{} ${ON:-sh -c} "$1 || exit 255" || exit 2; }

# The words after `--` are the command, quoted for the shell that runs a step.
command=
seen=
for word in "$@"; do
    if [ -n "$seen" ]; then
        case $word in -o* | --output*) usage "the output is standard output" ;; esac
        command="$command '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
    elif [ "$word" = -- ]; then
        seen=yes
    fi
done
[ -n "$command" ] || usage "no command"

"$tool" shard plan --split-size "${SPLIT:-128M}" "$@" > "$folder/again"
round=0
while [ -s "$folder/again" ]; do
    # A file for each split, whose name is the number of its line.
    rm -rf "$folder/splits"
    mkdir "$folder/splits"
    awk -v to="$folder/splits" '{ file = to "/" NR; print > file; close(file) }' "$folder/again"
    ls "$folder/splits" | run "'$tool' shard map --split \"\$(cat '$folder/splits/{}')\" --parts $parts \
        -o '$folder/map/$round-{}'"
    : > "$folder/again"
    "$tool" shard facts "$folder/map" --again "$folder/again" -o "$folder/facts" || [ -s "$folder/again" ]
    round=$((round + 1))
done

# The first column of a frame is its part.
part=0
while [ "$part" -lt "$parts" ]; do
    echo "$part"
    part=$((part + 1))
done > "$folder/numbers"
run "awk -F '\\t' -v part={} '\$1 == part' '$folder'/map/* > '$folder/part/{}'" < "$folder/numbers"
run "'$tool' shard reduce --facts '$folder/facts' $command '$folder/part/{}' -o '$folder/result/{}'" \
    < "$folder/numbers"
eval "'$tool' shard finish $command --facts '$folder/facts' '$folder/result'"
