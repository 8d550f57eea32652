// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/path_index.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>

using namespace tailspan;
using layout::PathIndex;
using layout::PathSegment;

namespace {

PathSegment segment(std::uint32_t row, std::int64_t begin, std::int64_t end)
{
    return {SpanRow(row), TimePoint(begin), TimePoint(end)};
}

} // namespace

class TestPathIndexLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void piecesAreFoundAsByAWalkOverAll_data()
    {
        QTest::addColumn<bool>("isOverlapping");
        QTest::newRow("one after another") << false;
        QTest::newRow("of several roots, side by side") << true;
    }
    void piecesAreFoundAsByAWalkOverAll()
    {
        QFETCH(bool, isOverlapping);
        std::mt19937 random(3);
        const auto below = [&random](std::uint32_t most) { return static_cast<std::uint32_t>(random() % most); };
        for (const std::size_t count : {0, 1, 2, 15, 16, 17, 255, 256, 257, 3000}) {
            std::vector<PathSegment> path;
            std::int64_t at = 0;
            for (std::size_t i = 0; i < count; ++i) {
                const auto length = static_cast<std::int64_t>(random() % (isOverlapping ? 60 : 5));
                path.push_back(segment(below(500), at, at + length));
                at += isOverlapping ? static_cast<std::int64_t>(random() % 5) : length;
            }
            const PathIndex index(path);
            for (int round = 0; round < 300; ++round) {
                const TimePoint moment(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(at + 10)) - 5);
                const std::uint32_t first = below(500);
                const std::uint32_t end = first + below(round % 3 == 0 ? 500 : 20);
                const PathSegment *found = index.firstAfter(moment, first, end);
                TimePoint earliest(std::numeric_limits<std::int64_t>::max());
                for (const PathSegment &piece : path) {
                    const std::uint32_t row = piece.span.value();
                    if (row >= first && row < end && piece.end > moment && piece.end > piece.begin)
                        earliest = std::min(earliest, piece.begin);
                }
                QCOMPARE(found == nullptr, earliest.ns() == std::numeric_limits<std::int64_t>::max());
                if (found != nullptr) {
                    QCOMPARE(found->begin.ns(), earliest.ns());
                    QVERIFY(found->end > moment && found->span.value() >= first && found->span.value() < end);
                }
            }
        }
    }

    void thePiecesOfASpanStandByBegin()
    {
        const PathIndex index({segment(3, 50, 60), segment(2, 0, 10), segment(3, 10, 20), segment(3, 20, 20)});
        QCOMPARE(index.of(SpanRow(3)).size(), std::size_t{2});
        QCOMPARE(index.of(SpanRow(3))[0].begin.ns(), 10);
        QVERIFY(index.of(SpanRow(1)).empty());
        QVERIFY(PathIndex({}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPathIndexLayout)
#include "tst_path_index_layout.moc"
