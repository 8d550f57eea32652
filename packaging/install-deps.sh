#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what a build of Tailspan needs on Debian 12; with --tests also what its tests need, with --fuzz what
# packaging/fuzz.sh needs.
# When everything is there it asks dpkg only: no network, no root. On another system it names the packages and stops.
set -euo pipefail

build_packages=(
    g++ cmake ninja-build ccache
    qt6-base-dev qt6-svg-dev libqcustomplot-dev   # window, icons, charts
    libsimdjson-dev nlohmann-json3-dev            # bulk JSON, ordinary JSON
    libarchive-dev zlib1g-dev libexpat1-dev       # .gz and .zst; packed parts of reports; XML of reports
    libpq-dev libhiredis-dev qtkeychain-qt6-dev   # PostgreSQL, Redis, passwords in the keyring
    libtbb-dev libexpected-dev                    # parallel sorts, Result<T>
    libboost-dev                                  # Boost.Math: distributions of tests
    libgraphviz-dev libyaml-cpp-dev               # places of the service map; declared meshes, files of limits
    libpg-query-dev                               # PostgreSQL's own parser
    libre2-dev                                    # regular expressions that users type
    fonts-inter fonts-jetbrains-mono              # the fonts the window is drawn for
)
test_packages=(
    python3 clang-format                                     # tests/arch
    redis-server postgresql-15 pgbouncer openssl             # tests/integration
    postgresql-15-hypopg                                     # the same: the advisor's plans
    prometheus prometheus-alertmanager                       # the same
    xvfb dbus at-spi2-core gir1.2-atspi-2.0 python3-gi       # tst_accessibility: what a screen reader sees
)
fuzz_packages=(
    clang libclang-rt-14-dev llvm # the compiler, its libFuzzer and sanitizers, names in stack traces
)

case "${1-}" in
    "") packages=("${build_packages[@]}") ;;
    --tests) packages=("${build_packages[@]}" "${test_packages[@]}") ;;
    --fuzz) packages=("${build_packages[@]}" "${fuzz_packages[@]}") ;;
    *)
        echo "usage: ${0##*/} [--tests|--fuzz]" >&2
        exit 2
        ;;
esac

is_debian_like() {
    local ID="" ID_LIKE=""
    # shellcheck source=/dev/null
    [[ -r /etc/os-release ]] && . /etc/os-release
    [[ " $ID $ID_LIKE " == *" debian "* ]] && command -v apt-get > /dev/null && command -v dpkg-query > /dev/null
}

stop_and_name() {
    echo "$1" >&2
    echo "Names in Debian 12: ${packages[*]}" >&2
    exit 1
}

is_debian_like || stop_and_name "This system is not Debian: install these with its own package manager, then start again."

missing=()
installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "${packages[@]}" 2> /dev/null || true)"
for package in "${packages[@]}"; do
    [[ $installed == *" installed:$package "* ]] || missing+=("$package")
done
((${#missing[@]} == 0)) && exit 0

as_root=()
if ((EUID != 0)); then
    command -v sudo > /dev/null \
        || stop_and_name "Packages are missing (${missing[*]}) and there is no sudo: run $0 ${1-} once as root."
    as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" > "$log" 2>&1 < /dev/null
}
install_missing() {
    apt install --yes --no-install-recommends "${missing[@]}"
}

# A fresh system has no lists of packages, an old one may have outdated ones: fetch them, then install.
echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
apt update || cp "$log" "$log.update"
if ! install_missing; then
    cat "$log" >&2
    [[ -f $log.update ]] && tail -n 5 "$log.update" >&2
    rm -f "$log.update"
    stop_and_name "The packages could not be installed; apt's own words are above."
fi
rm -f "$log.update"
