#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Paints the pictures of README.md again, from the bundled samples, with the program as it is now.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
samples=$root/resources/samples
pictures=$root/packaging/screenshots
"$root/packaging/install-deps.sh"
"$root/packaging/build.sh" release tailspan
mkdir -p "$pictures"

paint() { # PAGE THEME FILE...
    QT_QPA_PLATFORM=offscreen "$root/build/release/bin/tailspan" snapshot \
        --page "$1" --theme "$2" --size 1440x900 --out "$pictures/$1-$2.png" -- "${@:3}"
}
paint replay dark "$samples/k6-load-test.ndjson.gz"
paint replay light "$samples/k6-load-test.ndjson.gz"
paint traces dark "$samples/collector-traces.tsv.gz"
paint traces light "$samples/collector-traces.tsv.gz"
