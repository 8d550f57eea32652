// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/flame_layout.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace tailspan;
using namespace tailspan::layout;
using trace::CallTree;

namespace {

const char *const kTraces = R"(
    trace aa
    web GET /pay @0ms +100ms
      db SELECT users @10ms +20ms
      db SELECT users @40ms +20ms
      auth check @70ms +10ms
    trace bb
    web GET /pay @0ms +60ms
      db SELECT users @10ms +40ms
)";

struct Flame {
    explicit Flame(trace::TraceSnapshotPtr traces) : snapshot(std::move(traces)), tree(treeOf(*snapshot)) {}

    static CallTree treeOf(const trace::TraceSnapshot &snapshot)
    {
        const auto selection = trace::TraceSelection::allOf(snapshot);
        return *callTreeOf(snapshot, selection, *spanTimesOf(snapshot, selection, {}), {});
    }
    [[nodiscard]] FlameLayout laidOut(double widthPx, std::uint32_t focus = CallTree::kNone,
                                      FlameMeasure measure = FlameMeasure::Self) const
    {
        return layOutFlame(tree, flameWeights(tree, measure), focus, widthPx);
    }
    /// "0 web GET /pay 0+160" a cell: level, name, left edge and width in whole pixels.
    [[nodiscard]] std::string drawing(const FlameLayout &layout) const
    {
        std::string text;
        for (const FlameCell &cell : layout.cells) {
            const CallTree::Node &node = tree.nodes[cell.node];
            text += std::to_string(cell.level) + " " + std::string(snapshot->operationName(OperationId(node.operation)))
                + " " + std::to_string(std::lround(cell.xPx)) + "+" + std::to_string(std::lround(cell.widthPx))
                + (cell.folded > 1 ? " x" + std::to_string(cell.folded) : "") + (cell.isAbove ? " above" : "") + "\n";
        }
        return text;
    }

    trace::TraceSnapshotPtr snapshot;
    CallTree tree;
};

} // namespace

class TestFlameLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callersStandAboveWhatTheyCall()
    {
        const Flame flame(test::spansFromText(kTraces));
        // 160 ms of work in all: 80 in the queries, 10 in the check, the rest in the root itself.
        QCOMPARE(flame.drawing(flame.laidOut(160)),
                 std::string("0 GET /pay 0+160\n1 SELECT users 0+80\n1 check 80+10\n"));
    }

    void aFocusTakesTheWholeWidthUnderItsCallers()
    {
        const Flame flame(test::spansFromText(kTraces));
        QCOMPARE(flame.drawing(flame.laidOut(160, 1)), std::string("0 GET /pay 0+160 above\n1 SELECT users 0+160\n"));
    }

    void siblingsTooNarrowToDrawShareAMark()
    {
        std::string text = "web GET @0ms +1000ms\n  db slow @0ms +900ms\n";
        for (int i = 0; i < 50; ++i)
            text += "  db q" + std::to_string(i) + " @" + std::to_string(900 + i) + "ms +1ms\n";
        const Flame flame(test::spansFromText(text));
        const FlameLayout layout = flame.laidOut(100);
        QCOMPARE(layout.cells.size(), std::size_t{3});
        QCOMPARE(layout.cells.back().folded, 50U);
        QCOMPARE(std::lround(layout.cells.back().widthPx), 5);
    }

    void theCriticalPathHasItsOwnWidths()
    {
        const Flame flame(test::spansFromText("web GET @0ms +100ms\n  a long @0ms +100ms\n  b short @0ms +40ms\n"));
        QCOMPARE(flame.drawing(flame.laidOut(100, CallTree::kNone, FlameMeasure::Critical)),
                 std::string("0 GET 0+100\n1 long 0+100\n"));
    }

    void cellsOfALevelNeverShareAPixelAndStayBelowTheirCallers()
    {
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            const Flame flame(test::randomTrace(20'000, seed));
            const FlameLayout layout = flame.laidOut(800);
            std::map<std::uint32_t, double> takenTo;
            std::map<std::uint32_t, const FlameCell *> cellOf;
            for (const FlameCell &cell : layout.cells) {
                QVERIFY(cell.widthPx >= kMinFlameCellPx);
                QVERIFY(cell.xPx >= takenTo[cell.level] - 1e-6);
                takenTo[cell.level] = cell.xPx + cell.widthPx;
                QVERIFY(takenTo[cell.level] <= 800 + 1e-6);
                cellOf[cell.node] = &cell;
                const std::uint32_t parent = flame.tree.nodes[cell.node].parent;
                if (parent == CallTree::kNone)
                    continue;
                QVERIFY(cellOf.contains(parent));
                QCOMPARE(cell.level, cellOf[parent]->level + 1);
                QVERIFY(cell.xPx >= cellOf[parent]->xPx - 1e-6);
                QVERIFY(cell.xPx + cell.widthPx <= cellOf[parent]->xPx + cellOf[parent]->widthPx + 1e-6);
            }
            QVERIFY(layout.cells.size() <= std::size_t{800} * layout.levels);
        }
    }

    void weightsAddUpToAllWork()
    {
        const Flame flame(test::randomTraces(50, 40, 3));
        const auto weights = flameWeights(flame.tree, FlameMeasure::Self);
        std::int64_t roots = 0;
        for (std::size_t node = 0; node < flame.tree.nodes.size(); node += flame.tree.nodes[node].subtreeSize)
            roots += weights[node];
        std::int64_t self = 0;
        for (const CallTree::Node &node : flame.tree.nodes)
            self += node.totals.selfNs;
        QCOMPARE(roots, self);
    }

    void aVeryDeepChainIsLaidOutWithoutRecursion()
    {
        const Flame flame(test::chainTrace(100'000));
        QVERIFY(!flame.laidOut(800).cells.empty());
    }

    void nothingGivesNothing()
    {
        const Flame flame(test::spansFromText(""));
        QVERIFY(flame.laidOut(800).cells.empty());
    }
};

QTEST_APPLESS_MAIN(TestFlameLayout)
#include "tst_flame_layout.moc"
