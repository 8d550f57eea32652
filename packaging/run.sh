#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/run.sh [FILE...]: installs what the build needs, builds, and opens the window on the files, or on a bundled
# report. Without a display it paints the same window into a PNG and prints the files as text.
# Exit code: the program's own (3: a file cannot be read). A verdict that failed is shown and is no error here.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
tailspan=$root/build/release/bin/tailspan
picture=$root/build/release/window.png

if [[ ${1-} == -h || ${1-} == --help ]]; then
    echo "usage: ${0##*/} [FILE...]"
    exit
fi

"$root/packaging/install-deps.sh"
"$root/packaging/build.sh" release tailspan

# A file may be named like a command or an option.
files=()
for file in "$@"; do
    [[ $file != */* && -e $file ]] && file=./$file
    files+=("$file")
done
((${#files[@]} > 0)) || files=("$root/resources/samples/k6-load-test.ndjson.gz")

# shellcheck source=packaging/display.sh
. "$root/packaging/display.sh"
if has_display; then
    exec "$tailspan" "${files[@]}"
fi

# Prints a file as a report or, where the program says that it holds traces, as traces. Sets `page`.
print_file() {
    local code=0 words
    words=$("$tailspan" report -- "$1" 2>&1 >&3) || code=$?
    if ((code == 3)) && [[ $words == *"tailspan trace"* ]]; then
        page=traces
        "$tailspan" trace -- "$1" >&3
        return
    fi
    [[ -z $words ]] || printf '%s\n' "$words" >&2
    ((code <= 1)) || return "$code"
    page=replay
}

exec 3>&1
page=traces
for file in "${files[@]}"; do
    print_file "$file" || exit
    echo
done
QT_QPA_PLATFORM=offscreen "$tailspan" snapshot --page "$page" --out "$picture" -- "${files[@]}"
echo "No display: the window is painted in $picture, and its content is the text above."
