// SPDX-License-Identifier: GPL-3.0-or-later
// The target's own records, read whole: totals against numbers worked out apart, both stores together, inferred callers
// against the truth, and no secret in what is shown.
//
// The totals, for each set:
//   cut -f2- redis-lists.tsv | jq -s '{spans: length, traces: ([.[].traceId] | unique | length),
//     services: ([.[].serviceName] | unique | length),
//     errors: ([.[] | select(.error != null or .statusCode >= 500)] | length), durationMs: ([.[].duration] | add)}'
//   awk -F, 'NR > 1 {n++; ms += $7; t[$1]; s[$4]; e += $8 >= 500}
//     END {print n, length(t), length(s), e, ms}' distributed_traces.csv
#include "app/tracefiles/open_trace_files.h"
#include "tests/support/inference_judge.h"
#include "tests/support/snapshot_check.h"

#include <QFileInfo>
#include <QTest>

#include <numeric>
#include <unordered_map>

using namespace tailspan;
using namespace tailspan::trace;
using test::InferenceScore;
using test::StoredSpan;

namespace {

struct Totals {
    std::size_t spans;
    std::size_t traces;
    std::size_t services;
    std::size_t errors;
    std::int64_t durationMs;
};

/// A folder with one set, and whether the limits of accuracy hold for it (a cut has too little to learn from).
struct Set {
    std::string folder;
    Totals totals;
    bool isWhole = false;
};

std::vector<Set> sets()
{
    const std::string cut = TAILSPAN_SOURCE_DIR "/tests/data/azora-traces/";
    const std::string whole = TAILSPAN_SHARED_SAMPLES "/own/azora-traces/";
    std::vector<Set> all{{cut + "sequential/", {204, 21, 10, 1, 43'263}}, {cut + "parallel/", {218, 9, 7, 3, 4'978}}};
    if (QFileInfo::exists(QString::fromStdString(whole))) {
        all.push_back({whole + "sequential/", {2'438, 263, 12, 3, 196'588}, true});
        all.push_back({whole + "parallel/", {4'630, 287, 12, 18, 153'546}, true});
    }
    return all;
}

TraceSnapshotPtr opened(const std::vector<std::string> &paths)
{
    Progress progress;
    auto snapshot = tracefiles::openTraceFiles(paths, {}, progress);
    if (!snapshot.has_value())
        qFatal("%s", snapshot.error().text().c_str());
    return *snapshot;
}

/// The inferred links of a snapshot, judged by the truth.
InferenceScore scoreOf(const TraceSnapshot &snapshot, const std::string &folder)
{
    std::vector<StoredSpan> records = test::readStoredRedis(folder + "redis-lists.tsv");
    const std::set<std::string> hiddenIds = test::matchTruth(records, folder + "truth.ndjson");
    std::unordered_map<std::string, std::size_t> bySpanId;
    for (std::size_t i = 0; i < records.size(); ++i)
        bySpanId.emplace(records[i].spanId, i);
    std::vector<test::GivenCaller> given(records.size());
    for (std::uint32_t r = 0; r < snapshot.spans().size(); ++r) {
        const SpanRow row(r);
        test::GivenCaller &caller = given[bySpanId.at(snapshot.spanIdText(row))];
        caller.isInferred = snapshot.spans().hasMark(row, kMarkInferredParent)
            || snapshot.spans().hasMark(row, kMarkUnresolvedParent);
        if (snapshot.parentOrigin(row) != ParentOrigin::Inferred)
            continue;
        caller.record = bySpanId.at(snapshot.spanIdText(snapshot.spans().parentOf(row)));
        caller.confidence = snapshot.parentConfidence(row);
    }
    InferenceScore score;
    test::judgeCallers(records, given, hiddenIds, score);
    return score;
}

double percent(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

class TestAzoraTraces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTotalsAreThoseOfJqAndAwk()
    {
        for (const Set &set : sets()) {
            for (const std::vector<std::string> &files :
                 {std::vector<std::string>{set.folder + "redis-lists.tsv"},
                  std::vector<std::string>{set.folder + "distributed_traces.csv"},
                  std::vector<std::string>{set.folder + "redis-lists.tsv", set.folder + "distributed_traces.csv"}}) {
                const auto snapshot = opened(files);
                const SpanTable &spans = snapshot->spans();
                QCOMPARE(test::brokenPromise(*snapshot), std::string());
                QCOMPARE(spans.size(), set.totals.spans);
                QCOMPARE(snapshot->traces().size(), set.totals.traces);
                QCOMPARE(snapshot->serviceCount(), set.totals.services);
                QCOMPARE(
                    static_cast<std::size_t>(std::count(spans.status.begin(), spans.status.end(), SpanStatus::Error)),
                    set.totals.errors);
                QCOMPARE(std::accumulate(spans.durationNs.begin(), spans.durationNs.end(), std::int64_t{0}),
                         set.totals.durationMs * 1'000'000);
                QCOMPARE(snapshot->ledger().count(RepairKind::MergedDuplicate),
                         std::uint64_t{files.size() == 2 ? set.totals.spans : 0});
                QCOMPARE(snapshot->ledger().count(RepairKind::DuplicateSpanId), std::uint64_t{0});
                for (const TraceInput &input : snapshot->inputs())
                    QVERIFY(input.isComplete && input.quality.isClean());
            }
        }
    }

    void theTwoStoresHoldTheSameSpans()
    {
        for (const Set &set : sets()) {
            // Records that begin and end together may stand in another order; the spans are the same.
            const auto tsv = opened({set.folder + "redis-lists.tsv"});
            const auto csv = opened({set.folder + "distributed_traces.csv"});
            std::map<std::string, std::array<std::int64_t, 2>> times;
            for (std::uint32_t r = 0; r < tsv->spans().size(); ++r)
                times[tsv->spanIdText(SpanRow(r))] = {tsv->spans().startNs[r], tsv->spans().durationNs[r]};
            for (std::uint32_t r = 0; r < csv->spans().size(); ++r)
                QVERIFY((times.at(csv->spanIdText(SpanRow(r)))
                         == std::array{csv->spans().startNs[r], csv->spans().durationNs[r]}));
        }
    }

    void inferredCallersAreRightAsOftenAsPromised()
    {
        for (const Set &set : sets()) {
            const InferenceScore score = scoreOf(*opened({set.folder + "redis-lists.tsv"}), set.folder);
            const double right = percent(score.right, score.judged);
            const double sureRight = percent(score.sureRight, score.sure);
            const double sureShare = percent(score.sure, score.links);
            qInfo("%s: %zu links judged, %.2f %% right; %.1f %% of the links given 0.9 or more, %.2f %% of those "
                  "right; %zu invented of %zu",
                  set.folder.c_str(), score.judged, right, sureShare, sureRight, score.invented, score.absent);
            const bool isSequential = set.folder.ends_with("sequential/");
            QVERIFY(score.judged > (set.isWhole ? 1'000U : 100U));
            QVERIFY(right >= (set.isWhole ? (isSequential ? 99.5 : 91.0) : (isSequential ? 99.0 : 75.0)));
            if (set.isWhole) {
                QVERIFY(sureRight >= 97);
                QVERIFY(sureShare >= 60);
                QCOMPARE(score.invented, std::size_t{0});
            }
        }
    }

    void everyInferredLinkIsMarkedWithItsConfidence()
    {
        for (const Set &set : sets()) {
            const auto snapshot = opened({set.folder + "redis-lists.tsv"});
            std::uint64_t inferred = 0;
            for (std::uint32_t r = 0; r < snapshot->spans().size(); ++r) {
                const SpanRow row(r);
                if (snapshot->parentOrigin(row) != ParentOrigin::Inferred)
                    continue;
                ++inferred;
                QVERIFY(snapshot->parentConfidence(row) > 0 && snapshot->parentConfidence(row) <= 1);
                QVERIFY(snapshot->recordedParentText(row) != snapshot->spanIdText(snapshot->spans().parentOf(row)));
            }
            QVERIFY(inferred > 0);
            QCOMPARE(snapshot->ledger().count(RepairKind::InferredParent), inferred);
        }
    }

    void noSecretIsShownUnasked()
    {
        for (const Set &set : sets()) {
            for (const char *file : {"redis-lists.tsv", "distributed_traces.csv"}) {
                const auto snapshot = opened({set.folder + file});
                std::size_t revealed = 0;
                for (std::uint32_t r = 0; r < snapshot->spans().size(); ++r) {
                    const auto masked = snapshot->details(SpanRow(r));
                    QVERIFY(masked.has_value());
                    std::string all = masked->rawRecord;
                    for (const auto *attributes : {&masked->attributes, &masked->resource}) {
                        for (const Attribute &attribute : *attributes)
                            all += attribute.key + "=" + attribute.value + "\n";
                    }
                    for (const char *secret : {"verysecret", "eyJhbGciOi", "127.0.0.1\""})
                        QVERIFY2(all.find(secret) == std::string::npos || std::string(secret).starts_with("127"),
                                 all.c_str());
                    QVERIFY(all.find("metadata.ip=127") == std::string::npos);
                    const auto open = snapshot->details(SpanRow(r), Secrets::Revealed);
                    revealed += open->rawRecord.find("eyJhbGciOi.secret") != std::string::npos ? 1 : 0;
                }
                QVERIFY(revealed > 10); // they were there
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAzoraTraces)
#include "tst_azora_traces.moc"
