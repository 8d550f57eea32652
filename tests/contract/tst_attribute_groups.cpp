// SPDX-License-Identifier: GPL-3.0-or-later
// Spans are grouped by an attribute of their stored records as reading each span alone would group them.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/attribute_groups.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/trace_samples.h"

#include <QTest>

#include <map>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

TraceSnapshotPtr opened(std::string name, std::string text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory(std::move(name), std::move(text)), {}, progress).value();
}

/// The value of each span by asking for its details; "-" for none.
std::vector<std::string> oneByOne(const TraceSnapshot &snapshot, const std::string &key)
{
    std::vector<std::string> values;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        const SpanDetails details = snapshot.details(SpanRow(row)).value();
        std::string value = "-";
        for (const auto *attributes : {&details.resource, &details.attributes}) {
            const auto found = std::ranges::find(*attributes, key, &Attribute::key);
            value = found == attributes->end() ? value : found->value;
        }
        values.push_back(value);
    }
    return values;
}

std::vector<std::string> grouped(const TraceSnapshot &snapshot, const std::string &key)
{
    Progress progress;
    const auto selection = TraceSelection::allOf(snapshot);
    const AttributeGroups groups = groupedByAttribute(snapshot, selection, key, {}, progress).value();
    std::vector<std::string> values;
    for (const std::uint32_t group : groups.grouping.groupOf)
        values.push_back(group == SpanGroups::kNoGroup ? "-" : groups.grouping.names[group]);
    return values;
}

} // namespace

class TestAttributeGroups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFormatGivesItsAttributes()
    {
        for (const test::TraceSample &sample : test::traceSamples()) {
            const TraceSnapshotPtr snapshot = opened(sample.name, sample.text);
            const auto selection = TraceSelection::allOf(*snapshot);
            const std::vector<std::string> keys = attributeKeysOf(*snapshot, selection, 100, {});
            QVERIFY2(!keys.empty(), sample.name.c_str());
            for (const std::string &key : keys)
                QVERIFY2(grouped(*snapshot, key) == oneByOne(*snapshot, key), (sample.name + ": " + key).c_str());
        }
    }

    void valuesAreNumberedByFirstAppearance()
    {
        const TraceSnapshotPtr snapshot = opened("many", test::jaegerTraces(20, 400, false));
        const auto selection = TraceSelection::allOf(*snapshot);
        const std::string key = attributeKeysOf(*snapshot, selection, 100, {}).front();
        Progress progress;
        const AttributeGroups groups = groupedByAttribute(*snapshot, selection, key, {}, progress).value();
        std::uint32_t next = 0;
        for (const std::uint32_t group : groups.grouping.groupOf) {
            QVERIFY(group == SpanGroups::kNoGroup || group <= next);
            next += group == next ? 1 : 0;
        }
        QCOMPARE(std::size_t{next}, groups.grouping.names.size());
        QCOMPARE(progress.done.load(), snapshot->spans().size());
    }

    void secretsAreMaskedAndTheirNamesNotOffered()
    {
        const TraceSnapshotPtr snapshot =
            opened("secret",
                   R"({"data":[{"traceID":"aa","spans":[{"traceID":"aa","spanID":"1","operationName":"x",)"
                   R"("startTime":1700000000000000,"duration":5,"tags":[{"key":"password","type":"string",)"
                   R"("value":"hunter2"},{"key":"note","type":"string","value":"token=hunter2"}]}]}]})");
        const auto selection = TraceSelection::allOf(*snapshot);
        QCOMPARE(attributeKeysOf(*snapshot, selection, 10, {}), std::vector<std::string>{"note"});
        for (const char *key : {"password", "note"}) {
            const std::vector<std::string> values = grouped(*snapshot, key);
            QVERIFY2(values.front().find("hunter2") == std::string::npos, values.front().c_str());
        }
    }

    void spansThatCannotBeReadAreCounted()
    {
        const TraceSnapshotPtr snapshot = test::spansFromText("web GET @0ms +1ms x=1\n  db q @0ms +1ms x=2\n");
        Progress progress;
        const AttributeGroups groups =
            groupedByAttribute(*snapshot, TraceSelection::allOf(*snapshot), "x", {}, progress).value();
        QCOMPARE(groups.unreadCount, std::uint64_t{2});
        QVERIFY(!groups.problem.empty());
    }

    void aStopEndsIt()
    {
        const TraceSnapshotPtr snapshot = opened("many", test::jaegerTraces(4, 500, false));
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto groups =
            groupedByAttribute(*snapshot, TraceSelection::allOf(*snapshot), "x", stop.get_token(), progress);
        QCOMPARE(groups.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestAttributeGroups)
#include "tst_attribute_groups.moc"
