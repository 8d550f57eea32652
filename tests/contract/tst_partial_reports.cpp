// SPDX-License-Identifier: GPL-3.0-or-later
// Readers of files with single requests hand out what they have read so far, and end with the same as without anybody
// who watches.
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"
#include "tests/support/report_check.h"

#include <QtTest>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

/// A file on a slow disk: waits before it gives its bytes, a megabyte at most at a time.
class SlowStream final : public bytes::ByteStream {
public:
    explicit SlowStream(std::string text) : m_text(std::move(text)) {}
    [[nodiscard]] const std::string &name() const override { return m_name; }
    [[nodiscard]] Result<std::size_t> read(std::span<char> target) override
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(300)); // longer than readers wait before they show
        const std::size_t count = std::min({target.size(), m_text.size() - m_at, std::size_t{1} << 20U});
        std::copy_n(m_text.data() + m_at, count, target.data());
        m_at += count;
        return count;
    }
    [[nodiscard]] std::uint64_t fileBytes() const override { return m_text.size(); }
    [[nodiscard]] std::uint64_t fileBytesRead() const override { return m_at; }

private:
    std::string m_name = "slow";
    std::string m_text;
    std::size_t m_at = 0;
};

std::string sample(const char *name)
{
    std::ifstream in(std::string(TAILSPAN_SOURCE_DIR "/tests/data/reports/") + name, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

/// The rows behind a header of `headLines` lines, until there are three megabytes of them.
std::string repeated(const std::string &text, int headLines)
{
    std::size_t head = 0;
    for (int i = 0; i < headLines; ++i)
        head = text.find('\n', head) + 1;
    std::string all = text;
    while (all.size() < 3'000'000)
        all.append(text, head);
    return all;
}

std::string jtl()
{
    std::string text = "timeStamp,elapsed,label,responseCode,threadName,success,bytes\n";
    for (int i = 0; i < 60'000; ++i)
        text += std::to_string(1'700'000'000'000 + i * 10LL) + ",25,GET /api/jobs,200,Thread Group 1-1,true,100\n";
    return text;
}

std::string gatling()
{
    std::string text = "RUN\tSim\tsim\t1700000000000\t \t3.10.0\n";
    for (int i = 0; i < 60'000; ++i) {
        const std::string begin = std::to_string(1'700'000'000'000 + i * 10LL);
        text += "REQUEST\t\tGET /api/jobs\t" + begin + "\t" + begin + "\tOK\t \n";
    }
    return text;
}

} // namespace

class TestPartialReports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasReadIsShownMeanwhile_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const std::string &text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("hey-csv", repeated(sample("hey.csv"), 1));
        row("ab-requests", repeated(sample("ab-requests.tsv"), 1));
        row("vegeta-csv", repeated(sample("vegeta-results.csv"), 0));
        row("vegeta-json", repeated(sample("vegeta-results.ndjson"), 0));
        row("vegeta-gob", sample("vegeta-results.gob"));
        row("k6-ndjson", repeated(sample("k6-v0.48-small.ndjson"), 0));
        row("k6-csv", repeated(sample("k6-v0.48-small.csv"), 1));
        row("jmeter-csv", jtl());
        row("gatling-text", gatling());
    }
    void whatWasReadIsShownMeanwhile()
    {
        QFETCH(QByteArray, text);
        const auto plain = bytes::sourceFromMemory("file", text.toStdString());
        Progress progress;
        const auto whole = reports::readReport(plain, {}, progress);
        QVERIFY2(whole.has_value(), whole ? "" : whole.error().text().c_str());
        QCOMPARE((*whole)->format, std::string(QTest::currentDataTag()));
        const auto reader = std::ranges::find_if(reports::allReportReaders(), [](const auto &candidate) {
            return std::string_view(candidate->info().id) == QTest::currentDataTag();
        });
        SlowStream stream(text.toStdString());
        std::vector<std::uint64_t> seen;
        std::string broken;
        reports::ReadOptions options;
        options.partial = [&](const LoadTestReport &part) {
            seen.push_back(requestCount(part.requests, {}));
            broken += test::brokenPromise(part);
        };
        const auto report = (*reader)->readWith(stream, options, {}, progress);
        QVERIFY(report.has_value());
        QVERIFY(!seen.empty());
        QVERIFY(std::ranges::is_sorted(seen) && seen.back() > 0);
        QCOMPARE(broken, std::string());
        const std::uint64_t requests = requestCount((*whole)->requests, {});
        QCOMPARE(requestCount(report->requests, {}), requests);
        QVERIFY(seen.front() < requests);
    }
};

QTEST_GUILESS_MAIN(TestPartialReports)
#include "tst_partial_reports.moc"
