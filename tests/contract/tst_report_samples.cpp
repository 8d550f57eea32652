// SPDX-License-Identifier: GPL-3.0-or-later
// Every file of the shared samples is read, with the totals that a Python script of its own counts in it, or refused by
// its name. A new file without figures from elsewhere fails.
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"
#include "tests/support/report_check.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

struct Totals {
    double requests = -1; ///< -1: the file does not count them.
    double failures = -1;
    double meanMs = -1;
    double maxMs = -1;
};

// What the script does not read: the figures stand in the files, or are those of tst_report_readers.cpp.
const std::map<std::string, Totals> kByHand = {
    // 200 responses and 2 errors: grep -A9 'Status code\|Error distribution' FILE
    {"own/hey/hey-errors.txt", {200, 0, 10.9, 22}},
    {"own/k6-web-dashboard/k6-v0.49-record.ndjson", {4044, 74, 21.892, 100.33}},
    {"own/locust/locust-2.12.1-report.html", {486, 9, 27, 80}},
    {"public/jmeter/apache-BatchTestLocal.csv", {132, 16, -1, -1}},
    {"public/jmeter/apache-JDBC_TESTS.csv", {27, 0, -1, -1}},
    {"public/jmeter/jenkins-JENKINS-16627_CSV_instead_of_XML.jtl", {3, 0, 1229.333, 2204}},
    {"public/k6-summary/k6-reporter-simple.json", {878, 349, 21.375131271, 143.326605}},
    {"public/wrk/jenkins-WrkResultsQuick.wrk", {1045, 0, 78.27, 235.54}},
    {"public/wrk/jenkins-WrkResultsLong.wrk", {1045, 0, 78270, 235540}},
    {"public/wrk/jenkins-WrkResultsWithLatencyFlag.wrk", {18, 0, 42.28, 46.51}},
    {"public/taurus-other/jenkins-TaurusXMLReport.xml", {677, 11, 459.5, 1718}},
    {"public/taurus-other/jenkins-TaurusXmlWithDuration.xml", {59314, 29656, 0.54, 81}},
    {"public/gatling/gatling-v3.15-binary-known_stats.log", {105, 1, 128.495, 368}},
    {"public/gatling/taurus-gatling-6-314.log", {39, 0, 234, 494}},
    {"public/hdrhistogram/jHiccup-2.0.1.logV0.hlog", {61256, 0, 33.1384466, 1572.864}},
    {"public/hdrhistogram/jHiccup-2.0.7S.logV2.hlog", {48761, 0, 67.8069307, 1799.35642}},
    {"public/hdrhistogram/ycsb.logV1.hlog", {300056, 0, 0.007240234, 1.545728}},
};

std::string bytesOf(const std::filesystem::path &path)
{
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

/// Paths below the shared samples, without the words about them and the truth of a simulation.
std::vector<std::string> samplePaths()
{
    std::vector<std::string> paths;
    for (const char *folder : {"own", "public"}) {
        const std::filesystem::path root = std::filesystem::path(TAILSPAN_SHARED_SAMPLES) / folder;
        if (!std::filesystem::exists(root))
            continue;
        for (const auto &entry : std::filesystem::recursive_directory_iterator(root)) {
            const std::filesystem::path &path = entry.path();
            if (entry.is_regular_file() && path.extension() != ".md" && path.filename() != "truth.ndjson")
                paths.push_back(std::filesystem::relative(path, TAILSPAN_SHARED_SAMPLES).string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

/// What the script counts in those files that it knows.
std::map<std::string, Totals> countedByScript(const std::vector<std::string> &paths)
{
    QProcess python;
    QStringList arguments{QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/contract/report_totals.py")};
    for (const std::string &path : paths)
        arguments << QString::fromStdString(path);
    python.setWorkingDirectory(QStringLiteral(TAILSPAN_SHARED_SAMPLES));
    python.start(u"python3"_s, arguments);
    std::map<std::string, Totals> counted;
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        return counted;
    for (const QByteArray &line : python.readAllStandardOutput().split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        const double requests = object[u"requests"].toDouble();
        if (!object.isEmpty())
            counted[object[u"path"].toString().toStdString()] = {requests, object[u"failures"].toDouble(),
                                                                 object[u"sumMs"].toDouble() / requests,
                                                                 object[u"maxMs"].toDouble()};
    }
    return counted;
}

/// Files of tests/data have their figures in tst_report_readers.cpp.
bool isInTestData(const std::string &path)
{
    const std::string text = bytesOf(std::filesystem::path(TAILSPAN_SHARED_SAMPLES) / path);
    const auto files = std::filesystem::recursive_directory_iterator(TAILSPAN_SOURCE_DIR "/tests/data/reports");
    return std::any_of(begin(files), end(files), [&](const std::filesystem::directory_entry &entry) {
        return entry.is_regular_file() && entry.file_size() == text.size() && bytesOf(entry.path()) == text;
    });
}

bool isRefusedByName(const Error &error)
{
    return error.code == ErrorCode::Unsupported
        && (error.message.find("not supported yet") != std::string::npos
            || error.message.find("tailspan trace") != std::string::npos);
}

void compare(const char *what, double actual, double expected, double tolerance)
{
    QVERIFY2(std::abs(actual - expected) <= std::abs(expected) * tolerance + 1e-3,
             qPrintable(QStringLiteral("%1: %2 instead of %3").arg(QLatin1String(what)).arg(actual).arg(expected)));
}

} // namespace

class TestReportSamples : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_paths = samplePaths();
        if (m_paths.empty())
            QSKIP("the shared samples are not here");
        m_counted = countedByScript(m_paths);
        QVERIFY2(m_counted.size() > 20, "the script counted too few files");
    }

    void everySampleIsReadRightOrRefusedByName_data()
    {
        QTest::addColumn<QString>("path");
        for (const std::string &path : m_paths)
            QTest::newRow(path.c_str()) << QString::fromStdString(path);
    }
    void everySampleIsReadRightOrRefusedByName()
    {
        QFETCH(QString, path);
        const std::string name = path.toStdString();
        Progress progress;
        const auto report = reports::openReport(TAILSPAN_SHARED_SAMPLES "/" + name, {}, progress);
        if (!report.has_value()) {
            QVERIFY2(isRefusedByName(report.error()), report.error().text().c_str());
            return;
        }
        QCOMPARE(test::brokenPromise(**report), std::string());
        const bool isCounted = m_counted.contains(name);
        if (!isCounted && !kByHand.contains(name)) {
            QVERIFY2(isInTestData(name), "nobody else has counted this file");
            return;
        }
        const Totals &expected = isCounted ? m_counted.at(name) : kByHand.at(name);
        const loadtest::Totals totals = loadtest::totalsOf(**report);
        QCOMPARE(static_cast<double>(totals.requests.value_or(0)), expected.requests);
        QCOMPARE(static_cast<double>(totals.failures.value_or(0)), expected.failures);
        QCOMPARE(totals.latency.maxNs.has_value(), expected.maxMs >= 0);
        if (!totals.latency.maxNs)
            return;
        compare("mean", static_cast<double>(*totals.latency.meanNs) / 1e6, expected.meanMs, 0.001);
        compare("max", static_cast<double>(*totals.latency.maxNs) / 1e6, expected.maxMs, 0);
    }

private:
    std::vector<std::string> m_paths;
    std::map<std::string, Totals> m_counted;
};

QTEST_GUILESS_MAIN(TestReportSamples)
#include "tst_report_samples.moc"
