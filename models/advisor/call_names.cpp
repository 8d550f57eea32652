// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_names.h"

#include "models/advisor/call_words.h"
#include "models/base/key_numbers.h"

#include <tbb/parallel_for.h>

#include <string>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

using trace::SpanKind;
using trace::SpanTable;

bool isOutgoing(SpanKind kind)
{
    return kind == SpanKind::Client || kind == SpanKind::Producer;
}

CallType typeOf(const SpanTable &spans, std::uint32_t row, const std::vector<NameFacts> &facts)
{
    const NameFacts &name = facts[spans.operation[row]];
    const SpanKind kind = spans.kind[row];
    const std::uint32_t parent = spans.parent[row];
    if (kind == SpanKind::Producer)
        return CallType::Message;
    if (kind == SpanKind::Client)
        return name.type == CallType::None ? CallType::Other : name.type;
    const bool isInsideCall = parent != SpanRow::kNone && isOutgoing(spans.kind[parent]);
    if (isInsideCall || kind == SpanKind::Consumer) // its answer, or a part of it
        return isInsideCall && name.type == CallType::PoolConnect ? name.type : CallType::None;
    if (parent != SpanRow::kNone && spans.service[parent] != spans.service[row]) {
        if (kind == SpanKind::Internal)
            return CallType::None;
        return name.type == CallType::None ? CallType::Other : name.type;
    }
    return name.isCertain && kind != SpanKind::Server && parent != SpanRow::kNone ? name.type : CallType::None;
}

std::vector<CallType> typesOf(const SpanTable &spans, const std::vector<NameFacts> &facts)
{
    std::vector<CallType> types(spans.size());
    constexpr std::size_t kChunkRows = 65'536;
    tbb::parallel_for(std::size_t{0}, spans.size() / kChunkRows + 1, [&](std::size_t chunk) {
        const auto end = static_cast<std::uint32_t>(std::min(spans.size(), (chunk + 1) * kChunkRows));
        for (auto row = static_cast<std::uint32_t>(chunk * kChunkRows); row < end; ++row)
            types[row] = typeOf(spans, row, facts);
    });
    return types;
}

} // namespace

CallNames callNamesOf(const trace::TraceSnapshot &snapshot)
{
    const SpanTable &spans = snapshot.spans();
    CallNames names;
    names.facts.resize(snapshot.operationCount());
    tbb::parallel_for(std::size_t{0}, names.facts.size(), [&](std::size_t operation) {
        names.facts[operation] = nameFacts(snapshot.operationName(OperationId(static_cast<std::uint32_t>(operation))));
    });
    std::unordered_map<std::string_view, std::uint32_t> texts;
    std::vector<std::uint32_t> textOf;
    for (const NameFacts &facts : names.facts)
        textOf.push_back(texts.try_emplace(facts.text.text, static_cast<std::uint32_t>(texts.size())).first->second);
    const std::vector<CallType> types = typesOf(spans, names.facts);
    names.signatureOf.assign(spans.size(), SpanCalls::kNone);
    KeyNumbers numbers;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (types[row] == CallType::None)
            continue;
        const std::uint32_t operation = spans.operation[row];
        // Of a call that its own caller did not record, the caller is the parent.
        const bool isCallee = !isOutgoing(spans.kind[row]) && spans.parent[row] != SpanRow::kNone
            && spans.service[spans.parent[row]] != spans.service[row];
        const std::uint32_t caller = isCallee ? spans.service[spans.parent[row]] : spans.service[row];
        const std::uint64_t key = pairKey(caller,
                                          textOf[operation] * static_cast<std::uint32_t>(kCallTypeCount)
                                              + static_cast<std::uint32_t>(types[row]));
        const std::uint32_t number =
            numbers.numberOf(isCallee ? ~(key + spans.service[row] * 0x9e3779b97f4a7c15ULL) : key);
        if (number == names.signatures.size()) {
            const CallText &text = names.facts[operation].text;
            const std::string shown = shownText(text.text, snapshot.operationName(OperationId(operation)));
            const std::string target(isCallee ? snapshot.serviceOf(SpanRow(row)) : std::string_view());
            names.signatures.push_back(
                {types[row], caller, operation, shown, target, text.isReading, text.isBatch, false, true, 0});
        }
        names.signatureOf[row] = number;
    }
    return names;
}

} // namespace tailspan::advisor
