// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/settings.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tailspan::settings;
using namespace Qt::StringLiterals;

class TestSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whatIsSavedIsLoadedAgain();
    void aMissingFileMeansDefaultsWithoutAWord();
    void aDamagedFileIsKeptAsideAndSaidOnce_data();
    void aDamagedFileIsKeptAsideAndSaidOnce();
    void valuesOfTheWrongKindFallBackToDefaults();
    void aFolderThatCannotBeWrittenIsAnError();
    void theNewestRecentFileStandsFirstAndTheListStaysShort();
    void withoutAPathNothingIsReadOrWritten();

private:
    QString path() const { return m_dir->filePath(u"deep/er/settings.json"_s); }
    void write(const QByteArray &bytes) const;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestSettings::init()
{
    QTest::failOnWarning(QRegularExpression(u".?"_s));
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestSettings::write(const QByteArray &bytes) const
{
    QDir().mkpath(m_dir->filePath(u"deep/er"_s));
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

void TestSettings::whatIsSavedIsLoadedAgain()
{
    SettingsStore store(path());
    store.edit().theme = u"dark"_s;
    store.edit().page = u"traces"_s;
    store.edit().windowGeometry = QByteArray("\x00\xff\x10", 3);
    store.edit().dockLayouts.insert(u"replay"_s, QByteArray("layout"));
    store.edit().recentFiles = {u"/data/ä b.json"_s, u"/data/<b>.json"_s};
    store.edit().openFiles = {u"/data/ä b.json"_s};
    store.edit().replayLanes.order = {u"latency"_s, u"users"_s};
    store.edit().replayLanes.lanes.insert(u"users"_s, {true, 2.5, true, true});
    store.edit().runMetrics.insert(u"/data/run.json"_s, {QStringList{u"cpu"_s}, QStringList()});
    store.edit().runMetrics.insert(u"/data/other.json"_s, {std::nullopt, QStringList{u"auth"_s}});
    for (int i = 0; i < 2 * kRecentRunsLimit; ++i)
        addRecentRuns(store.edit(), {u"/runs/%1"_s.arg(i % 12), u"/runs/ä.csv"_s});
    addRecentRuns(store.edit(), {});
    QCOMPARE(store.value().recentRuns.size(), kRecentRunsLimit);
    QCOMPARE(store.value().recentRuns.front(), QStringList({u"/runs/3"_s, u"/runs/ä.csv"_s}));
    QVERIFY(store.save().has_value());

    SettingsStore again(path());
    again.load();
    QVERIFY(again.notice().isEmpty());
    QVERIFY(again.value() == store.value());
}

void TestSettings::aMissingFileMeansDefaultsWithoutAWord()
{
    SettingsStore store(path());
    store.load();
    QVERIFY(store.notice().isEmpty());
    QVERIFY(store.value() == Settings());
}

void TestSettings::aDamagedFileIsKeptAsideAndSaidOnce_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut off") << QByteArray(R"({"version": 1, "theme": "da)");
    QTest::newRow("another document") << QByteArray("[1, 2, 3]");
    QTest::newRow("binary") << QByteArray("\x00\x01\x02\xff", 4);
    QTest::newRow("too large") << QByteArray(2 << 20, ' ');
    QTest::newRow("deep") << QByteArray(100000, '[');
}

void TestSettings::aDamagedFileIsKeptAsideAndSaidOnce()
{
    QFETCH(QByteArray, bytes);
    write(bytes);
    SettingsStore store(path());
    store.load();
    QVERIFY(store.notice().contains(u"damaged"_s));
    QVERIFY(store.value() == Settings());
    const QStringList kept = QDir(m_dir->filePath(u"deep/er"_s)).entryList({u"*.unreadable-*"_s});
    QCOMPARE(kept.size(), 1);
    QVERIFY(store.notice().contains(kept.first()));

    QVERIFY(store.save().has_value());
    store.load();
    QVERIFY(store.notice().isEmpty());
}

void TestSettings::valuesOfTheWrongKindFallBackToDefaults()
{
    write(R"({"version": 1, "theme": 7, "recentFiles": {"a": 1}, "openFiles": ["/x", 3], "page": null})");
    SettingsStore store(path());
    store.load();
    QVERIFY(store.notice().isEmpty());
    QCOMPARE(store.value().theme, u"system"_s);
    QVERIFY(store.value().recentFiles.isEmpty());
    QCOMPARE(store.value().openFiles, QStringList{u"/x"_s});
}

void TestSettings::aFolderThatCannotBeWrittenIsAnError()
{
    // A file where the folder should be: fails for every user, also the superuser.
    QFile blocker(m_dir->filePath(u"deep"_s));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    SettingsStore store(path());
    const auto saved = store.save();
    QVERIFY(!saved.has_value());
    QVERIFY(saved.error().text().find("settings") != std::string::npos);
}

void TestSettings::theNewestRecentFileStandsFirstAndTheListStaysShort()
{
    Settings settings;
    for (int i = 0; i < 30; ++i)
        addRecentFile(settings, u"/file-%1"_s.arg(i));
    addRecentFile(settings, u"/file-25"_s);
    QCOMPARE(settings.recentFiles.size(), kRecentFileLimit);
    QCOMPARE(settings.recentFiles.first(), u"/file-25"_s);
    QCOMPARE(settings.recentFiles.count(u"/file-25"_s), 1);
}

void TestSettings::withoutAPathNothingIsReadOrWritten()
{
    SettingsStore store{QString()};
    store.load();
    QVERIFY(store.save().has_value());
    QVERIFY(store.notice().isEmpty());
}

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
