// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/what_if.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

using trace::SpanTable;

RetimeEdit editOf(WhatIfKind kind, std::vector<std::uint32_t> rows, double meanNs, double hitMs)
{
    RetimeEdit edit;
    edit.rows = std::move(rows);
    constexpr double kNsPerMs = 1e6;
    switch (kind) {
    case WhatIfKind::Faster: edit.kind = RetimeEdit::Kind::Scale; break;
    case WhatIfKind::OwnTime: edit.kind = RetimeEdit::Kind::ScaleOwn; break;
    case WhatIfKind::Remove: edit.kind = RetimeEdit::Kind::Cache; break; // a call that is not made is a hit of no time
    case WhatIfKind::Cache:
        edit.kind = RetimeEdit::Kind::Cache;
        edit.fixedNs = hitMs * kNsPerMs;
        break;
    case WhatIfKind::Batch:
        edit.kind = RetimeEdit::Kind::Merge;
        edit.fixedNs = meanNs;
        break;
    case WhatIfKind::Parallel: edit.kind = RetimeEdit::Kind::Parallel; break;
    }
    return edit;
}

/// What the edit's value is for an amount; a batch is one mean call, drawn out by the amount.
double valueOf(WhatIfKind kind, double amount)
{
    switch (kind) {
    case WhatIfKind::Faster:
    case WhatIfKind::OwnTime: return 1 - amount;
    case WhatIfKind::Remove:
    case WhatIfKind::Cache: return amount;
    case WhatIfKind::Batch:
    case WhatIfKind::Parallel: break;
    }
    return 1 + amount;
}

} // namespace

std::string_view whatIfText(WhatIfKind kind)
{
    switch (kind) {
    case WhatIfKind::Faster: return "make it faster";
    case WhatIfKind::OwnTime: return "make its own work faster";
    case WhatIfKind::Remove: return "call it less often";
    case WhatIfKind::Cache: return "cache it";
    case WhatIfKind::Batch: return "make one call of all";
    case WhatIfKind::Parallel: break;
    }
    return "run the calls together";
}

WhatIf::WhatIf(const trace::TraceSnapshot &snapshot, const WhatIfTarget &target, WhatIfKind kind) : m_kind(kind)
{
    m_plan = std::make_unique<RetimePlan>(RetimePlan::of(snapshot, target.endpoint, RetimePlan::Limits()));
    m_bootstrap = std::make_unique<EffectBootstrap>(*m_plan);
    const SpanTable &spans = snapshot.spans();
    for (std::size_t request = 0; request < m_plan->requestCount(); ++request) {
        const std::uint32_t begin = m_plan->requestRow(request);
        for (std::uint32_t row = begin; row < begin + spans.subtreeSize[begin]; ++row) {
            if (EndpointKey::of(spans, row) != target.spans)
                continue;
            m_rows.push_back(row);
            m_meanNs += static_cast<double>(spans.durationNs[row]);
        }
    }
    m_spanCount = m_rows.size();
    m_meanNs /= std::max(1.0, static_cast<double>(m_rows.size()));
}

EndpointEffect WhatIf::at(double amount, double hitMs)
{
    hitMs = hitMs > 0 ? hitMs : 0; // also for what is no number
    if (m_hitMs != hitMs) {
        m_edits = m_plan->compile({editOf(m_kind, m_rows, m_meanNs, hitMs)});
        m_hitMs = hitMs;
    }
    const double value = valueOf(m_kind, amount > 0 ? std::min(amount, 1.0) : 0);
    return m_bootstrap->effect(m_edits, {value, value, value});
}

} // namespace tailspan::advisor
