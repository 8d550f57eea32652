#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the libFuzzer targets and runs each for some seconds, on all cores: fuzz.sh [--seconds N] [TARGET...]
# TARGET is a name as in tests/fuzz/corpus: yaml, report_k6_csv; without one, all of them.
# New inputs are gathered in build/fuzz/corpus, what ends a target in build/fuzz/findings. Exit code 1: there are findings.
# A finding that has been mended goes to tests/fuzz/corpus/TARGET, which every build runs again (ctest -R ^fuzz/).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
seconds=60
if [[ ${1-} == --seconds ]]; then
    seconds=${2?"--seconds needs a number"}
    shift 2
fi

"$root/packaging/install-deps.sh" --fuzz
names=("$@")
((${#names[@]} > 0)) || mapfile -t names < <(ls "$root/tests/fuzz/corpus")
"$root/packaging/build.sh" fuzz "${names[@]/#/fuzz_}"

out=$root/build/fuzz
rm -rf "$out/findings"
mkdir -p "$out/findings" "$out/logs"

# One target: stops by itself at the first finding.
run_one() {
    local name=$1 seconds=$2 root=$3 out=$4
    local log=$out/logs/$name.log
    mkdir -p "$out/corpus/$name" "$out/findings/$name"
    if ! ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$out/bin/fuzz_$name" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=32768 -print_final_stats=1 \
        -artifact_prefix="$out/findings/$name/" "$out/corpus/$name" "$root/tests/fuzz/corpus/$name" > "$log" 2>&1; then
        echo "$name: a finding, in $out/findings/$name; its words are in $log"
        return
    fi
    rmdir "$out/findings/$name"
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, no finding"
}
export -f run_one

printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I{} bash -c 'run_one "$@"' _ {} "$seconds" "$root" "$out"
findings=$(find "$out/findings" -type f | wc -l)
echo "${#names[@]} targets, $findings findings"
((findings == 0))
