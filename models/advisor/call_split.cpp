// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_split.h"

#include "models/advisor/call_text.h"

#include <algorithm>
#include <array>

namespace tailspan::advisor {

namespace {

/// "pg-pool.connect", "pool.acquire", "get connection": hands out connections, and makes one only where none is free.
bool isOfPool(std::string_view name)
{
    static constexpr std::array<std::string_view, 4> kWords{"pool", "acquire", "get connection", "getconnection"};
    return std::ranges::any_of(
        kWords, [&](std::string_view word) { return findWithoutCase(name, word) != std::string_view::npos; });
}

} // namespace

void CallSplit::add(const CallSplit &other)
{
    queueNs += other.queueNs;
    connectNs += other.connectNs;
    serverNs += other.serverNs;
    restNs += other.restNs;
    answered += other.answered;
}

std::uint32_t CallSplitter::connectionBefore(std::uint32_t row)
{
    if (m_before.empty()) {
        constexpr std::uint32_t kLookEvery = 4'096;
        m_before.assign(m_spans.size(), SpanCalls::kNone);
        std::vector<std::uint32_t> last(m_spans.size(), SpanCalls::kNone); // child so far, by parent
        for (std::uint32_t child = 0; child < m_spans.size(); ++child) {
            if (child % kLookEvery == 0 && m_stop.stop_requested())
                break;
            const std::uint32_t parent = m_spans.parent[child];
            if (parent == SpanRow::kNone)
                continue;
            m_before[child] = last[parent];
            last[parent] = child;
        }
    }
    constexpr std::int64_t kStepDivisor = 20; // times are no better than that
    std::uint32_t before = m_before[row];
    while (before != SpanCalls::kNone && m_calls.type(before) == CallType::None)
        before = m_before[before]; // a log line between
    if (before == SpanCalls::kNone || m_calls.type(before) != CallType::PoolConnect)
        return SpanCalls::kNone;
    const std::int64_t endNs = saturatingAdd(m_spans.startNs[before], m_spans.durationNs[before]);
    return endNs <= saturatingAdd(m_spans.startNs[row], m_spans.durationNs[row] / kStepDivisor) ? before
                                                                                                : SpanCalls::kNone;
}

void CallSplitter::addConnection(CallSplit &split, std::uint32_t row, std::vector<std::uint32_t> *connectRows) const
{
    const auto ns = static_cast<double>(m_spans.durationNs[row]);
    if (!isOfPool(m_calls.signature(row)->text)) {
        split.connectNs += ns;
        if (connectRows != nullptr)
            connectRows->push_back(row);
        return;
    }
    double madeNs = 0;
    const std::uint32_t end = row + m_spans.subtreeSize[row];
    for (std::uint32_t child = row + 1; child < end; child += m_spans.subtreeSize[child]) {
        if (m_calls.type(child) != CallType::PoolConnect)
            continue;
        madeNs += static_cast<double>(m_spans.durationNs[child]);
        if (connectRows != nullptr)
            connectRows->push_back(child);
    }
    madeNs = std::min(madeNs, ns);
    split.connectNs += madeNs;
    split.queueNs += ns - madeNs;
}

CallSplit CallSplitter::splitOf(std::uint32_t row, std::vector<std::uint32_t> *connectRows)
{
    CallSplit split;
    double serverNs = 0;
    const std::uint32_t end = row + m_spans.subtreeSize[row];
    for (std::uint32_t child = row + 1; child < end; child += m_spans.subtreeSize[child]) {
        if (m_calls.type(child) == CallType::PoolConnect)
            addConnection(split, child, connectRows);
        else if (m_spans.service[child] != m_spans.service[row] || m_spans.kind[child] == trace::SpanKind::Server)
            serverNs += static_cast<double>(m_spans.durationNs[child]);
    }
    const auto ns = static_cast<double>(m_spans.durationNs[row]);
    // Clocks disagree: no part is longer than the call.
    split.queueNs = std::min(split.queueNs, ns);
    split.connectNs = std::min(split.connectNs, ns - split.queueNs);
    split.serverNs = std::min(serverNs, ns - split.queueNs - split.connectNs);
    split.restNs = ns - split.queueNs - split.connectNs - split.serverNs;
    split.answered = split.serverNs > 0 ? 1 : 0;
    if (const std::uint32_t before = connectionBefore(row); before != SpanCalls::kNone)
        addConnection(split, before, connectRows);
    return split;
}

} // namespace tailspan::advisor
