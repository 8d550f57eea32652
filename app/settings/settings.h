// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/lane_choices.h"
#include "app/settings/report_answer.h"
#include "models/base/result.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace tailspan::settings {

inline constexpr int kRecentFileLimit = 12;

/// A connection by name. The address is a URL without secrets.
struct Profile {
    QString name;
    QString url;
    bool opensAtStart = false;
    QString metrics = {}; ///< What the user chose to ask a store of metrics for, as JSON; never data.
    friend bool operator==(const Profile &, const Profile &) = default;
};

inline constexpr qsizetype kRecentRunsLimit = 8;

/// What the user decided about a finding of the advisor. Figures only, never data.
struct AdviceMark {
    QString title;
    QString service;
    QString operation;
    QString dismissedWhy;    ///< Empty: not dismissed.
    double impactThen = 0;   ///< Milliseconds an hour when it was dismissed.
    int severityThen = 0;    ///< advisor::Severity when it was dismissed.
    qint64 appliedNs = 0;    ///< When the user said that it is in, ns since 1970; 0: not applied.
    quint64 beforeCount = 0; ///< Requests that beforeMs was made of.
    QList<double> beforeMs;  ///< Quantiles of the endpoint until then.
    friend bool operator==(const AdviceMark &, const AdviceMark &) = default;
};
inline constexpr qsizetype kAdviceMarkLimit = 500;

/// What survives a restart: how the window looks and which files were open. Never data, never a secret. A value.
struct Settings {
    QString theme = QStringLiteral("system"); ///< "system", "light" or "dark".
    QString timeZone = QStringLiteral("utc"); ///< "utc" or "local": which comes first where times are shown.
    QString page;                             ///< Id of the page in front.
    QByteArray windowGeometry;
    QMap<QString, QByteArray> dockLayouts;     ///< By page id.
    QStringList recentFiles;                   ///< Absolute paths, the newest first, at most kRecentFileLimit.
    QStringList openFiles;                     ///< Absolute paths; opened again at the next start.
    QList<Profile> profiles;                   ///< By name, each name once.
    QMap<QString, ReportAnswer> reportAnswers; ///< By absolute path.
    QMap<QString, AdviceMark> adviceMarks;     ///< By the finding's id.
    QStringList configFiles;                   ///< Absolute paths: scaling and Kubernetes YAML for the advisor.
    LaneChoices replayLanes;
    QMap<QString, RunMetrics> runMetrics; ///< By absolute path of the report.
    QList<QStringList> recentRuns; ///< Files and folders that were a side of a comparison or a trend; the newest first.
    friend bool operator==(const Settings &, const Settings &) = default;
};

/// Moves `path` to the front.
void addRecentFile(Settings &settings, const QString &path);
/// The same for a side of a comparison; nothing for an empty one.
void addRecentRuns(Settings &settings, const QStringList &paths);

/// Keeps the settings in one JSON file. Written as a whole, so a full disk leaves the old file as it was.
/// Thread: GUI. Owner: the application.
class SettingsStore {
public:
    /// `path` empty: nothing is read or written (tests, painting off screen).
    explicit SettingsStore(QString path) : m_path(std::move(path)) {}
    /// settings.json in the user's configuration folder.
    [[nodiscard]] static QString defaultPath();

    /// Reads the file. A missing one means defaults; one that cannot be understood is kept aside under another
    /// name, defaults are taken, and notice() says so.
    void load();
    [[nodiscard]] Result<> save() const;
    /// Plain text to show once; empty when all is well.
    [[nodiscard]] const QString &notice() const { return m_notice; }

    /// False when nothing is read or written: then the keyring stays closed too.
    [[nodiscard]] bool isKept() const { return !m_path.isEmpty(); }
    [[nodiscard]] const Settings &value() const { return m_value; }
    [[nodiscard]] Settings &edit() { return m_value; }

private:
    void keepAside();

    QString m_path;
    QString m_notice;
    Settings m_value;
};

} // namespace tailspan::settings
