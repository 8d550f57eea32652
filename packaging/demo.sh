#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/demo.sh: an incident in one command. Starts a Redis, a PostgreSQL, a Prometheus and an Alertmanager of its own
# on free ports of 127.0.0.1, lets the traffic simulator fill them with some minutes of history, and opens the window on
# all of them. Half of the instances of azora-coin got a new version three minutes before; the alert PaymentLatencyHigh
# fires. Without a display it prints what fires, who calls whom and the slowest traces. Closing the window, Ctrl+C or a
# failure ends the servers and removes their data.
#   --loadtest      another story: yesterday's load test. Its report and those of two weeks before it, its traces in the
#                   stores and its metrics in Prometheus; a full pool of connections during its spike
#   --serve         no window: keeps the servers running until it is stopped
#   --check         no window: waits until the stores hold traces and the alert fires, and stops
#   --built FOLDER  takes the programs of that build folder instead of building them
# Exit code: the program's own; 77: --check or --serve without the servers installed, unless CI is set.
# shellcheck disable=SC2317 # some functions are called by traps and by wait_for only
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
mode=window
story=incident
built=""
while (($# > 0)); do
    case $1 in
        --serve | --check) mode=${1#--} ;;
        --loadtest) story=loadtest ;;
        --built)
            built=${2:?--built needs a folder}
            shift
            ;;
        -h | --help)
            echo "usage: ${0##*/} [--loadtest] [--serve | --check] [--built FOLDER]"
            exit
            ;;
        *)
            echo "usage: ${0##*/} [--loadtest] [--serve | --check] [--built FOLDER]" >&2
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

fail() {
    echo "$1" >&2
    exit "${2:-1}"
}

# The newest PostgreSQL that is installed; Debian keeps its servers out of PATH.
postgres_bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
missing=()
for program in redis-server redis-cli prometheus promtool prometheus-alertmanager; do
    command -v "$program" > /dev/null || missing+=("$program")
done
[[ -x $postgres_bin/initdb ]] || missing+=(postgresql)
if ((${#missing[@]} > 0)); then
    [[ $mode == window || -n ${CI-} ]] && code=1 || code=77
    fail "Not installed: ${missing[*]}. packaging/install-deps.sh --tests installs them." "$code"
fi
# PostgreSQL refuses to run as root.
as_user=()
if ((EUID == 0)); then
    id postgres > /dev/null 2>&1 || fail "There is no user 'postgres' to run PostgreSQL as; start this as another user than root."
    as_user=(--reuid=postgres --regid=postgres --clear-groups)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/tailspan-demo.XXXXXX")
redis="" postgres="" simulator="" prometheus="" alertmanager="" program=""

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
    for process in "$program" "$prometheus" "$alertmanager" "$simulator" "$redis"; do
        [[ -z $process ]] || kill -TERM "$process" 2> /dev/null || true
    done
    [[ -z $postgres ]] || kill -INT "$postgres" 2> /dev/null || true # ends its connections instead of waiting for them
    for process in "$program" "$prometheus" "$alertmanager" "$simulator" "$redis" "$postgres"; do
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
    local name=$1 process=$2 log=$3 until=$((SECONDS + 45))
    shift 3
    while ((SECONDS < until)); do
        "$@" > /dev/null 2>&1 && return
        kill -0 "$process" 2> /dev/null || break
        sleep 0.1
    done
    tail -n 20 "$log" >&2
    fail "$name did not come; the last words of its log are above."
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

# The incident and what else goes on; times of faults are seconds since the beginning of the history.
history_s=900
incident_s=720
began_s=$(($(date +%s) - history_s))
incident=(--rate 70 --seed 7 --start "$(date -u -d "@$began_s" +%FT%TZ)"
    --fault "bad-version:azora-coin:450@$incident_s-"
    --fault error-burst:conversation:0.4@300-340 --fault error-burst:conversation:0.4@1020-1080
    --fault n-plus-one:document-vault:6 --fault leak:analytics:100000)

# History first, then as time goes by.
start_simulator() {
    local log=$folder/simulator.log
    setpriv --pdeathsig=TERM -- "$built/tests/tailspan_sim" "${incident[@]}" --redis "$redis_url" \
        --postgres "postgresql://demo@127.0.0.1:$postgres_port/traces" --truth "$folder/truth.ndjson" \
        --metrics-port 0 > "$log" 2>&1 &
    simulator=$!
    wait_for "The simulator" "$simulator" "$log" stores_are_filled
    metrics_address=$(sed -n 's#^Metrics: http://\(.*\)/metrics$#\1#p' "$log")
}

start_alertmanager() {
    local log=$folder/alertmanager.log
    alertmanager_port=$(free_port)
    echo "{route: {receiver: nobody, group_wait: 1s}, receivers: [{name: nobody}]}" > "$folder/alertmanager.yml"
    setpriv --pdeathsig=TERM -- prometheus-alertmanager --config.file="$folder/alertmanager.yml" \
        --storage.path="$folder/alertmanager" --cluster.listen-address= \
        --web.listen-address="127.0.0.1:$alertmanager_port" > "$log" 2>&1 &
    alertmanager=$!
    wait_for Alertmanager "$alertmanager" "$log" answers "$alertmanager_port" /-/ready
    alertmanager_url=alertmanager+http://127.0.0.1:$alertmanager_port
}

# One target for each service, and a second one of security-core that is down.
write_prometheus_config() {
    cat << END
global: {scrape_interval: 2s, evaluation_interval: 2s}
rule_files: ["$root/packaging/demo/alerts.yml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alertmanager_port"]}]}]}
scrape_configs:
  - job_name: mesh
    honor_labels: true
    static_configs:
      - {targets: ["127.0.0.1:1"], labels: {service: security-core, instance: security-core-standby}}
END
    sed -n 's/^  \([a-z-]*\): {port: .*/\1/p' "$root/packaging/demo/mesh.yml" | while read -r service; do
        echo "      - {targets: [\"$metrics_address\"]," \
            "labels: {service: $service, instance: $service, __metrics_path__: /metrics/$service}}"
    done
}

# The past comes from a second run of the same story, up to the moment when the first scrape can be expected.
make_history() {
    "$built/tests/tailspan_sim" "${incident[@]}" --metrics-history "$folder/history.om" \
        --duration "$(($(date +%s) + 5 - began_s))" || return
    promtool tsdb create-blocks-from openmetrics "$folder/history.om" "$folder/prometheus" || return
    rm "$folder/history.om"
}

start_prometheus() {
    local log=$folder/prometheus.log
    prometheus_port=$(free_port)
    write_prometheus_config > "$folder/prometheus.yml"
    make_history > "$log" 2>&1 || { cat "$log" >&2 && fail "The history of the metrics cannot be made; see above."; }
    run_prometheus 10s
}

# run_prometheus LOOKBACK: on what was written into its folder before.
run_prometheus() {
    local log=$folder/prometheus.log
    # Alerts are sent again soon: the first time it does not know its Alertmanager yet. Values do not outlive their series
    # by five minutes, as they would in blocks that are not scraped: instances that were replaced would count on.
    setpriv --pdeathsig=TERM -- prometheus --config.file="$folder/prometheus.yml" \
        --rules.alert.resend-delay=2s --query.lookback-delta="$1" \
        --storage.tsdb.path="$folder/prometheus" --web.listen-address="127.0.0.1:$prometheus_port" >> "$log" 2>&1 &
    prometheus=$!
    wait_for Prometheus "$prometheus" "$log" answers "$prometheus_port" /-/ready
    prometheus_url=prometheus+http://127.0.0.1:$prometheus_port
}

# answers PORT PATH [WORDS]: whether an HTTP server there answers 200, with these words.
answers() {
    local answer
    exec 3<> "/dev/tcp/127.0.0.1/$1" || return
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
    answer=$(cat <&3)
    exec 3<&-
    [[ $answer == HTTP/1.?' 200 '* && $answer == *"${3-}"* ]]
}

# measured PROMQL [TIME]: what it gives then, nothing when it gives nothing; TIME in seconds since 1970, else now.
measured() {
    promtool query instant ${2:+--time "$2"} "http://127.0.0.1:$prometheus_port" "$1"
}

# The alert fires, Alertmanager has heard of it, and five minutes ago all was well.
incident_is_seen() {
    local p95='histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="payment"}[1m]'
    [[ -n $(measured 'ALERTS{alertname="PaymentLatencyHigh", alertstate="firing"}') ]] \
        && [[ -n $(measured "$p95 offset 5m))) < 0.3") && -n $(measured "$p95))) > 0.5") ]] \
        && answers "$alertmanager_port" /api/v2/alerts PaymentLatencyHigh
}

wait_for_incident() {
    wait_for "What Prometheus and Alertmanager should show" "$prometheus" "$folder/prometheus.log" incident_is_seen
}

# The walk in words, for a terminal.
without_display() {
    local sources=(--source "$postgres_url")
    wait_for_incident
    echo "No display: this is the incident in words; with one, the window opens on it."
    echo && echo "What fires:"
    measured 'ALERTS{alertstate="firing"}'
    echo && echo "Who calls whom in the last three minutes:"
    "$built/bin/tailspan" graph "${sources[@]}" --last 3m
    echo && echo "How long azora-coin takes:"
    "$built/bin/tailspan" heatmap "${sources[@]}" --last 15m --service azora-coin
    echo && echo "Its traces over half a second, of the new version and the tenant acme:"
    "$built/bin/tailspan" trace "${sources[@]}" --last 3m --service azora-coin --min-duration 500ms \
        --filter 'metadata.version=2.14.1 AND metadata.tenant=acme' --limit 2000
}

# shellcheck source=packaging/display.sh
. "$root/packaging/display.sh"
# shellcheck source=packaging/demo/loadtest.sh
. "$root/packaging/demo/loadtest.sh"

tell_incident() {
    start_simulator
    start_alertmanager
    start_prometheus
    cat << END
Redis:        $redis_url
PostgreSQL:   $postgres_url
Prometheus:   $prometheus_url
Alertmanager: $alertmanager_url
Metrics:      http://$metrics_address/metrics
Mesh:         $root/packaging/demo/mesh.yml
Dashboard:    $root/packaging/demo/dashboard.json
Incident:     azora-coin 2.14.1 since $(date -u -d "@$((began_s + incident_s))" +%T) UTC, the history begins at $(date -u -d "@$began_s" +%T)
Data:         $folder
END
    opened=("$redis_url" "$postgres_url" "$prometheus_url" "$alertmanager_url")
    check=wait_for_incident
    in_words=without_display
}

tell_loadtest() {
    make_load_test
    start_load_test_prometheus
    say_load_test
    opened=("$yesterday" "$redis_url" "$postgres_url" "$prometheus_url")
    check=wait_for_load_test
    in_words=load_test_without_display
}

start_redis
start_postgres
"tell_$story"
case $mode in
    check)
        "$check"
        exit 0
        ;;
    serve) echo "Ctrl+C stops the servers and removes their data." ;;
    window)
        if has_display; then
            "$built/bin/tailspan" "${opened[@]}" &
        else
            "$in_words" &
        fi
        program=$!
        ;;
esac

# In the background, so that a signal is heeded at once.
code=0
# shellcheck disable=SC2086 # what does not run in this story is left out
wait -n -p ended $program $simulator "$redis" "$postgres" "$prometheus" $alertmanager || code=$?
[[ ${ended-} == "$program" ]] && exit "$code"
tail -n 5 "$folder"/*.log >&2
fail "One of the servers or the simulator ended on its own; their last words are above."
