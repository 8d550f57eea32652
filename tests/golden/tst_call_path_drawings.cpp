// SPDX-License-Identifier: GPL-3.0-or-later
// Drawings of traces in (call_paths/NAME.txt), their call tree as text out (call_paths/NAME.expected); where a line
// "against" parts the traces, the call tree of each part and what sets the second apart from the first.
// TAILSPAN_UPDATE_GOLDEN=1 writes the expected files anew; look at the difference before committing it.
#include "models/trace/trace_comparison.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/written_file.h"

#include <QDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

std::string ms(double ns)
{
    std::ostringstream text;
    text << ns / 1e6 << "ms";
    return text.str();
}

std::string ms(std::int64_t ns)
{
    return ms(static_cast<double>(ns));
}

std::string nameOf(const TraceSnapshot &snapshot, const CallTree::Node &node)
{
    return std::string(snapshot.serviceName(ServiceId(node.service))) + " "
        + std::string(snapshot.operationName(OperationId(node.operation)));
}

TraceSelection everyTrace(const TraceSnapshot &snapshot)
{
    std::vector<TraceRow> traces;
    for (std::uint32_t t = 0; t < snapshot.traces().size(); ++t)
        traces.emplace_back(t);
    return TraceSelection(snapshot, traces);
}

std::string treeText(const TraceSnapshot &snapshot)
{
    const TraceSelection selection = everyTrace(snapshot);
    const SpanTimes times = spanTimesOf(snapshot, selection, {}).value();
    const CallTree tree = callTreeOf(snapshot, selection, times, {}).value();
    std::string text;
    for (const CallTree::Node &node : tree.nodes) {
        const SpanTotals &totals = node.totals;
        text += std::string(std::size_t{2} * node.depth, ' ') + nameOf(snapshot, node) + ": "
            + std::to_string(totals.count) + " in " + std::to_string(totals.traceCount) + " traces, total "
            + ms(totals.totalNs) + ", self " + ms(totals.selfNs) + ", critical " + ms(totals.criticalNs) + ", p50 "
            + ms(totals.p50Ns) + ", max " + ms(totals.maxNs)
            + (totals.errorCount > 0 ? ", " + std::to_string(totals.errorCount) + " failed" : "") + "\n";
    }
    return text;
}

std::string comparisonText(const TraceSnapshot &a, const TraceSnapshot &b)
{
    const TraceSelection allA = everyTrace(a);
    const TraceSelection allB = everyTrace(b);
    const TraceComparison found = compareTraces({a, allA}, {b, allB}, {}).value();
    std::string text = "mean duration " + ms(found.meanDurationA) + " -> " + ms(found.meanDurationB)
        + ", critical path " + ms(found.meanCriticalA) + " -> " + ms(found.meanCriticalB) + "\n";
    for (const std::uint32_t number : found.byContribution) {
        const TraceComparison::Path &path = found.paths[number];
        const std::string name = path.isAdded() ? nameOf(b, found.b.nodes[path.nodeB])
                                                : nameOf(a, found.a.nodes[path.nodeA]);
        text += name
            + (path.isAdded()         ? " (added)"
                   : path.isRemoved() ? " (removed)"
                                      : "")
            + ": critical " + ms(path.criticalNs.a) + " -> " + ms(path.criticalNs.b) + ", self " + ms(path.selfNs.a)
            + " -> " + ms(path.selfNs.b) + (path.isSignificant() ? ", significant" : "") + "\n";
    }
    return found.isEmpty() ? text + "nothing differs\n" : text;
}

std::string answerTo(const std::string &drawing)
{
    const std::string parting = "against\n";
    const std::size_t at = drawing.find(parting);
    const auto a = test::spansFromText(drawing.substr(0, at));
    if (at == std::string::npos)
        return treeText(*a);
    const auto b = test::spansFromText(drawing.substr(at + parting.size()));
    return treeText(*a) + "against\n" + treeText(*b) + "is\n" + comparisonText(*a, *b);
}

} // namespace

class TestCallPathDrawings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDrawingHasTheExpectedCallPaths_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/golden/call_paths"));
        for (const QString &name : folder.entryList({QStringLiteral("*.txt")}))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void aDrawingHasTheExpectedCallPaths()
    {
        QFETCH(QString, path);
        const std::string text = answerTo(test::contentOf(path.toStdString()));
        const std::string expectedPath = path.chopped(4).toStdString() + ".expected";
        if (qEnvironmentVariableIsSet("TAILSPAN_UPDATE_GOLDEN"))
            std::ofstream(expectedPath) << text;
        QCOMPARE(QString::fromStdString(text), QString::fromStdString(test::contentOf(expectedPath)));
    }
};

QTEST_GUILESS_MAIN(TestCallPathDrawings)
#include "tst_call_path_drawings.moc"
