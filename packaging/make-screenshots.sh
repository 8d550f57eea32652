#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Paints the pictures of README.md again with the program as it is now: those of files from the bundled samples, those of
# the incident from the servers of packaging/demo.sh, some seconds after its alert began to fire.
#   --built FOLDER  takes the programs of that build folder instead of building them
#   --files, --incident  only these
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
samples=$root/resources/samples
pictures=$root/packaging/screenshots
built=""
parts=(files incident)
while (($# > 0)); do
    case $1 in
        --files | --incident) parts=("${1#--}") ;;
        --built)
            built=$(cd "${2:?--built needs a folder}" && pwd -P)
            shift
            ;;
        *)
            echo "usage: ${0##*/} [--files | --incident] [--built FOLDER]" >&2
            exit 2
            ;;
    esac
    shift
done

if [[ -z $built ]]; then
    "$root/packaging/install-deps.sh" --tests
    "$root/packaging/build.sh" demo tailspan tailspan_sim
    built=$root/build/demo
fi
mkdir -p "$pictures"
folder=$(mktemp -d)
demo=""

clean_up() {
    trap '' INT TERM HUP
    if [[ -n $demo ]]; then
        kill -TERM "$demo" 2> /dev/null || true
        wait "$demo" || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# paint NAME OPTION...: NAME-dark.png and NAME-light.png.
paint() {
    local name=$1 theme
    shift
    for theme in dark light; do
        QT_QPA_PLATFORM=offscreen "$built/bin/tailspan" snapshot --theme "$theme" --size 1440x900 \
            --out "$pictures/$name-$theme.png" "$@"
    done
}

paint_files() {
    paint replay --page replay -- "$samples/k6-load-test.ndjson.gz"
    paint traces --page traces -- "$samples/collector-traces.tsv.gz"
}

# Starts the demo and waits until it serves; `sources` are then its stores.
start_demo() {
    local said=$folder/demo.txt word
    "$root/packaging/demo.sh" --serve --built "$built" > "$said" 2>&1 &
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
    sleep 20 # the alert fires, and has done so for a while
}

# The walk of README.md: what fires, where it comes from, what its slow calls have in common, these traces.
paint_incident() {
    local sources
    start_demo
    paint incident-metrics --page metrics --view service:azora-coin "${sources[@]}"
    paint incident-alerts --page metrics --view targets "${sources[@]}"
    paint incident-map --page map --view compared "${sources[@]}"
    paint incident-heatmap --page heatmap --view explain --filter service=azora-coin "${sources[@]}"
    paint incident-traces --page traces --view waterfall --filter "metadata.version=2.14.1 metadata.tenant=acme" \
        "${sources[@]}"
}

for part in "${parts[@]}"; do
    "paint_$part"
done
