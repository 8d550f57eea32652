# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # sourced by packaging/demo.sh, whose variables and functions it uses
# The load test of `packaging/demo.sh --loadtest`: one of these nights a query of payment lost its index. There is a
# report of each day; of yesterday's run there are also its traces in the stores and its metrics in Prometheus. All are of
# one simulated run (tests/sim/load_run.h), so they agree.

run_hour=14:00:00
reports=$folder/reports

# day_before N: "2026-11-23"
day_before() {
    date -u -d "$1 days ago" +%F
}

# write_run DAYS_AGO OPTION...: the report of that day's run, and what the options ask for.
write_run() {
    local ago=$1 day regression=no
    shift
    day=$(day_before "$ago")
    ((ago > 4)) || regression=yes
    "$built/tests/tailspan_load_sim" --start "${day}T${run_hour}Z" --seed "$((100 - ago))" --regression "$regression" \
        --report "$reports/payments-$day.json" "$@"
    gzip -1 "$reports/payments-$day.json"
}

# Yesterday's run with its traces and metrics, then the reports of two weeks before it.
make_load_test() {
    local ago
    mkdir "$reports"
    write_run 1 --redis "$redis_url" --postgres "postgresql://demo@127.0.0.1:$postgres_port/traces" \
        --metrics-history "$folder/history.om"
    for ((ago = 2; ago <= 15; ++ago)); do
        write_run "$ago"
    done
    yesterday=$reports/payments-$(day_before 1).json.gz
    last_week=$reports/payments-$(day_before 8).json.gz
    limits=$root/packaging/demo/loadtest-limits.yml
}

start_load_test_prometheus() {
    local log=$folder/prometheus.log
    prometheus_port=$(free_port)
    echo "rule_files: [\"$root/packaging/demo/loadtest-alerts.yml\"]" > "$folder/prometheus.yml"
    promtool tsdb create-blocks-from openmetrics "$folder/history.om" "$folder/prometheus" > "$log" 2>&1 || {
        cat "$log" >&2
        fail "The history of the metrics cannot be made; see above."
    }
    rm "$folder/history.om"
    run_prometheus 4s # a look every two seconds was kept
    prometheus_url+='?interval=2s' # it scrapes nothing now that would tell
}

# The pool of payment was full during the spike and the alert fired, said Prometheus; traces of it are there.
load_test_is_seen() {
    local spike
    spike=$(($(date -u -d "$(day_before 1) $run_hour" +%s) + 215))
    [[ -n $(measured 'pg_pool_used{service="payment"} >= on(instance) pg_pool_max' "$spike") ]] \
        && [[ -n $(measured 'ALERTS{alertname="PaymentPoolExhausted", alertstate="firing"}' "$spike") ]] \
        && (($(as_demo traces -c "SELECT count(*) FROM distributed_traces WHERE operation = 'pg-pool.connect'
                                  AND duration > 1000") > 100))
}

wait_for_load_test() {
    wait_for "What Prometheus and the stores should hold" "$prometheus" "$folder/prometheus.log" load_test_is_seen
}

# The walk in words, for a terminal.
load_test_without_display() {
    local spike
    spike=$(day_before 1)T14:03:35
    echo "No display: this is the load test in words; with one, the window opens on it."
    echo && echo "Yesterday's run against last week's, and its own limits:"
    "$built/bin/tailspan" report "$yesterday" --compare "$last_week" --thresholds "$limits" || true
    echo && echo "The slowest traces of a second of the spike:"
    "$built/bin/tailspan" trace --source "$postgres_url" --from "${spike}Z" --to "${spike}.5Z" --min-duration 2s
}

say_load_test() {
    cat << END
Redis:        $redis_url
PostgreSQL:   $postgres_url
Prometheus:   $prometheus_url
Reports:      $reports
Yesterday:    $yesterday
Last week:    $last_week
Limits:       $limits
Data:         $folder
END
}
