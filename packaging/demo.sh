#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/demo.sh: live traces in one command. Starts a Redis and a PostgreSQL of its own on free ports of 127.0.0.1,
# lets the traffic simulator fill them, some faults included, and opens the window on both. Without a display it prints
# the newest traces. Closing the window, Ctrl+C or a failure ends the servers and removes their data.
#   --serve         no window: keeps the servers running until it is stopped
#   --check         no window: waits until both hold traces, and stops
#   --built FOLDER  takes the programs of that build folder instead of building them
# Exit code: the program's own; 77: --check or --serve without the servers installed, unless CI is set.
# shellcheck disable=SC2317 # some functions are called by traps and by wait_for only
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
mode=window
built=""
while (($# > 0)); do
    case $1 in
        --serve | --check) mode=${1#--} ;;
        --built)
            built=${2:?--built needs a folder}
            shift
            ;;
        -h | --help)
            echo "usage: ${0##*/} [--serve | --check] [--built FOLDER]"
            exit
            ;;
        *)
            echo "usage: ${0##*/} [--serve | --check] [--built FOLDER]" >&2
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

fail() {
    echo "$1" >&2
    exit "${2:-1}"
}

# The newest PostgreSQL that is installed; Debian keeps its servers out of PATH.
postgres_bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
if ! command -v redis-server > /dev/null || [[ ! -x $postgres_bin/initdb ]]; then
    [[ $mode == window || -n ${CI-} ]] && missing=1 || missing=77
    fail "redis-server or PostgreSQL is not installed: packaging/install-deps.sh --tests installs both." "$missing"
fi
# PostgreSQL refuses to run as root.
as_user=()
if ((EUID == 0)); then
    id postgres > /dev/null 2>&1 || fail "There is no user 'postgres' to run PostgreSQL as; start this as another user than root."
    as_user=(--reuid=postgres --regid=postgres --clear-groups)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/tailspan-demo.XXXXXX")
redis="" postgres="" simulator="" program=""

# Waits until a process is gone, ten seconds at most, then kills it.
wait_gone() {
    local i
    for ((i = 0; i < 100; ++i)); do
        kill -0 "$1" 2> /dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2> /dev/null || true
}

clean_up() {
    trap '' INT TERM HUP # once begun it is not interrupted
    local process
    for process in "$program" "$simulator" "$redis"; do
        [[ -z $process ]] || kill -TERM "$process" 2> /dev/null || true
    done
    [[ -z $postgres ]] || kill -INT "$postgres" 2> /dev/null || true # ends its connections instead of waiting for them
    for process in "$program" "$simulator" "$redis" "$postgres"; do
        [[ -z $process ]] || wait_gone "$process"
    done
    wait
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Below the ports that the system gives away itself.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do
        (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
    done
    echo "$port"
}

# wait_for NAME PROCESS LOG COMMAND...: until the command succeeds.
wait_for() {
    local name=$1 process=$2 log=$3 i
    shift 3
    for ((i = 0; i < 300; ++i)); do
        "$@" > /dev/null 2>&1 && return
        kill -0 "$process" 2> /dev/null || break
        sleep 0.1
    done
    tail -n 20 "$log" >&2
    fail "$name did not start; its own words are above."
}

start_redis() {
    redis_port=$(free_port)
    setpriv --pdeathsig=TERM -- redis-server --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly no \
        --dir "$folder" > "$folder/redis.log" 2>&1 &
    redis=$!
    wait_for Redis "$redis" "$folder/redis.log" redis-cli -h 127.0.0.1 -p "$redis_port" ping
    redis_url=redis://127.0.0.1:$redis_port/0
}

start_postgres() {
    local data=$folder/postgres log=$folder/postgres.log
    postgres_port=$(free_port)
    mkdir -m 700 "$data"
    if ((EUID == 0)); then
        chmod 711 "$folder"
        chown postgres: "$data"
    fi
    # A server for one sitting: what it would lose in a power cut nobody misses.
    (cd "$data" && setpriv "${as_user[@]}" -- "$postgres_bin/initdb" -D "$data" -A trust -U demo -E UTF8 --no-sync) \
        > "$log" 2>&1 || { cat "$log" >&2 && fail "initdb failed; its own words are above."; }
    (cd "$data" && exec setpriv "${as_user[@]}" --pdeathsig=INT -- "$postgres_bin/postgres" -D "$data" -p "$postgres_port" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off) >> "$log" 2>&1 &
    postgres=$!
    wait_for PostgreSQL "$postgres" "$log" "$postgres_bin/pg_isready" -h 127.0.0.1 -p "$postgres_port"
    # Tailspan gets a role that can only read, as it should in earnest.
    as_demo postgres -c 'CREATE DATABASE traces' > /dev/null
    as_demo traces -c 'CREATE ROLE reader LOGIN' -c 'GRANT pg_read_all_data TO reader' > /dev/null
    postgres_url="postgresql://reader@127.0.0.1:$postgres_port/traces?sslmode=disable"
}

# as_demo DATABASE OPTION...: psql as the owner of the tables.
as_demo() {
    local database=$1
    shift
    psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$postgres_port" -U demo "$@" "$database"
}

# Both hold traces up to now: the history is written.
stores_are_filled() {
    (($(redis-cli -h 127.0.0.1 -p "$redis_port" llen traces:auth) > 0)) \
        && [[ $(as_demo traces -c "SELECT max(timestamp) > now() AT TIME ZONE 'UTC' - interval '2 s' FROM distributed_traces") == t ]]
}

# Five minutes of history first, then as time goes by. Times of faults are seconds since the beginning of the history.
start_simulator() {
    setpriv --pdeathsig=TERM -- "$built/tests/tailspan_sim" --redis "$redis_url" \
        --postgres "postgresql://demo@127.0.0.1:$postgres_port/traces" --truth "$folder/truth.ndjson" \
        --metrics-port 0 --rate 50 --start -5m --seed "$RANDOM" \
        --fault slow-query:compliance:400@90- --fault n-plus-one:document-vault:12@150- \
        --fault error-burst:conversation:0.4@200-240 --fault pool-wait:payment:150@240- \
        --fault leak:analytics:100000 > "$folder/simulator.log" 2>&1 &
    simulator=$!
    wait_for "The simulator" "$simulator" "$folder/simulator.log" stores_are_filled
}

start_redis
start_postgres
start_simulator
cat << END
Redis:      $redis_url
PostgreSQL: $postgres_url
Metrics:    $(sed -n 's/^Metrics: //p' "$folder/simulator.log")
Data:       $folder
END

# shellcheck source=packaging/display.sh
. "$root/packaging/display.sh"
case $mode in
    check) exit 0 ;;
    serve) echo "Ctrl+C stops the servers and removes their data." ;;
    window)
        if has_display; then
            "$built/bin/tailspan" "$redis_url" "$postgres_url" &
        else
            echo "No display: these are the traces of the last 15 minutes; with one, the window opens on them."
            "$built/bin/tailspan" trace --source "$redis_url" --source "$postgres_url" --last 15m &
        fi
        program=$!
        ;;
esac

# In the background, so that a signal is heeded at once.
code=0
wait -n -p ended $program "$simulator" "$redis" "$postgres" || code=$?
[[ ${ended-} == "$program" ]] && exit "$code"
tail -n 5 "$folder"/*.log >&2
fail "One of the servers or the simulator ended on its own; their last words are above."
