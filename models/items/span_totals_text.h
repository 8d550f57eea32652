// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/trace/span_totals.h"

#include <algorithm>

namespace tailspan::items {

/// What tables of spans say of SpanTotals in full.

/// 0 to 1; 0 of nothing.
[[nodiscard]] inline double shareOf(double part, double whole)
{
    return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
}

[[nodiscard]] inline double failedShareOf(const trace::SpanTotals &totals)
{
    return shareOf(totals.errorCount, totals.count);
}

/// "33 %"; empty when none failed.
[[nodiscard]] inline QString failedText(const trace::SpanTotals &totals)
{
    return totals.errorCount == 0 ? QString() : toQString(percentText(failedShareOf(totals)));
}

/// "1 of 3 calls failed"
[[nodiscard]] inline QString failedFullText(const trace::SpanTotals &totals, const char *one, const char *many)
{
    return QStringLiteral("%1 of %2 failed")
        .arg(toQString(countText(totals.errorCount)), toQString(pluralText(totals.count, one, many)));
}

/// "3 calls in 2 traces"
[[nodiscard]] inline QString countFullText(const trace::SpanTotals &totals, const char *one, const char *many)
{
    return QStringLiteral("%1 in %2")
        .arg(toQString(pluralText(totals.count, one, many)),
             toQString(pluralText(totals.traceCount, "trace", "traces")));
}

/// All percentiles and the longest.
[[nodiscard]] inline QString durationsFullText(const trace::SpanTotals &totals)
{
    const auto text = [](std::int64_t ns) { return toQString(durationText(Duration(ns))); };
    return QStringLiteral("p50 %1 \u00b7 p95 %2 \u00b7 p99 %3 \u00b7 longest %4")
        .arg(text(totals.p50Ns), text(totals.p95Ns), text(totals.p99Ns), text(totals.maxNs));
}

} // namespace tailspan::items
