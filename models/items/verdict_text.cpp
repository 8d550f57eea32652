// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/verdict_text.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::items {

using namespace loadtest;
using namespace Qt::StringLiterals;

namespace {

constexpr double kPlainSecondsBelow = 600;

VerdictState stateOf(const Verdict &verdict)
{
    if (!verdict.passed)
        return VerdictState::Open;
    return *verdict.passed ? VerdictState::Passed : VerdictState::Failed;
}

std::optional<double> nsPerUnit(const std::string &unit)
{
    if (unit == "ms")
        return 1e6;
    return unit == "s" ? std::optional(1e9) : std::nullopt;
}

QString comparisonSign(const std::string &comparison)
{
    if (comparison == "<=")
        return u"≤"_s;
    if (comparison == ">=")
        return u"≥"_s;
    return comparison == "!=" ? u"≠"_s : toQString(comparison);
}

/// "passed", "failed" or "open" of all verdicts of one side.
QString sideWord(const Scenario &scenario, Origin origin)
{
    bool hasOpen = false;
    for (const Verdict &verdict : scenario.verdicts) {
        if (verdict.origin != origin)
            continue;
        if (verdict.passed && !*verdict.passed)
            return u"failed"_s;
        hasOpen = hasOpen || !verdict.passed;
    }
    return hasOpen ? u"open"_s : u"passed"_s;
}

QString disputeText(const Scenario &scenario)
{
    return u"%1: report says %2, Tailspan says %3"_s.arg(toQString(scenario.name), sideWord(scenario, Origin::Report),
                                                         sideWord(scenario, Origin::Tailspan));
}

QString chipText(const Verdict &verdict)
{
    QString text = verdictWord(verdict) + u" · "_s;
    if (verdict.scenario != kWholeRun)
        text += toQString(verdict.scenario) + u": "_s;
    text += toQString(verdict.criterion);
    if (verdict.observed)
        text += u" "_s + verdictNumberText(verdict.observed, verdict.unit);
    if (verdict.limit)
        text += u", limit "_s + verdictLimitText(verdict, verdict.unit);
    if (verdict.breach)
        text += u", first at "_s + toQString(clockText(verdict.breach->begin));
    return text;
}

std::optional<TimePoint> breachOf(const Verdict &verdict)
{
    return verdict.breach ? std::optional(verdict.breach->begin) : std::nullopt;
}

bool isStronger(VerdictState a, VerdictState b)
{
    const auto rank = [](VerdictState state) {
        switch (state) {
        case VerdictState::Disputed: return 0;
        case VerdictState::Failed: return 1;
        case VerdictState::Open: return 2;
        case VerdictState::Passed: return 3;
        }
        return 3;
    };
    return rank(a) < rank(b);
}

} // namespace

QString verdictNumberText(const std::optional<double> &value, const std::string &unit)
{
    if (!value || !std::isfinite(*value))
        return u"no data"_s;
    if (unit == "s" && std::abs(*value) >= 1 && std::abs(*value) < kPlainSecondsBelow)
        return toQString(decimalText(*value)) + u" s"_s; // beside a limit of 60 s, 74 s says more than 1 m 14 s
    if (const auto factor = nsPerUnit(unit); factor && std::abs(*value) * *factor < 9e18)
        return toQString(durationText(Duration(std::llround(*value * *factor))));
    if (unit == "%")
        return toQString(percentText(*value / 100));
    const QString number = toQString(decimalText(*value));
    return unit.empty() || unit == "ratio" ? number : number + u" "_s + toQString(unit);
}

QString verdictLimitText(const Verdict &verdict, const std::string &unit)
{
    if (!verdict.limit)
        return {};
    return comparisonSign(verdict.comparison) + u" "_s + verdictNumberText(verdict.limit, unit);
}

QString verdictWord(const Verdict &verdict)
{
    switch (stateOf(verdict)) {
    case VerdictState::Passed: return u"passed"_s;
    case VerdictState::Failed: return u"failed"_s;
    default: return u"open"_s;
    }
}

QString verdictIntervalText(const Verdict &verdict, const std::string &unit)
{
    if (!verdict.low || !verdict.high)
        return {};
    return verdictNumberText(verdict.low, unit) + u" to "_s + verdictNumberText(verdict.high, unit);
}

QString verdictDetailText(const Verdict &verdict)
{
    QStringList parts;
    if (verdict.breach)
        parts << u"first in breach at %1 for %2"_s.arg(toQString(clockText(verdict.breach->begin)),
                                                       toQString(durationText(verdict.breach->length())));
    if (!verdict.note.empty())
        parts << toQString(verdict.note);
    return parts.join(u"; "_s);
}

QString verdictOriginText(Origin origin)
{
    if (origin == Origin::OwnLimits)
        return u"own limit"_s;
    return origin == Origin::Report ? u"report"_s : u"Tailspan"_s;
}

std::vector<VerdictChip> verdictChipsOf(const LoadTestReport &report)
{
    std::vector<VerdictChip> chips;
    for (const Scenario &scenario : report.scenarios) {
        if (isDisputed(scenario))
            chips.push_back({VerdictState::Disputed, disputeText(scenario), {}});
    }
    for (const VerdictLine &line : verdictsToShow(report)) {
        const VerdictState state = stateOf(*line.verdict);
        if (!line.isDisputed || state == VerdictState::Failed)
            chips.push_back({state, chipText(*line.verdict), breachOf(*line.verdict)});
    }
    std::stable_sort(chips.begin(), chips.end(),
                     [](const VerdictChip &a, const VerdictChip &b) { return isStronger(a.state, b.state); });
    return chips;
}

} // namespace tailspan::items
