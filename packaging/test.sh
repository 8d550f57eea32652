#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the tests need, builds with warnings as errors, and runs every test. Exit code 0: all passed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
"$root/packaging/install-deps.sh" --tests
"$root/packaging/build.sh" ci all
cd "$root"
exec ctest --preset ci
