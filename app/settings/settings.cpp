// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/settings.h"

#include "app/settings/advice_marks.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

#include <cmath>

namespace tailspan::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr int kVersion = 1;
/// A settings file is a few kilobytes; anything larger is not ours.
constexpr qint64 kMaxBytes = 1 << 20;
constexpr int kMostPathsOfSide = 100;

QStringList stringsOf(const QJsonValue &value, int limit)
{
    QStringList strings;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &entry : array) {
        if (entry.isString() && strings.size() < limit)
            strings.append(entry.toString());
    }
    return strings;
}

QByteArray bytesOf(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

QString textOf(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QList<Profile> profilesOf(const QJsonValue &value)
{
    QList<Profile> profiles;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &entry : array) {
        const QJsonObject object = entry.toObject();
        const Profile profile{object.value("name"_L1).toString(), object.value("url"_L1).toString(),
                              object.value("opensAtStart"_L1).toBool(), object.value("metrics"_L1).toString()};
        if (!profile.name.isEmpty() && !profile.url.isEmpty())
            profiles.append(profile);
    }
    return profiles;
}

QJsonArray jsonOf(const QList<Profile> &profiles)
{
    QJsonArray array;
    for (const Profile &profile : profiles) {
        QJsonObject object{
            {u"name"_s, profile.name}, {u"url"_s, profile.url}, {u"opensAtStart"_s, profile.opensAtStart}};
        if (!profile.metrics.isEmpty())
            object.insert(u"metrics"_s, profile.metrics);
        array.append(object);
    }
    return array;
}

Settings fromJson(const QJsonObject &json)
{
    Settings settings;
    const QString theme = json.value("theme"_L1).toString();
    if (theme == "light"_L1 || theme == "dark"_L1)
        settings.theme = theme;
    if (json.value("timeZone"_L1).toString() == "local"_L1)
        settings.timeZone = u"local"_s;
    settings.page = json.value("page"_L1).toString();
    settings.windowGeometry = bytesOf(json.value("windowGeometry"_L1));
    const QJsonObject layouts = json.value("dockLayouts"_L1).toObject();
    for (auto it = layouts.begin(); it != layouts.end(); ++it)
        settings.dockLayouts.insert(it.key(), bytesOf(it.value()));
    settings.recentFiles = stringsOf(json.value("recentFiles"_L1), kRecentFileLimit);
    settings.openFiles = stringsOf(json.value("openFiles"_L1), 1000);
    settings.profiles = profilesOf(json.value("profiles"_L1));
    settings.reportAnswers = answersOf(json.value("reportAnswers"_L1).toObject());
    settings.adviceMarks = adviceMarksOf(json.value("adviceMarks"_L1).toObject());
    settings.configFiles = stringsOf(json.value("configFiles"_L1), 100);
    settings.replayLanes = laneChoicesOf(json.value("replayLanes"_L1).toObject());
    settings.runMetrics = runMetricsOf(json.value("runMetrics"_L1).toObject(), kReportAnswerLimit);
    const QJsonArray recentRuns = json.value("recentRuns"_L1).toArray();
    for (const QJsonValue &side : recentRuns) {
        if (const QStringList paths = stringsOf(side, kMostPathsOfSide);
            !paths.isEmpty() && settings.recentRuns.size() < kRecentRunsLimit)
            settings.recentRuns.append(paths);
    }
    return settings;
}

QJsonObject toJson(const Settings &settings)
{
    QJsonArray recentRuns;
    for (const QStringList &side : settings.recentRuns)
        recentRuns.append(QJsonArray::fromStringList(side));
    QJsonObject layouts;
    for (auto it = settings.dockLayouts.begin(); it != settings.dockLayouts.end(); ++it)
        layouts.insert(it.key(), textOf(it.value()));
    return {{u"version"_s, kVersion},
            {u"theme"_s, settings.theme},
            {u"timeZone"_s, settings.timeZone},
            {u"page"_s, settings.page},
            {u"windowGeometry"_s, textOf(settings.windowGeometry)},
            {u"dockLayouts"_s, layouts},
            {u"recentFiles"_s, QJsonArray::fromStringList(settings.recentFiles)},
            {u"openFiles"_s, QJsonArray::fromStringList(settings.openFiles)},
            {u"profiles"_s, jsonOf(settings.profiles)},
            {u"reportAnswers"_s, jsonOf(settings.reportAnswers)},
            {u"adviceMarks"_s, jsonOf(settings.adviceMarks)},
            {u"configFiles"_s, QJsonArray::fromStringList(settings.configFiles)},
            {u"replayLanes"_s, jsonOf(settings.replayLanes)},
            {u"runMetrics"_s, jsonOf(settings.runMetrics)},
            {u"recentRuns"_s, recentRuns}};
}

} // namespace

void addRecentFile(Settings &settings, const QString &path)
{
    settings.recentFiles.removeAll(path);
    settings.recentFiles.prepend(path);
    while (settings.recentFiles.size() > kRecentFileLimit)
        settings.recentFiles.removeLast();
}

void addRecentRuns(Settings &settings, const QStringList &paths)
{
    if (paths.isEmpty() || paths.size() > kMostPathsOfSide)
        return;
    settings.recentRuns.removeAll(paths);
    settings.recentRuns.prepend(paths);
    while (settings.recentRuns.size() > kRecentRunsLimit)
        settings.recentRuns.removeLast();
}

QString SettingsStore::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + u"/settings.json"_s;
}

void SettingsStore::load()
{
    m_value = {};
    m_notice.clear();
    QFile file(m_path);
    if (m_path.isEmpty() || !file.exists())
        return;
    if (!file.open(QIODevice::ReadOnly)) {
        m_notice = u"The settings in %1 cannot be read (%2). Tailspan starts with its defaults."_s.arg(
            m_path, file.errorString());
        return;
    }
    const QByteArray bytes = file.read(kMaxBytes + 1);
    file.close();
    const QJsonDocument document = bytes.size() > kMaxBytes ? QJsonDocument() : QJsonDocument::fromJson(bytes);
    if (document.isObject() && document.object().value("version"_L1).isDouble())
        m_value = fromJson(document.object());
    else
        keepAside();
}

void SettingsStore::keepAside()
{
    const QString stamp = QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss-zzz"_s);
    const QString aside = m_path + u".unreadable-"_s + stamp;
    const QString kept = QFile::rename(m_path, aside) ? u"It was kept as %1."_s.arg(QFileInfo(aside).fileName())
                                                      : u"It could not be moved aside and will be replaced."_s;
    m_notice = u"The settings file %1 is damaged. %2 Tailspan starts with its defaults."_s.arg(m_path, kept);
}

Result<> SettingsStore::save() const
{
    if (m_path.isEmpty())
        return {};
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    QSaveFile file(m_path);
    const QByteArray bytes = QJsonDocument(toJson(m_value)).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Internal, "The settings could not be saved: " + file.errorString().toStdString(),
                    m_path.toStdString());
    return {};
}

} // namespace tailspan::settings
