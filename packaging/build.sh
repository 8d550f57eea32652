#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Configures and builds one preset of CMakePresets.json: build.sh PRESET TARGET...
# Quiet when there is nothing to do. Progress goes to stderr, what a failed step printed as well.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
preset=$1
shift
folder=$root/build/$preset
log=$folder/build.log
mkdir -p "$folder"

# Two of these at once would write the same files.
exec 9> "$folder/.lock"
flock 9

# A build folder that was copied or moved here belongs to another place.
if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    find "$folder" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} +
fi

if [[ ! -f $folder/build.ninja ]]; then
    echo "Configuring Tailspan in build/$preset" >&2
    if ! (cd "$root" && cmake --preset "$preset") > "$log" 2>&1 9>&-; then
        cat "$log" >&2
        rm -f "$folder/build.ninja"
        echo "CMake could not configure the build; its words are above." >&2
        exit 1
    fi
fi

# Reads what ninja prints: one line that counts on a terminal, a line every tenth of the way elsewhere.
show_progress() {
    local line step total tenth shown=0
    while IFS= read -r line; do
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\]" "[^R] ]] || continue # not "Re-checking globbed directories"
        step=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
        if [[ -t 2 ]]; then
            printf '\rBuilding Tailspan: step %d of %d ' "$step" "$total" >&2
            shown=1
        else
            tenth=$((10 * step / total))
            ((shown == 0)) && echo "Building Tailspan: $total steps" >&2
            ((tenth > shown / 10 && tenth < 10)) && echo "  $((10 * tenth)) %" >&2
            ((shown = 10 * tenth + 1))
        fi
    done
    if [[ -t 2 ]] && ((shown > 0)); then
        printf '\r\033[K' >&2
    fi
}

SECONDS=0
if ! NINJA_STATUS='[%f/%t] ' ninja -C "$folder" "$@" 2>&1 9>&- | tee "$log" | show_progress; then
    grep -vE '^\[[0-9]+/[0-9]+\] |^ninja: Entering' "$log" | tail -n 200 >&2
    echo "The build failed; everything it printed is in $log" >&2
    exit 1
fi
if ! tail -n 1 "$log" | grep -q 'no work to do'; then
    echo "Built in $SECONDS s" >&2
fi
