// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/latency_grid.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

struct Table {
    std::vector<std::int64_t> startNs, durationNs;
    std::vector<std::uint32_t> service, operation;
    std::vector<std::uint8_t> isFailed, isLeftOut;

    [[nodiscard]] SpanLatencies view() const { return {startNs, durationNs, service, operation, isFailed, isLeftOut}; }
};

Table randomTable(std::size_t spans, unsigned seed)
{
    std::mt19937_64 random(seed);
    Table table;
    for (std::size_t i = 0; i < spans; ++i) {
        table.startNs.push_back(static_cast<std::int64_t>(random() % 1'000'000'000));
        table.durationNs.push_back(static_cast<std::int64_t>(std::exp2(static_cast<double>(random() % 3000) / 100))
                                   - 1);
        table.service.push_back(static_cast<std::uint32_t>(random() % 4));
        table.operation.push_back(static_cast<std::uint32_t>(random() % 6));
        table.isFailed.push_back(random() % 10 == 0 ? 1 : 0);
        table.isLeftOut.push_back(random() % 20 == 0 ? 1 : 0);
    }
    return table;
}

} // namespace

class TestLatencyGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsTakeWhatIsAtMostTheirBound()
    {
        const LatencyRows rows = LatencyRows::between(1'000'000, 16'000'000, 1);
        QCOMPARE(rows.boundsNs(), (std::vector<std::int64_t>{1'000'000, 2'000'000, 4'000'000, 8'000'000, 16'000'000}));
        const std::vector<std::pair<std::int64_t, std::uint32_t>> wanted{
            {-5, 0},        {0, 0},         {1'000'000, 0},  {1'000'001, 1},
            {2'000'000, 1}, {8'000'001, 4}, {16'000'001, 5}, {std::numeric_limits<std::int64_t>::max(), 5}};
        for (const auto &[duration, row] : wanted)
            QCOMPARE(rows.rowOf(duration), row);
        for (const int perDoubling : {1, 3, 4, 8}) {
            const LatencyRows fine = LatencyRows::between(1, 5'000'000, perDoubling);
            for (std::int64_t duration = 1; duration < 5'100'000; duration += 1 + duration / 50) {
                const auto slow = std::ranges::lower_bound(fine.boundsNs(), duration) - fine.boundsNs().begin();
                QCOMPARE(std::int64_t{fine.rowOf(duration)}, slow);
            }
        }
    }

    void everySpanIsCountedOnceWhereItEnded()
    {
        const Table table = randomTable(20'000, 1);
        const LatencyRows rows = LatencyRows::between(100, 1'000'000'000);
        const TimeRange range{TimePoint(100'000'000), TimePoint(900'000'007)};
        for (const std::uint32_t columns : {1U, 7U, 100U, 1000U}) {
            for (const LatencyFilter &filter : {LatencyFilter{}, LatencyFilter{2, {}, false},
                                                LatencyFilter{1, 3, false}, LatencyFilter{{}, {}, true}}) {
                const LatencyGrid grid = latencyGridOf(table.view(), filter, range, columns, rows, {}).value();
                std::vector<std::uint32_t> expected(std::size_t{columns} * rows.count());
                std::uint64_t total = 0;
                for (std::size_t i = 0; i < table.startNs.size(); ++i) {
                    const std::int64_t since = table.startNs[i] + table.durationNs[i] - range.begin.ns();
                    if (table.isLeftOut[i] != 0 || (filter.service && table.service[i] != *filter.service)
                        || (filter.operation && table.operation[i] != *filter.operation)
                        || (filter.onlyFailed && table.isFailed[i] == 0) || since < 0
                        || since / grid.column.ns() >= columns)
                        continue;
                    ++expected[static_cast<std::size_t>(since / grid.column.ns()) * rows.count()
                               + rows.rowOf(table.durationNs[i])];
                    ++total;
                }
                QCOMPARE(grid.counts, expected);
                QCOMPARE(grid.total, total);
                QVERIFY(grid.end() >= range.end);
            }
        }
    }

    void percentilesLieInTheRowOfTheExactOne()
    {
        std::mt19937 random(3);
        std::lognormal_distribution<double> latency(16, 1);
        Table table;
        std::vector<std::int64_t> exact;
        for (int i = 0; i < 5'000; ++i) {
            exact.push_back(static_cast<std::int64_t>(latency(random)));
            table.startNs.push_back(-exact.back());
            table.durationNs.push_back(exact.back());
        }
        table.service.resize(exact.size());
        table.operation.resize(exact.size());
        std::ranges::sort(exact);
        const LatencyRows rows = LatencyRows::between(1'000, 10'000'000'000);
        const LatencyGrid grid = latencyGridOf(table.view(), {}, {TimePoint(0), TimePoint(10)}, 1, rows, {}).value();
        for (const double ratio : {0.5, 0.95, 0.99}) {
            const auto wanted = static_cast<double>(exact[static_cast<std::size_t>(ratio * 5'000) - 1]);
            QVERIFY(std::abs(std::log2(*grid.percentileNs(0, ratio) / wanted)) < 0.25);
        }
    }

    void anEmptyColumnHasNoPercentile()
    {
        const LatencyRows rows = LatencyRows::between(1'000, 1'000'000);
        const LatencyGrid grid = latencyGridOf({}, {}, {TimePoint(0), TimePoint(10)}, 3, rows, {}).value();
        QVERIFY(!grid.percentileNs(0, 0.5).has_value());
        QCOMPARE(latencyGridOf({}, {}, {TimePoint(5), TimePoint(5)}, 3, rows, {}).error().code, ErrorCode::Malformed);
    }

    void aStopEndsTheWork()
    {
        std::stop_source stop;
        stop.request_stop();
        const LatencyRows rows = LatencyRows::between(1'000, 1'000'000);
        QCOMPARE(latencyGridOf({}, {}, {TimePoint(0), TimePoint(10)}, 3, rows, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestLatencyGrid)
#include "tst_latency_grid.moc"
