// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>
#include <QTest>

using namespace tailspan::style;
using namespace Qt::StringLiterals;

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { ThemeSwitch::instance().apply(ThemeChoice::Light); }
    void contrastOfKnownPairsIsAsPublished();
    void textReadsOnEverySurface_data() { bothThemes(); }
    void textReadsOnEverySurface();
    void marksStandOutOnEverySurface_data() { bothThemes(); }
    void marksStandOutOnEverySurface();
    void chipsAndBannersReadInEveryHue_data() { bothThemes(); }
    void chipsAndBannersReadInEveryHue();
    void furtherCategoriesAreStableAndStandOut_data() { bothThemes(); }
    void furtherCategoriesAreStableAndStandOut();
    void gradientsGetLighterFromStopToStop();
    void applyingAThemeChangesPaletteAndTellsOnce();
    void everyIconIsDrawnInTheAskedColour();
    void figuresOfATabularNumberHaveOneWidth();

private:
    static void bothThemes()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    static const Theme &asked()
    {
        QFETCH(bool, isDark);
        return isDark ? darkTheme() : lightTheme();
    }
};

namespace {

QByteArray said(const char *what, double ratio)
{
    return QByteArray(what) + " has a contrast of " + QByteArray::number(ratio, 'f', 2);
}

void needs(const QColor &color, const QColor &background, double wanted, const char *what)
{
    const double ratio = contrast(color, background);
    QVERIFY2(ratio >= wanted, said(what, ratio).constData());
}

} // namespace

void TestTheme::contrastOfKnownPairsIsAsPublished()
{
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
    // The grey that the WCAG tutorials name as the lightest that still passes on white.
    QVERIFY(qAbs(contrast(QColor(0x767676), Qt::white) - 4.54) < 0.01);
}

void TestTheme::textReadsOnEverySurface()
{
    const Theme &t = asked();
    for (const QColor &surface : {t.window, t.panel, t.raised, t.hover, t.selection, t.stripe}) {
        needs(t.text, surface, kTextContrast, "text");
        needs(t.muted, surface, kTextContrast, "muted");
    }
    for (const QColor &surface : {t.window, t.panel, t.raised}) {
        needs(t.accent, surface, kTextContrast, "accent");
        needs(t.good, surface, kTextContrast, "good");
        needs(t.warn, surface, kTextContrast, "warn");
        needs(t.bad, surface, kTextContrast, "bad");
    }
    needs(t.onAccent, t.accent, kTextContrast, "text on accent");
}

void TestTheme::marksStandOutOnEverySurface()
{
    const Theme &t = asked();
    for (const QColor &surface : {t.window, t.panel}) {
        for (const QColor &category : t.categories)
            needs(category, surface, kMarkContrast, qPrintable(category.name()));
        needs(t.quiet, surface, kMarkContrast, "quiet");
        for (const QColor &rank : t.ranks)
            needs(rank, surface, kMarkContrast, qPrintable(rank.name()));
    }
    for (std::size_t i = 1; i < t.ranks.size(); ++i) // slower stands out more
        QVERIFY(contrast(t.ranks[i], t.panel) > 1.15 * contrast(t.ranks[i - 1], t.panel));
    needs(t.scrollHandle, t.panel, 2.0, "scroll handle");
}

void TestTheme::chipsAndBannersReadInEveryHue()
{
    const Theme &t = asked();
    for (const QColor &hue : {t.accent, t.good, t.warn, t.bad})
        needs(t.onTint(hue), t.tint(hue), kTextContrast, qPrintable(hue.name()));
}

void TestTheme::furtherCategoriesAreStableAndStandOut()
{
    const Theme &t = asked();
    QCOMPARE(t.category(3, "any"), t.categories[3]);
    for (std::size_t i = 8; i < 32; ++i) {
        needs(t.category(i, "any"), t.window, kMarkContrast, "a shade");
        for (std::size_t other = 0; other < i; ++other)
            QVERIFY2(t.category(i, "any") != t.category(other, "any"), "two services look the same");
    }
    for (int i = 0; i < 200; ++i) {
        const std::string name = "service-" + std::to_string(i);
        const QColor color = t.category(40, name);
        QCOMPARE(t.category(55, name), color);
        needs(color, t.window, kMarkContrast, name.c_str());
        needs(color, t.panel, kMarkContrast, name.c_str());
    }
}

void TestTheme::gradientsGetLighterFromStopToStop()
{
    for (const QGradientStops &stops : {cividis(), viridis()}) {
        QCOMPARE(stops.first().first, 0.0);
        QCOMPARE(stops.last().first, 1.0);
        for (qsizetype i = 1; i < stops.size(); ++i)
            QVERIFY(luminance(stops[i].second) > luminance(stops[i - 1].second));
    }
}

void TestTheme::applyingAThemeChangesPaletteAndTellsOnce()
{
    ThemeSwitch &themes = ThemeSwitch::instance();
    themes.apply(ThemeChoice::Light);
    QSignalSpy spy(&themes, &ThemeSwitch::themeChanged);
    themes.apply(ThemeChoice::Dark);
    QCOMPARE(spy.count(), 1);
    QVERIFY(theme().isDark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), darkTheme().window);
    themes.apply(ThemeChoice::Dark);
    QCOMPARE(spy.count(), 1);
    themes.apply(ThemeChoice::System); // the off-screen platform is light
    QVERIFY(!theme().isDark);
    QCOMPARE(spy.count(), 2);
}

void TestTheme::everyIconIsDrawnInTheAskedColour()
{
    loadResources();
    const QStringList files = QDir(u":/icons"_s).entryList({u"*.svg"_s});
    QVERIFY(files.size() > 25);
    for (const QString &file : files) {
        if (file == u"tailspan.svg"_s)
            continue;
        const QImage image = iconPixmap(file.chopped(4), QColor(Qt::red), 20, 2).toImage();
        QCOMPARE(image.width(), 40);
        int drawn = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor pixel = image.pixelColor(x, y);
                if (pixel.alpha() > 200) {
                    ++drawn;
                    QVERIFY2(pixel.red() > 200 && pixel.green() < 40, qPrintable(file));
                }
            }
        }
        QVERIFY2(drawn > 15, qPrintable(file));
    }
}

void TestTheme::figuresOfATabularNumberHaveOneWidth()
{
    const QFont font = tableFont();
    QCOMPARE(tabularWidth(font, u"1,111.11"_s), tabularWidth(font, u"8,408.96"_s));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
