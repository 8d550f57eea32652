// SPDX-License-Identifier: GPL-3.0-or-later
// Every report reader against figures that other programs worked out from the same files (jq 1.6, Python 3.11).
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"

#include <QtTest>

#include <cmath>
#include <filesystem>
#include <set>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr double kNone = -1;

struct Expected {
    const char *file;
    const char *format;
    double requests;
    double failures;
    double meanMs;
    double p50Ms;
    double p90Ms;
    double p95Ms;
    double p99Ms;
    double maxMs;
    std::int64_t startNs; ///< -1: not in the file
    std::int64_t durationNs;
};

// k6 JSON lines, each figure from
//   zcat -f FILE | jq -s 'def q(p): sort as $s | (p*(($s|length)-1)) as $x | ($x|floor) as $i
//     | $s[$i] + ($x-$i)*(($s[$i+1] // $s[$i]) - $s[$i]); map(select(.type=="Point"))
//     | (map(select(.metric=="http_req_duration").data.value)) as $d
//     | [(map(select(.metric=="http_reqs").data.value)|add), (map(select(.metric=="http_req_failed").data.value)|add),
//        ($d|add/length), ($d|q(0.5)), ($d|q(0.9)), ($d|q(0.95)), ($d|q(0.99)), ($d|max)]'
// start and duration: a Python script over the same points, smallest of time - value (http_req_duration) and time
// (all others), largest time.
// k6 summaries: jq '.metrics.http_reqs, .metrics.http_req_failed, .metrics.http_req_duration, .state'
// Artillery 1: jq '.aggregate | .requestsCompleted, .errors, .codes' and the quantile function above over
//   jq '[.intermediate[].latencies[]]'; its duration is 411 / 18.43 s by .aggregate.rps.
// Artillery 2: jq '.aggregate | .counters, .summaries["http.response_time"], .firstMetricAt, .lastMetricAt';
//   failures are http.codes.404 (136) and errors.ECONNRESET (1).
const Expected kOwn[] = {
    {"k6-v0.48-small.ndjson", "k6-ndjson", 172, 4, 21.709396581, 19.4596925, 35.473195, 41.6470211, 52.44376978,
     57.429485, 1795443674230814170, 18051970558},
    {"k6-v0.48-runA.ndjson.gz", "k6-ndjson", 5572, 90, 48.330127836, 50.403968, 79.8711058, 86.403847, 101.8091928,
     137.112572, 1795443693044188489, 32298790764},
    {"k6-v0.48-runB-slower.ndjson.gz", "k6-ndjson", 4900, 76, 65.507107442, 73.7540215, 104.9183702, 112.7631403,
     127.9688258, 155.837924, 1795443726888128091, 32099387845},
    {"handle-summary-small.json", "k6-summary", 172, 4, 21.709396581, 19.4596925, 35.473195, 41.6470211, 52.44376978,
     57.429485, -1, 18054537605},
    {"summary-export-small.json", "k6-summary", 172, 4, 21.709396581, 19.4596925, 35.473195, 41.6470211, 52.44376978,
     57.429485, -1, 18054537605},
    {"handle-summary-a.json", "k6-summary", 5572, 90, 48.330127836, 50.403968, 79.8711058, 86.403847, 101.8091928,
     137.112572, -1, 32299890000},
    {"summary-export-a.json", "k6-summary", 5572, 90, 48.330127836, 50.403968, 79.8711058, 86.403847, 101.8091928,
     137.112572, -1, 32299890000},
    // Written by hand after the layout of k6 1.5's --new-machine-readable-summary; the figures stand in it.
    {"k6-machine-readable-summary.json", "k6-summary", 200, 2, 20.5, 18, 40, 55.5, kNone, 120, -1, 30500000000},
    {"artillery-1.7.9-report.json", "artillery", 411, 4, 19.746958637, 16, 34, 41, 55.9, 123, 1795444908135767184,
     22300232816},
    {"artillery-2.0.34-report.json", "artillery", 809, 137, 12, 10.9, 24.8, 30.9, 39.3, 61, 1795443787602000000,
     34679000000},
    {"concurrent-users-ok.json", "azora-suite", kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    {"database-throughput-ok.json", "azora-suite", kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    // jq '.overall.startTime, .overall.endTime'
    {"test-report-1795444331402.json", "azora-test-report", kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone,
     1795442400000000000, 1931402000000},
    // Locust histories: the last row whose name is Aggregated, awk -F, '$4=="Aggregated"' FILE | tail -1; begin and end
    // are the first time less a second and the last. Statistics: the row Aggregated. --json and requests: a Python script
    // with the modules json and csv over all counts and rows, quantiles as above. HTML: the numbers as a browser shows
    // them, for the second page `jq` over what stands behind templateArgs (that page was made after the layout of
    // Locust 2.2x; its figures stand in it).
    {"locust/run_stats_history.csv", "locust-history", 360, 5, 27.584241328, 26, kNone, kNone, kNone, 75.994686,
     1795443932000000000, 21000000000},
    {"locust/nofull_stats_history.csv", "locust-history", 365, 17, 21.299585816, 21, 31, 33, 38, 49.503360,
     1796039649000000000, 11000000000},
    {"locust/run_stats.csv", "locust-stats", 465, 8, 27.270577998, 26, 46, 51, 68, 75.994686, -1, -1},
    {"locust/nofull_stats.csv", "locust-stats", 491, 21, 21.10169189, 21, 31, 33, 37, 49.503360, -1, -1},
    {"locust/run_failures.csv", "locust-failures", kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    {"locust/run_exceptions.csv", "locust-exceptions", kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    {"locust/locust-2.12.1-stats.json", "locust-json", 524, 22, 21.200381679, 21, 31, 32.85, 36.77, 50,
     1796039650973737000, 13750634000},
    {"locust/locust-requests.csv", "locust-requests", 524, 22, 21.202967244, 21.083377999, 30.79021660, 32.512924950,
     36.491524190, 49.50336, 1796039650945638000, 13778713474},
    {"locust/locust-2.12.1-report.html", "locust-html", 486, 9, 27, 26, 46, 51, 68, 80, 1795443933000000000,
     25000000000},
    {"locust/locust-template-args.html", "locust-html", 524, 22, 21.2029672, 21, 31, 33, 37, 49.50336,
     1796039650000000000, 14000000000},
    // k6 CSV: Python's csv module over the same rows, quantiles as above; a stamp is the second in which a request ended.
    {"k6-v0.48-small.csv", "k6-csv", 172, 4, 21.7093966, 19.4596925, 35.473195, 41.6470211, 52.4437698, 57.429485,
     1795443673968124363, 18031875637},
    // k6 dashboard: zcat FILE | jq -c 'select(.event=="cumulative" or .event=="start" or .event=="stop")' | tail -2;
    // failures are 0.01829 * 4044. The other three are made of this file by Python: fewer metrics, samples as arrays;
    // gzip and base64 in a page; {cumulative, snapshot} in a page, without start and stop.
    {"k6-v0.49-dashboard.ndjson.gz", "k6-dashboard", 4044, 74, 21.892, 19.535, 38.133, 44.094, 56.983, 100.33,
     1795444301324000000, 32589000000},
    {"k6-dashboard-layout2.ndjson", "k6-dashboard", 4044, 74, 21.892, 19.535, 38.133, 44.094, 56.983, 100.33,
     1795444301324000000, 32589000000},
    {"k6-dashboard-export.html", "k6-dashboard-html", 4044, 74, 21.892, 19.535, 38.133, 44.094, 56.983, 100.33,
     1795444301324000000, 32589000000},
    {"k6-dashboard-v0.5.html", "k6-dashboard-html", 4044, 74, 21.892, 19.535, 38.133, 44.094, 56.983, 100.33,
     1795444301325000000, 32586000000},
    // jq '.requests.total, ."5xx", .latency.mean, .latency.p50, .latency.p90, .latency.p99, .latency.max, .start, .finish'
    {"autocannon-api.json", "autocannon", 600, 31, 19.13, 17, 37, kNone, 56, 92, 1795443862939000000, 4013000000},
    {"autocannon-cli.json", "autocannon", 1092, 57, 18.66, 17, 36, kNone, 57, 93, 1795443856674000000, 6014000000},
    // vegeta: awk -F, over the CSV that Python made of the JSON lines; vegeta itself wrote gob and JSON.
    {"vegeta-results.gob", "vegeta-gob", 480, 107, 16.537602, 14.760686, 33.7125381, 39.332681, 58.6609324, 76.488106,
     1795444362203033441, 11993765460},
    {"vegeta-results.ndjson", "vegeta-json", 480, 107, 16.537602, 14.760686, 33.7125381, 39.332681, 58.6609324,
     76.488106, 1795444362203033441, 11993765460},
    {"vegeta-results.csv", "vegeta-csv", 480, 107, 16.537602, 14.760686, 33.7125381, 39.332681, 58.6609324, 76.488106,
     1795444362203033441, 11993765460},
    {"vegeta-results-old.csv", "vegeta-csv", 480, 107, 16.537602, 14.760686, 33.7125381, 39.332681, 58.6609324,
     76.488106, 1795444362203033441, 11993765460},
    // jq '.latencies, .requests, .success, .earliest, .end'
    {"vegeta-report.json", "vegeta-report", 480, 107, 16.537602, 14.849004, 33.741404, 39.270692, 58.740371, 76.488106,
     1795444362203033441, 11993765460},
    // awk 'NR>1 && NF==4 { sum += $1 * ($3 - last); last = $3 } END { print sum / last, last }'; percentiles are rows.
    {"vegeta-hdrplot.txt", "hdr-percentiles", 480, 0, 17.6556457, 14.849004, 33.741404, 39.270692, 58.6929203,
     76.488106, -1, -1},
    // Python's csv module over the rows; duration = largest offset + response-time, minus smallest offset.
    {"hey.csv", "hey-csv", 600, 23, 32.7606667, 30.6, 47.8, 55.005, 68, 96.7, -1, 4995000000},
    // The figures stand in the texts: less FILE
    {"hey.txt", "hey-text", 600, 28, 33.1, 30.8, 49.5, 55.9, 65.9, 116.2, -1, 5093600000},
    {"wrk.txt", "wrk", 1012, 0, 15.86, 14.9, 23.67, kNone, 34.08, 43.09, -1, 4010000000},
    {"wrk2.txt", "wrk", 1441, 64, 34.211, 32.32, 51.52, 61.247, 80.77, 91.264, -1, 12030000000},
    {"ab.txt", "ab-text", 400, 16, 33, 31, 49, 55, 65, 74, -1, 3335000000},
    {"ab-percentiles.csv", "ab-percentiles", kNone, kNone, kNone, 30.946, 49.223, 54.919, 64.85, 74.188, -1, -1},
    // Made of vegeta's requests in the layout of ab -g: awk -F'\t' 'NR>1 { sum += $5 } END { print sum / (NR-1) }'
    {"ab-requests.tsv", "ab-requests", 480, 0, 16.04375, 14, 33, 39, 58, 76, 1795444362000000000, 12052000000},
    // Made of hey's requests by a Python encoder of the three encodings; figures of the same by a Python decoder.
    {"hdr-v2-tags.hlog", "hdr-log", 600, 0, 32.7629533, 30.6, 47.792, 54.9968, 68, 96.672, 1795444000250000000,
     6000000000},
    {"hdr-v1.hlog", "hdr-log", 600, 0, 32.7629533, 30.6, 47.792, 54.9968, 68, 96.672, 1795444000250000000, 6000000000},
    {"hdr-v0.hlog", "hdr-log", 600, 0, 32.7629533, 30.6, 47.792, 54.9968, 68, 96.672, 1795444000250000000, 6000000000},
    // Written by hand after the layout of Taurus; the figures stand in them.
    {"taurus-final.csv", "taurus-csv", 600, 28, 33.12, 31, 49, 56, 66, 116, -1, -1},
    {"taurus-final.xml", "taurus-xml", 600, 28, 33.12, 31, 49, 56, 66, 116, -1, 5093600000},
};

// JMeter: a Python script with the modules csv and xml.etree: rows whose responseMessage begins with "Number of
// samples in transaction" left out; of nested samples the outermost that is no such transaction; quantiles as above;
// start = smallest stamp, end = largest stamp + elapsed, or, where stamps are ends, smallest stamp - elapsed and
// largest stamp. taurus-standard-errors.jtl has no end tag.
const Expected kPublic[] = {
    {"jmeter/apache-BatchTestLocal.csv", "jmeter-csv", 132, 16, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    {"jmeter/apache-HTMLReportFalseTestFile.csv", "jmeter-csv", 50, 50, 0, 0, 0, 0, 0, 0, 1549967385359000000,
     378000000},
    {"jmeter/apache-HTMLReportTestFile.csv", "jmeter-csv", 255, 3, 235.475, 232, 337, 339, 352.46, 353,
     1551783627191000000, 60185000000},
    {"jmeter/apache-JDBC_TESTS.csv", "jmeter-csv", 27, 0, kNone, kNone, kNone, kNone, kNone, kNone, -1, -1},
    {"jmeter/apache-sample_log1.jtl", "jmeter-xml", 10000, 0, 559.008, 321, 1162, 1622, 3505.4, 21782,
     1132021483828000000, 672037000000},
    {"jmeter/jenkins-JENKINS-16627_CSV_instead_of_XML.jtl", "jmeter-csv", 3, 0, 1229.333, 1425, 2048.2, 2126.1, 2188.42,
     2204, 1393227741256000000, 4080000000},
    {"jmeter/jenkins-JMeterCsvResults.csv", "jmeter-csv", 3, 0, 1944.333, 2204, 2204, 2204, 2204, 2204,
     1393227741256000000, 2206000000},
    // date -u -d '2014-02-24 07:42:21.256' +%s%N
    {"jmeter/jenkins-JMeterPublisher_formatted_timeStamp.csv", "jmeter-csv", 3, 1, 1433.333, 1300, 1860, 1930, 1986,
     2000, 1393227741256000000, 2001000000},
    {"jmeter/jenkins-JMeterResultsMultiLevel.jtl", "jmeter-xml", 10, 0, 381.9, 373, 468.6, 556.8, 627.36, 645,
     1298457003722000000, 4004000000},
    {"jmeter/jenkins-filewithtransactions.csv", "jmeter-csv", 210, 0, 904.238, 792, 1651.6, 1864.75, 2398.43, 2554,
     1547676357242000000, 116768000000},
    {"jmeter/taurus-cookies.jtl", "jmeter-xml", 2, 0, 82, 82, 145.2, 153.1, 159.42, 161, 1490691403962000000,
     213000000},
    {"jmeter/taurus-doublequoting.jtl", "jmeter-csv", 2, 2, 2298, 2298, 3023.6, 3114.3, 3186.86, 3205,
     1499942030901000000, 5289000000},
    {"jmeter/taurus-error-tc-generate-parent.jtl", "jmeter-xml", 7, 4, 87.143, 80, 108, 114, 118.8, 120,
     1690000000000000000, 2120000000},
    {"jmeter/taurus-error1.jtl", "jmeter-xml", 9, 9, 2.556, 3, 3, 3, 3, 3, 1637589158946000000, 2451000000},
    {"jmeter/taurus-kpi1.jtl", "jmeter-csv", 21, 9, 4.238, 3, 3, 4, 28, 34, 1637589158484000000, 2913000000},
    {"jmeter/taurus-resource_tc.jtl", "jmeter-xml", 14, 14, 51.214, 43, 52.4, 106.9, 186.98, 207, 1440785666520000000,
     378000000},
    {"jmeter/taurus-simple.error.jtl", "jmeter-xml", 3, 3, 60.667, 62, 62.8, 62.9, 62.98, 63, 1535636059081000000,
     716000000},
    {"jmeter/taurus-simple.kpi.jtl", "jmeter-csv", 6, 3, 1196.5, 154.5, 3375.5, 4927.25, 6168.65, 6479,
     1535636052585000000, 7212000000},
    {"jmeter/taurus-standard-errors.jtl", "jmeter-xml", 185, 185, 136.476, 12, 267, 271, 273.64, 279,
     1430825787172000000, 38224000000},
    {"jmeter/taurus-unicode-reqs.jtl", "jmeter-xml", 2, 0, 348.5, 348.5, 463.3, 477.65, 489.13, 492,
     1513327393895000000, 38387000000},
    {"jmeter/taurus-unicode.jtl", "jmeter-csv", 13, 13, 575.769, 857, 867.8, 981.6, 1117.92, 1152, 1482747524914000000,
     13534000000},
    {"k6-json/xk6-dashboard-v0.5.0-result.ndjson", "k6-ndjson", 28, 0, 121.401987107, 121.9865965, 125.1758862,
     125.65736195, 125.99990637, 126.039021, 1684948346011968277, 1951965982},
    // k6 CSV and HdrHistogram logs: the Python scripts of the cases above.
    {"k6-csv/taurus-k6_kpi.csv", "k6-csv", 4, 2, 120.905972, 119.016224, 243.323744, 244.457593, 245.364672, 245.591442,
     1633706789754408558, 44245591442},
    {"hdrhistogram/jHiccup-2.0.1.logV0.hlog", "hdr-log", 61256, 0, 33.1384466, 0.385024, 0.401408, 0.434176, 1103.10195,
     1572.864, 1438869961341000000, 82006000000},
    {"hdrhistogram/jHiccup-2.0.7S.logV2.hlog", "hdr-log", 48761, 0, 67.8069307, 0.335872, 0.417792, 627.048448,
     1430.25766, 1799.35642, 1441812279601000000, 62004000000},
    {"hdrhistogram/ycsb.logV1.hlog", "hdr-log", 300056, 0, 0.007240234, 0.000373, 0.000443, 0.000517, 0.1304, 1.545728,
     1438613579290000000, 599789000000},
    // The figures stand in the texts; in the XML: grep -A3 'label=""'.
    {"wrk/jenkins-WrkResultsQuick.wrk", "wrk", 1045, 0, 78.27, kNone, kNone, kNone, kNone, 235.54, -1, 5080000000},
    {"wrk/jenkins-WrkResultsLong.wrk", "wrk", 1045, 0, 78270, kNone, kNone, kNone, kNone, 235540, -1, 4999800000000},
    {"wrk/jenkins-WrkResultsWithLatencyFlag.wrk", "wrk", 18, 0, 42.28, 40.25, 46.51, kNone, 46.51, 46.51, -1,
     1010000000},
    {"taurus-other/jenkins-TaurusXMLReport.xml", "taurus-xml", 677, 11, 459.5, 187, 1158, 1293, 1493, 1718, -1, -1},
    {"taurus-other/jenkins-TaurusXmlWithDuration.xml", "taurus-xml", 59314, 29656, 0.54, 0, 1, 1, 3, 81, -1,
     3141592000},
    // No p99 in summaryTrendStats of older runs; this one has it. jq '.metrics.http_req_duration.values'
    {"k6-summary/k6-reporter-simple.json", "k6-summary", 878, 349, 21.375131271, 20.090773, 26.3586512, 30.0256841,
     39.57713638, 143.326605, -1, 24425289882},
    // Gatling: a Python script that splits the lines at tabs, or reads the binary records with struct; quantiles as
    // above over end - start, start = smallest time of users and requests, end = largest.
    {"gatling/gatling-v2.0.0-known_stats.log", "gatling-text", 8, 0, 5000, 4500, 7600, 8300, 8860, 9000, 1000000000,
     13000000000},
    {"gatling/gatling-v3.10.0-known_stats.log", "gatling-text", 8, 0, 5000, 4500, 7600, 8300, 8860, 9000, 1000000000,
     13000000000},
    {"gatling/gatling-v3.15-binary-known_stats.log", "gatling-binary", 105, 1, 128.495, 106, 280.6, 302.4, 366.24, 368,
     1730757532142000000, 17076000000},
    {"gatling/taurus-gatling-1-000.log", "gatling-text", 6, 0, 411, 404.5, 500, 506, 510.8, 512, 1509787167379000000,
     1908000000},
    {"gatling/taurus-gatling-2-000.log", "gatling-text", 5, 1, 1333.8, 1279, 1732.2, 1788.6, 1833.72, 1845,
     1522402818642000000, 36834000000},
    {"gatling/taurus-gatling-3-000.log", "gatling-text", 243, 0, 65.5267, 63, 65, 66, 119.32, 379, 1522406682831000000,
     10095000000},
    {"gatling/taurus-gatling-331-000.log", "gatling-text", 100, 0, 111.17, 90, 203.8, 235.05, 247.09, 256,
     1617204668243000000, 1256000000},
    {"gatling/taurus-gatling-4-000.log", "gatling-text", 644, 2, 225.425, 241, 371, 399.85, 631.17, 2118,
     1549411935145000000, 177874000000},
    {"gatling/taurus-gatling-5-000.log", "gatling-text", 2, 2, 6.5, 6.5, 8.5, 8.75, 8.95, 9, 1549361914993000000,
     1006000000},
    {"gatling/taurus-gatling-6-314.log", "gatling-binary", 39, 0, 234, 224, 381.6, 425, 478.04, 494,
     1756103749138000000, 6732000000},
};

void compareMs(std::optional<std::int64_t> actualNs, double expectedMs, double tolerance)
{
    QCOMPARE(actualNs.has_value(), expectedMs >= 0);
    if (!actualNs)
        return;
    const double actualMs = static_cast<double>(*actualNs) / 1e6;
    QVERIFY2(std::abs(actualMs - expectedMs) <= expectedMs * tolerance + 1e-3,
             qPrintable(QStringLiteral("%1 instead of %2 ms").arg(actualMs).arg(expectedMs)));
}

void addRows(std::span<const Expected> cases)
{
    QTest::addColumn<const Expected *>("expected");
    for (const Expected &expected : cases)
        QTest::newRow(expected.file) << &expected;
}

void compareWith(const Expected &expected, const std::string &folder)
{
    Progress progress;
    const auto opened = reports::openReport(folder + expected.file, {}, progress);
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().text().c_str());
    const LoadTestReport &report = **opened;
    QCOMPARE(report.format, std::string(expected.format));
    const Totals totals = totalsOf(report);
    QCOMPARE(totals.requests.has_value(), expected.requests >= 0);
    QCOMPARE(static_cast<double>(totals.requests.value_or(0)), std::max(expected.requests, 0.0));
    QCOMPARE(static_cast<double>(totals.failures.value_or(0)), std::max(expected.failures, 0.0));
    compareMs(totals.latency.meanNs, expected.meanMs, 0.001);
    compareMs(totals.latency.p50Ns, expected.p50Ms, 0.01);
    compareMs(totals.latency.p90Ns, expected.p90Ms, 0.01);
    compareMs(totals.latency.p95Ns, expected.p95Ms, 0.01);
    compareMs(totals.latency.p99Ns, expected.p99Ms, 0.01);
    compareMs(totals.latency.maxNs, expected.maxMs, 0);
    QCOMPARE(report.startedAt ? report.startedAt->ns() : -1, expected.startNs);
    const std::int64_t duration = report.duration ? report.duration->ns() : -1;
    // Where the tool writes a rounded rate and no duration, the duration is as good as the rate.
    QVERIFY2(std::abs(duration - expected.durationNs) <= expected.durationNs / 5000,
             qPrintable(QString::number(duration)));
    // The timeline holds the same requests as the totals, wherever there is one and the file's own steps add up.
    std::uint64_t inTimeline = 0;
    bool isCounted = !report.timeline.empty();
    for (const Bucket &bucket : report.timeline) {
        inTimeline += requestCount(bucket.requests, {});
        isCounted = isCounted && !bucket.reportedRps;
    }
    if (isCounted)
        QCOMPARE(inTimeline, *totals.requests);
}

} // namespace

Q_DECLARE_METATYPE(const Expected *)

class TestReportReaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sampleReportsHaveTheFiguresThatOtherProgramsFind_data() { addRows(kOwn); }
    void sampleReportsHaveTheFiguresThatOtherProgramsFind()
    {
        QFETCH(const Expected *, expected);
        compareWith(*expected, TAILSPAN_SOURCE_DIR "/tests/data/reports/");
    }

    void publicReportsHaveTheFiguresThatOtherProgramsFind_data() { addRows(kPublic); }
    void publicReportsHaveTheFiguresThatOtherProgramsFind()
    {
        QFETCH(const Expected *, expected);
        const std::string folder = TAILSPAN_SHARED_SAMPLES "/public/";
        if (!std::filesystem::exists(folder + expected->file))
            QSKIP("the shared samples are not here");
        compareWith(*expected, folder);
    }

    void everyReaderHasACase()
    {
        std::set<std::string> formats;
        for (const Expected &expected : kOwn)
            formats.insert(expected.format);
        for (const Expected &expected : kPublic)
            formats.insert(expected.format);
        for (const auto &reader : reports::allReportReaders())
            QVERIFY2(formats.contains(reader->info().id), reader->info().id);
    }

    void everyReaderSaysWhatItIs()
    {
        std::set<std::string> ids;
        for (const auto &reader : reports::allReportReaders()) {
            const reports::ReportFormatInfo info = reader->info();
            QVERIFY(std::string_view(info.title).size() > 5);
            QVERIFY(std::string_view(info.tool).size() > 1);
            QVERIFY(ids.insert(info.id).second);
        }
    }

    void exactlyOneReaderTakesEachSample()
    {
        for (const Expected &expected : kOwn) {
            const auto head = bytes::readHead(TAILSPAN_SOURCE_DIR "/tests/data/reports/" + std::string(expected.file));
            QVERIFY(head.has_value());
            std::size_t takers = 0;
            for (const auto &reader : reports::allReportReaders())
                takers += reader->sniff(*head) ? 1 : 0;
            QVERIFY2(takers == 1, expected.file);
        }
    }

    void anUnterminatedXmlFileKeepsWhatWasWholeAndSaysSo()
    {
        const std::string file = TAILSPAN_SHARED_SAMPLES "/public/jmeter/taurus-standard-errors.jtl";
        if (!std::filesystem::exists(file))
            QSKIP("the shared samples are not here");
        Progress progress;
        const auto report = reports::openReport(file, {}, progress);
        QVERIFY(report.has_value());
        QVERIFY(!(*report)->contents.isComplete);
        QCOMPARE((*report)->quality.count(QualityIssue::Truncated), std::uint64_t{1});
    }

    void stampsThatAreEndsAreFoundOut()
    {
        const std::string file = TAILSPAN_SHARED_SAMPLES "/public/jmeter/apache-sample_log1.jtl";
        if (!std::filesystem::exists(file))
            QSKIP("the shared samples are not here");
        Progress progress;
        const auto report = reports::openReport(file, {}, progress);
        QVERIFY(report.has_value());
        QCOMPARE((*report)->clock, ClockConvention::RequestEnd);
    }
};

QTEST_GUILESS_MAIN(TestReportReaders)
#include "tst_report_readers.moc"
