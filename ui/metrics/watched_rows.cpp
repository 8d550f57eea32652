// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/watched_rows.h"

#include "models/base/number_text.h"
#include "models/base/wall_clock.h"
#include "models/items/qt_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace tailspan::metrics {

using items::CellTone;
using items::TextCell;
using items::toQString;
using workspace::ShownTime;
using workspace::WatchedStore;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("TargetsView", text);
}

TextCell timeCell(std::optional<std::int64_t> ns, const ShownTime &times, const QString &none = {})
{
    if (!ns)
        return {none, 0, {}, CellTone::Muted};
    const TimePoint at(*ns);
    const Duration ago = currentTime() - at;
    const QString day = toQString(isoText(at + times.offset(at))).mid(5, 5);
    const bool isToday = ago.ns() >= 0 && ago < Duration::seconds(86'400);
    const QString text = isToday ? times.clock(at) : day + u' ' + times.clock(at);
    return {text, static_cast<qlonglong>(*ns), ShownTime::both(at)};
}

QString labelsText(const metric::Labels &labels, std::initializer_list<std::string_view> leftOut)
{
    QStringList parts;
    for (const auto &[name, value] : labels) {
        if (std::find(leftOut.begin(), leftOut.end(), name) == leftOut.end())
            parts.append(toQString(name) + u'=' + toQString(value));
    }
    return parts.join(QStringLiteral(", "));
}

TextCell labelCell(const metric::Labels &labels, std::string_view name)
{
    return {toQString(metric::labelValue(labels, name))};
}

struct Word {
    const char *text;
    CellTone tone;
    int order;
};

Word healthWord(metric::ScrapeTarget::Health health)
{
    switch (health) {
    case metric::ScrapeTarget::Health::Down: return {"down", CellTone::Bad, 0};
    case metric::ScrapeTarget::Health::Unknown: return {"not scraped yet", CellTone::Muted, 1};
    case metric::ScrapeTarget::Health::Up: return {"up", CellTone::Good, 2};
    }
    return {"", CellTone::Plain, 3};
}

Word stateWord(metric::MetricAlert::State state)
{
    switch (state) {
    case metric::MetricAlert::State::Firing: return {"fires", CellTone::Bad, 0};
    case metric::MetricAlert::State::Pending: return {"pending", CellTone::Warning, 1};
    case metric::MetricAlert::State::Suppressed: return {"silenced", CellTone::Muted, 2};
    case metric::MetricAlert::State::Resolved: return {"over", CellTone::Good, 3};
    }
    return {"", CellTone::Plain, 4};
}

TextCell wordCell(const Word &word)
{
    return {tr(word.text), word.order, {}, word.tone};
}

void sortByFirst(Rows &rows)
{
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto &a, const auto &b) { return a[0].sort.toInt() < b[0].sort.toInt(); });
}

} // namespace

Rows targetRows(const std::vector<WatchedStore> &stores, const ShownTime &times)
{
    using Health = metric::ScrapeTarget::Health;
    Rows rows;
    for (const WatchedStore &store : stores) {
        for (const metric::ScrapeTarget &target : store.targets) {
            const bool isDown = target.health == Health::Down;
            const QString unknown = isDown ? tr("longer than a day ago, or never") : QString();
            rows.push_back(
                {wordCell(healthWord(target.health)),
                 labelCell(target.labels, "job"),
                 labelCell(target.labels, "instance"),
                 timeCell(target.lastUpNs, times, unknown),
                 timeCell(target.lastScrapeNs, times),
                 {toQString(durationText(Duration(static_cast<std::int64_t>(target.lastScrapeSeconds * 1e9)))),
                  target.lastScrapeSeconds},
                 {toQString(target.lastError), {}, {}, isDown ? CellTone::Bad : CellTone::Plain},
                 {toQString(store.name), {}, {}, CellTone::Muted}});
        }
    }
    sortByFirst(rows);
    return rows;
}

Rows alertRows(const std::vector<WatchedStore> &stores, const ShownTime &times)
{
    Rows rows;
    for (const WatchedStore &store : stores) {
        for (const metric::MetricAlert &alert : store.alerts) {
            const std::string_view summary = metric::labelValue(alert.annotations, "summary");
            const std::string_view text = summary.empty() ? metric::labelValue(alert.annotations, "description")
                                                          : summary;
            rows.push_back({wordCell(stateWord(alert.state)),
                            labelCell(alert.labels, "alertname"),
                            labelCell(alert.labels, "severity"),
                            timeCell(alert.sinceNs, times),
                            {toQString(text), {}, labelsText(alert.annotations, {})},
                            {labelsText(alert.labels, {"alertname", "severity"})},
                            {toQString(store.name), {}, {}, CellTone::Muted}});
        }
    }
    sortByFirst(rows);
    return rows;
}

Rows ruleRows(const std::vector<WatchedStore> &stores)
{
    Rows rows;
    for (const WatchedStore &store : stores) {
        for (const metric::MetricRule &rule : store.rules) {
            const bool isAlert = rule.kind == metric::MetricRule::Kind::Alerting;
            const bool isBroken = rule.health == "err";
            const Word word = isBroken    ? Word{"cannot be worked out", CellTone::Bad, 0}
                : rule.state == "firing"  ? Word{"fires", CellTone::Bad, 1}
                : rule.state == "pending" ? Word{"pending", CellTone::Warning, 2}
                : isAlert                 ? Word{"quiet", CellTone::Good, 3}
                                          : Word{"recording", CellTone::Muted, 4};
            const QString holds = isAlert ? toQString(durationText(Duration(rule.forNs))) : QString();
            rows.push_back({wordCell(word),
                            {toQString(rule.name)},
                            {toQString(rule.group)},
                            {toQString(rule.query), {}, {}, CellTone::Id},
                            {holds, static_cast<qlonglong>(rule.forNs)},
                            {toQString(rule.lastError), {}, {}, CellTone::Bad},
                            {toQString(store.name), {}, {}, CellTone::Muted}});
        }
    }
    sortByFirst(rows);
    return rows;
}

Rows silenceRows(const std::vector<WatchedStore> &stores, const ShownTime &times)
{
    Rows rows;
    for (const WatchedStore &store : stores) {
        for (const metric::Silence &silence : store.silences) {
            QStringList matchers;
            for (const metric::SilenceMatcher &matcher : silence.matchers) {
                const QString sign = matcher.isEqual ? (matcher.isRegex ? QStringLiteral("=~") : QStringLiteral("="))
                                                     : (matcher.isRegex ? QStringLiteral("!~") : QStringLiteral("!="));
                matchers.append(toQString(matcher.name) + sign + toQString(matcher.value));
            }
            const bool isActive = silence.state == "active";
            rows.push_back(
                {{toQString(silence.state), isActive ? 0 : 1, {}, isActive ? CellTone::Warning : CellTone::Muted},
                 {matchers.join(QStringLiteral(", "))},
                 timeCell(silence.startsNs, times),
                 timeCell(silence.endsNs, times),
                 {toQString(silence.createdBy)},
                 {toQString(silence.comment)},
                 {toQString(store.name), {}, {}, CellTone::Muted}});
        }
    }
    sortByFirst(rows);
    return rows;
}

} // namespace tailspan::metrics
