// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/run_comparison_text.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/analysis_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tailspan::items {

using namespace loadtest;
using namespace Qt::StringLiterals;

namespace {

bool isLatency(const MetricChange &change)
{
    return change.name.starts_with('p');
}

/// The smaller, the louder.
std::size_t rankOf(const MetricChange &change)
{
    constexpr std::array<std::string_view, 6> kOrder{"p95", "p50", "p99", "p90", "errors", "throughput"};
    const auto at = std::find(kOrder.begin(), kOrder.end(), change.name);
    return static_cast<std::size_t>(at - kOrder.begin()) + (change.endpoint ? kOrder.size() + 1 : 0);
}

const MetricChange *loudest(const Comparison &comparison)
{
    const MetricChange *best = nullptr;
    for (const MetricChange &change : comparison.metrics) {
        if (change.verdict == comparison.verdict && (best == nullptr || rankOf(change) < rankOf(*best)))
            best = &change;
    }
    return best;
}

QString subjectOf(const MetricChange &change)
{
    const QString name = toQString(change.name);
    return change.endpoint ? u"%1 of %2"_s.arg(name, toQString(*change.endpoint)) : name;
}

/// A change without its sign: the words say which way it went.
QString amountText(double ratio)
{
    QString text = toQString(changeText(ratio));
    if (text.startsWith(u'+') || text.startsWith(u'-'))
        text.remove(0, 1);
    return text;
}

QString plainAmount(double ratio)
{
    QString text = amountText(ratio);
    return text.endsWith(u" %"_s) ? text.chopped(2) : text;
}

/// ", 35 to 45 %"; an interval that crosses no change keeps its signs.
QString intervalOf(const MetricChange &change)
{
    if (!change.low || !change.high || !std::isfinite(*change.high))
        return {};
    if ((*change.low < 1) != (*change.high < 1))
        return u", "_s + toQString(intervalText(change.low, change.high));
    const bool isFall = *change.high <= 1;
    const double near = isFall ? *change.high : *change.low;
    const double far = isFall ? *change.low : *change.high;
    return u", %1 to %2"_s.arg(plainAmount(near), amountText(far));
}

QString changeSentence(const MetricChange &change)
{
    const QString subject = subjectOf(change);
    if (!change.ratio)
        return u"%1 went from %2 to %3"_s.arg(subject, toQString(metricText(change.name, change.before)),
                                              toQString(metricText(change.name, change.after)));
    const bool isUp = *change.ratio > 1;
    const QString amount = amountText(*change.ratio) + u" "_s;
    if (isLatency(change))
        return u"%1 got %2%3"_s.arg(subject, amount, isUp ? u"slower"_s : u"faster"_s) + intervalOf(change);
    return u"%1 %2 by %3"_s.arg(subject, isUp ? u"rose"_s : u"fell"_s, amount.trimmed()) + intervalOf(change);
}

QString doubtSentence(const Comparison &comparison)
{
    const MetricChange *change = loudest(comparison);
    if (change == nullptr)
        return u"Inconclusive"_s;
    const QString moved = toQString(changeText(change->ratio));
    if (!change->low || !change->high)
        return u"Not tested: %1 moved by %2"_s.arg(subjectOf(*change), moved);
    return u"Inconclusive: %1 moved by %2, between %3"_s.arg(subjectOf(*change), moved,
                                                             toQString(intervalText(change->low, change->high)));
}

QString sameSentence(const Comparison &comparison)
{
    const MetricChange *change = loudest(comparison);
    if (change == nullptr || !change->low || !change->high)
        return u"No change"_s;
    return u"No change: %1 within %2"_s.arg(subjectOf(*change), toQString(intervalText(change->low, change->high)));
}

} // namespace

QString changeWord(ChangeVerdict verdict)
{
    switch (verdict) {
    case ChangeVerdict::Regression: return u"regression"_s;
    case ChangeVerdict::Improvement: return u"improvement"_s;
    case ChangeVerdict::NoChange: return u"no change"_s;
    case ChangeVerdict::Inconclusive: return u"inconclusive"_s;
    case ChangeVerdict::NotComparable: return u"not comparable"_s;
    }
    return {};
}

CellTone changeTone(ChangeVerdict verdict)
{
    switch (verdict) {
    case ChangeVerdict::Regression: return CellTone::Bad;
    case ChangeVerdict::Improvement: return CellTone::Good;
    case ChangeVerdict::NoChange: return CellTone::Muted;
    case ChangeVerdict::Inconclusive:
    case ChangeVerdict::NotComparable: return CellTone::Warning;
    }
    return CellTone::Plain;
}

RunHeadline headlineOf(const Comparison &comparison)
{
    RunHeadline headline{{}, comparison.verdict};
    switch (comparison.verdict) {
    case ChangeVerdict::Regression:
    case ChangeVerdict::Improvement: {
        const MetricChange *change = loudest(comparison);
        headline.text = change != nullptr ? changeSentence(*change) : changeWord(comparison.verdict);
        break;
    }
    case ChangeVerdict::NoChange: headline.text = sameSentence(comparison); break;
    case ChangeVerdict::Inconclusive: headline.text = doubtSentence(comparison); break;
    case ChangeVerdict::NotComparable:
        headline.text = comparison.notes.empty() ? u"Cannot be compared"_s
                                                 : u"Cannot be compared: "_s + toQString(comparison.notes.front());
        break;
    }
    return headline;
}

} // namespace tailspan::items
