// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/moment_text.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace tailspan::replay {

using items::toQString;

namespace {

constexpr std::int64_t kTenthsBelowNs = 600'000'000'000; // ten minutes
constexpr std::int64_t kMinuteNs = 60'000'000'000;

QString translated(const char *text)
{
    return QCoreApplication::translate("ReplayPage", text);
}

} // namespace

QString momentClockText(const loadtest::LoadTestReport &report, TimeRange run, TimePoint time)
{
    const bool hasTenths = run.length().ns() < kTenthsBelowNs;
    if (report.startedAt) {
        const QString clock = toQString(clockText(time, hasTenths));
        return hasTenths ? clock.chopped(2) : clock;
    }
    const Duration since = time - run.begin;
    const double seconds = static_cast<double>(since.ns() % kMinuteNs) / 1e9;
    const QString rest = QString::number(seconds, 'f', hasTenths ? 1 : 0);
    return since.ns() < kMinuteNs ? rest + QStringLiteral(" s")
                                  : QStringLiteral("%1 m %2 s").arg(since.ns() / kMinuteNs).arg(rest);
}

QString runText(const loadtest::LoadTestReport &report)
{
    QStringList parts{toQString(report.tool)};
    if (!report.leftOut.empty())
        parts << toQString(report.leftOut);
    if (report.peakUsers)
        parts << (*report.peakUsers == 1
                      ? translated("1 user at peak")
                      : translated("%1 users at peak").arg(toQString(decimalText(*report.peakUsers))));
    if (report.duration)
        parts << toQString(durationText(*report.duration));
    if (report.startedAt)
        parts << toQString(isoText(*report.startedAt)).left(10);
    if (!report.contents.isComplete)
        parts << translated("incomplete file");
    return parts.join(QStringLiteral(" · "));
}

QString whyNoTimeline(const loadtest::LoadTestReport &report)
{
    for (const std::string &note : report.notes) {
        if (note.starts_with("No timeline"))
            return toQString(note);
    }
    return translated("No timeline: the file does not say when its requests ran.");
}

} // namespace tailspan::replay
