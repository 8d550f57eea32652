#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Paints the pictures of README.md again with the program as it is now: those of files from the bundled samples, those of
# the incident and of the load test from the servers of packaging/demo.sh.
#   --built FOLDER  takes the programs of that build folder instead of building them
#   --files, --incident, --replay  only these
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
samples=$root/resources/samples
pictures=$root/packaging/screenshots
built=""
parts=(files incident replay)
while (($# > 0)); do
    case $1 in
        --files | --incident | --replay) parts=("${1#--}") ;;
        --built)
            built=$(cd "${2:?--built needs a folder}" && pwd -P)
            shift
            ;;
        *)
            echo "usage: ${0##*/} [--files | --incident | --replay] [--built FOLDER]" >&2
            exit 2
            ;;
    esac
    shift
done

if [[ -z $built ]]; then
    "$root/packaging/install-deps.sh" --tests
    "$root/packaging/build.sh" demo tailspan tailspan_sim tailspan_load_sim
    built=$root/build/demo
fi
mkdir -p "$pictures"
folder=$(mktemp -d)
demo=""

end_demo() {
    [[ -n $demo ]] || return 0
    kill -TERM "$demo" 2> /dev/null || true
    wait "$demo" || true
    demo=""
}

clean_up() {
    trap '' INT TERM HUP
    end_demo
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

themes=(dark light)

# paint NAME OPTION...: NAME-dark.png and NAME-light.png.
paint() {
    local name=$1 theme
    shift
    for theme in "${themes[@]}"; do
        QT_QPA_PLATFORM=offscreen "$built/bin/tailspan" snapshot --theme "$theme" --size 1440x900 \
            --out "$pictures/$name-$theme.png" "$@"
    done
}

paint_files() {
    paint replay --page replay -- "$samples/k6-load-test.ndjson.gz"
    paint traces --page traces -- "$samples/collector-traces.tsv.gz"
}

# start_demo [OPTION]: starts the demo and waits until it serves; `sources` are then its stores.
start_demo() {
    local word
    said=$folder/demo.txt
    : > "$said" # it is looked into at once
    "$root/packaging/demo.sh" "$@" --serve --built "$built" > "$said" 2>&1 &
    demo=$!
    until grep -q '^Ctrl+C' "$said"; do
        kill -0 "$demo" 2> /dev/null || {
            cat "$said" >&2
            exit 1
        }
        sleep 0.2
    done
    sources=()
    while read -r word; do
        sources+=(--source "$word")
    done < <(sed -n -E 's#^(PostgreSQL|Prometheus|Alertmanager): +##p' "$said")
}

# said_of NAME: what the demo said behind "NAME:".
said_of() {
    sed -n "s#^$1: *##p" "$said"
}

# The walk of README.md: what fires, where it comes from, what its slow calls have in common, these traces.
paint_incident() {
    local sources said
    start_demo
    sleep 20 # the alert fires, and has done so for a while
    paint incident-metrics --page metrics --view service:azora-coin "${sources[@]}"
    paint incident-alerts --page metrics --view targets "${sources[@]}"
    paint incident-map --page map --view compared "${sources[@]}"
    paint incident-heatmap --page heatmap --view explain --filter service=azora-coin "${sources[@]}"
    paint incident-advisor --page advisor --view finding:1 "${sources[@]}"
    paint incident-traces --page traces --view waterfall --filter "metadata.version=2.14.1 metadata.tenant=acme" \
        "${sources[@]}"
    end_demo
}

# The other walk: the spike, the limits it breaks, its traces, and how the run differs from last week's.
paint_replay() {
    local sources said spike=205 yesterday
    start_demo --loadtest
    yesterday=$(said_of Yesterday)
    paint replay-spike --page replay --view "at:$spike" "${sources[@]}" -- "$yesterday"
    local themes=(dark)
    paint replay-limits --page replay --view "limits:$(said_of Limits)" "${sources[@]}" -- "$yesterday"
    paint replay-traces --page replay --view "traces:$spike" "${sources[@]}" -- "$yesterday"
    paint replay-compare --page replay --view "compare:$(said_of "Last week")" -- "$yesterday"
    end_demo
}

for part in "${parts[@]}"; do
    "paint_$part"
done
