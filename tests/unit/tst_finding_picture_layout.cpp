// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"
#include "app/advice/picture_svg.h"
#include "models/layout/finding_picture.h"
#include "tests/support/text_count.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <sstream>

using namespace tailspan;
using namespace tailspan::layout;
using test::countOf;

namespace {

const std::string kEvil = "</svg><script>alert(\"1\")</script>&'\n\x01\u202e";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double widthOf(std::string_view text)
{
    return static_cast<double>(text.size()) * 6;
}

advisor::CurvePicture hitRatio()
{
    advisor::CurvePicture curves;
    curves.xName = "TTL";
    curves.xUnit = "s";
    curves.yName = "Hit ratio";
    curves.yUnit = "ratio";
    curves.curves.push_back({"today", {0, 60, 120, 180}, {0.1, 0.2, kNaN, 0.4}, false});
    curves.curves.push_back({"with the cache", {0, 60, 120, 180}, {0.2, 0.5, 0.6, 0.7}, true});
    curves.limits.emplace_back("wanted", 0.5);
    curves.chosenX = 120;
    return curves;
}

bool isInside(const FindingPicture &picture)
{
    for (const PictureText &text : picture.texts) {
        if (text.box.xPx < -0.01 || text.box.xPx + text.box.widthPx > picture.widthPx + 0.01 || text.box.yPx < -18
            || text.box.yPx + text.box.heightPx > picture.heightPx + 0.01)
            return false;
    }
    for (const PictureBar &bar : picture.bars) {
        if (!(bar.box.xPx >= 0 && bar.box.xPx + bar.box.widthPx <= picture.widthPx + 0.01))
            return false;
    }
    for (const PictureCurve &curve : picture.curves) {
        for (const PicturePoint &point : curve.points) {
            if (!std::isfinite(point.xPx) || !std::isfinite(point.yPx))
                return false;
        }
    }
    return true;
}

} // namespace

class TestFindingPictureLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void curvesBreakAtGapsAndStayInsideAtEveryWidth();
    void theReadingNamesTheNearestValues();
    void callsStandWhereTheyRan();
    void plansStandSideBySideWhereThereIsRoom();
    void noValuesAndHostileOnesDoNoHarm();
    void reportsHoldThePictureAndNoMarkupFromOutside();
};

void TestFindingPictureLayout::curvesBreakAtGapsAndStayInsideAtEveryWidth()
{
    const advisor::CurvePicture curves = hitRatio();
    for (const double width : {240.0, 480.0, 900.0}) {
        const FindingPicture picture = curvePicture(curves, width, widthOf);
        QVERIFY(isInside(picture));
        QCOMPARE(picture.curves.size(), std::size_t(2)); // two points, a gap and one alone; and the four of the other
        QCOMPARE(picture.curves[0].points.size(), std::size_t(2));
        QCOMPARE(picture.curves[1].points.size(), std::size_t(4));
        QCOMPARE(picture.bars.size(), std::size_t(1));
        QVERIFY(picture.curves[1].isDashed);
        QVERIFY(picture.plot.has_value());
        QCOMPARE(picture.curves[1].points[3].xPx, picture.plot->xOf(180));
    }
    // Names that have no room beside each other stand below each other.
    QVERIFY(curvePicture(curves, 100, widthOf).heightPx > curvePicture(curves, 900, widthOf).heightPx);
}

void TestFindingPictureLayout::theReadingNamesTheNearestValues()
{
    const advisor::CurvePicture curves = hitRatio();
    const FindingPicture picture = curvePicture(curves, 480, widthOf);
    const std::string reading = curveReading(curves, *picture.plot, picture.plot->xOf(61));
    QCOMPARE(reading, std::string("60 s  today 20 %  with the cache 50 %"));
}

void TestFindingPictureLayout::callsStandWhereTheyRan()
{
    advisor::CallsPicture calls;
    calls.before = {{"SELECT users", 0, 40'000'000, 20}, {"GET rates", 40'000'000, 80'000'000, 1}};
    calls.after = {{"SELECT users", 0, 4'000'000, 1}};
    const FindingPicture picture = callsPicture(calls, 700);
    QVERIFY(isInside(picture));
    QCOMPARE(picture.bars.size(), std::size_t(3));
    QCOMPARE(picture.bars[0].box.widthPx, picture.bars[1].box.widthPx);
    QCOMPARE(picture.bars[1].box.xPx, picture.bars[0].box.xPx + picture.bars[0].box.widthPx);
    QCOMPARE(picture.hints[0].text, std::string("20\u00d7 SELECT users, 40 ms"));
    calls.before.assign(50, {"one", -5, std::numeric_limits<std::int64_t>::max(), 1});
    calls.before.push_back({"turned", 100, std::numeric_limits<std::int64_t>::min(), 1});
    QVERIFY(isInside(callsPicture(calls, 240)));
    QVERIFY(callsPicture(calls, 240).bars.size() < 20);
}

void TestFindingPictureLayout::plansStandSideBySideWhereThereIsRoom()
{
    const advisor::PlanPicture plans{{{0, "Seq Scan on ledger", true}, {1, "Filter", false}},
                                     {{0, "Index Scan", true}, {4'000'000'000U, "deep", false}}};
    const FindingPicture wide = planPicture(plans, 700);
    const FindingPicture narrow = planPicture(plans, 400);
    QVERIFY(isInside(wide) && isInside(narrow));
    QVERIFY(narrow.heightPx > wide.heightPx);
    QCOMPARE(wide.texts[1].ink.ink, Ink::Bad);
    QCOMPARE(wide.texts[2].ink.ink, Ink::Text);
    QVERIFY(pictureInWords(plans).find("Seq Scan on ledger") != std::string::npos);
}

void TestFindingPictureLayout::noValuesAndHostileOnesDoNoHarm()
{
    QCOMPARE(findingPicture(advisor::Picture(), 400, widthOf).heightPx, 0.0);
    QCOMPARE(findingPicture(advisor::TablePicture(), 400, widthOf).heightPx, 0.0);
    QVERIFY(isInside(curvePicture({}, 400, widthOf)));
    advisor::CurvePicture curves = hitRatio();
    curves.isLogX = true;
    curves.xUnit = "time";
    curves.chosenX = std::numeric_limits<double>::infinity();
    curves.curves[0].x = {-1e300, kNaN, 1e300, 0};
    curves.curves[1].y = {1e308};
    curves.curves[1].name = std::string(10'000, 'x');
    curves.curves.resize(40, curves.curves[1]);
    QVERIFY(isInside(curvePicture(curves, 400, widthOf)));
    curves.curves.clear();
    QVERIFY(curvePicture(curves, 400, widthOf).curves.empty());
}

void TestFindingPictureLayout::reportsHoldThePictureAndNoMarkupFromOutside()
{
    advice::Advised advised;
    advisor::Finding finding;
    finding.title = finding.what = finding.detector = finding.impactText = kEvil;
    finding.subject = {kEvil, kEvil, kEvil};
    finding.evidence.push_back({"traces", kEvil, {}});
    finding.artifacts.push_back({"sql", kEvil, kEvil, kEvil});
    finding.verification.how = finding.refutedBy = kEvil;
    finding.conflicts = finding.assumptions = {kEvil};
    advisor::CurvePicture curves = hitRatio();
    curves.yName = curves.xName = curves.yUnit = curves.curves[0].name = kEvil;
    curves.limits.emplace_back(kEvil, 1);
    advisor::CallsPicture calls;
    calls.before = {{kEvil, 0, 5, 2}};
    const std::string line = kEvil;
    for (const advisor::Picture &picture :
         std::vector<advisor::Picture>{curves, calls, advisor::PlanPicture{{{0, line, true}}, {}},
                                       advisor::TablePicture{{line}, {{line}}, {0}}}) {
        finding.picture = picture;
        advised.advice.findings.push_back(finding);
    }
    advised.advice.unjudged.push_back({"x", kEvil, kEvil, kEvil});
    advised.from.notes = {kEvil};
    std::ostringstream out;
    advice::ReportColors light;
    light.good = "seagreen";
    writeAdviceHtml(out, advised, light, {});
    const std::string html = out.str();
    QCOMPARE(countOf(html, "<svg"), std::size_t(2)); // curves and calls; plans and tables are text
    QCOMPARE(countOf(html, "</svg>"), std::size_t(2));
    QCOMPARE(countOf(html, "<script"), std::size_t(0));
    QCOMPARE(countOf(html, "--ink-good:seagreen;"), std::size_t(1));
    QCOMPARE(countOf(html, "prefers-color-scheme"), std::size_t(0)); // no dark colours were given
    QVERIFY(countOf(html, "&lt;script&gt;") > 10);
    for (const char *part : {"src=", "href=", "http://", "url(", "nan", "inf\""})
        QVERIFY2(countOf(html, part) == 0, part);
}

QTEST_APPLESS_MAIN(TestFindingPictureLayout)
#include "tst_finding_picture_layout.moc"
