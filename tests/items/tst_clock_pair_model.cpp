// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/clock_pair_model.h"
#include "tests/support/spans_from_text.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace tailspan;
using namespace Qt::StringLiterals;
using items::ClockPairModel;

namespace {

/// db is 95 ms ahead of web, which calls it.
trace::ClockFinding finding(const trace::ClockCorrection &correction = {})
{
    return *trace::correctClocks(test::spansFromText("web r @0ms +120ms\n  cache g @5ms +5ms\n  db a @105ms +80ms\n"
                                                     "  db b @186ms +20ms\n  db c @190ms +20ms\n"),
                                 correction, {});
}

} // namespace

class TestClockPairModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theServiceThatIsMovedStandsSecond()
    {
        ClockPairModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto found = finding();
        model.setFinding(&found, {});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ClockPairModel::TextColumn).data().toString(), u"web \u2194 db"_s);
        QCOMPARE(model.index(0, ClockPairModel::OffsetColumn).data().toString(), u"-97.5 ms"_s);
        QCOMPARE(model.index(0, 0).data(ClockPairModel::EvidenceRole).toString(),
                 u"3 of 3 calls outside the caller, as recorded.\n"
                 "3 of 3 calls fit when db is moved by -105 ms to -90 ms."_s);
        QCOMPARE(model.index(1, ClockPairModel::OffsetColumn).data().toString(), u"0"_s);
        model.setFinding(nullptr, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void whatTheUserHasSetKeepsItsDirection()
    {
        ClockPairModel model;
        for (const auto &[a, b, sign] : {std::tuple("web", "db", -1), std::tuple("db", "web", 1)}) {
            const trace::ClockCorrection correction{true, {{{a, b}, sign * 95'000'000}}};
            const auto found = finding(correction);
            model.setFinding(&found, correction);
            QCOMPARE(model.pair(0).names.second, std::string(b));
            QCOMPARE(model.pair(0).offsetNs(), std::int64_t{sign} * 95'000'000);
            const QString evidence = model.index(0, 0).data(ClockPairModel::EvidenceRole).toString();
            QVERIFY2(evidence.startsWith(u"Set by you; found was %1."_s.arg(sign > 0 ? u"+97.5 ms"_s : u"-97.5 ms"_s)),
                     qPrintable(evidence));
        }
    }
};

QTEST_GUILESS_MAIN(TestClockPairModel)
#include "tst_clock_pair_model.moc"
