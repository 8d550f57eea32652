// SPDX-License-Identifier: GPL-3.0-or-later
// The events of many spans at once are those that opening each span gives.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/event_marks.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/trace_samples.h"

#include <QTest>

#include <numeric>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

TraceSnapshotPtr opened(std::string name, std::string text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory(std::move(name), std::move(text)), {}, progress).value();
}

std::vector<std::uint32_t> allRows(const TraceSnapshot &snapshot)
{
    std::vector<std::uint32_t> rows(snapshot.spans().size());
    std::iota(rows.rbegin(), rows.rend(), 0U); // not in the order of the file
    return rows;
}

} // namespace

class TestEventMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFormatGivesItsEvents()
    {
        std::size_t events = 0;
        for (const test::TraceSample &sample : test::traceSamples()) {
            const TraceSnapshotPtr snapshot = opened(sample.name, sample.text);
            const std::vector<std::uint32_t> rows = allRows(*snapshot);
            const auto marks = eventMarksOf(*snapshot, rows, {});
            QCOMPARE(marks.size(), rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const SpanDetails details = snapshot->details(SpanRow(rows[i])).value();
                QVERIFY2(marks[i].size() == details.events.size(), sample.name.c_str());
                events += marks[i].size();
                QVERIFY(std::ranges::is_sorted(marks[i], {}, &EventMark::time));
            }
        }
        QVERIFY(events > 0);
    }

    void namesAreMaskedAndManyAreCut()
    {
        std::string logs;
        for (int i = 0; i < 300; ++i)
            logs += std::string(i == 0 ? "" : ",") + R"({"timestamp":)" + std::to_string(1700000000000000 + 300 - i)
                + R"(,"fields":[{"key":"event","value":"token=hunter2"}]})";
        const TraceSnapshotPtr snapshot =
            opened("many",
                   R"({"data":[{"traceID":"aa","spans":[{"traceID":"aa","spanID":"1","operationName":"x",)"
                   R"("startTime":1700000000000000,"duration":500,"logs":[)"
                       + logs + "]}]}]}");
        const auto marks = eventMarksOf(*snapshot, allRows(*snapshot), {});
        QCOMPARE(marks[0].size(), kMostEventMarks);
        QCOMPARE(marks[0].front().time.ns(), 1'700'000'000'000'001'000);
        QVERIFY2(marks[0].front().name.find("hunter2") == std::string::npos, marks[0].front().name.c_str());
    }

    void spansOfAStoreHaveNoneHere()
    {
        const TraceSnapshotPtr snapshot = test::spansFromText("web GET @0ms +1ms\n");
        QVERIFY(eventMarksOf(*snapshot, allRows(*snapshot), {})[0].empty());
    }
};

QTEST_APPLESS_MAIN(TestEventMarks)
#include "tst_event_marks.moc"
