// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/keyed_requests.h"

#include "models/advisor/call_reading.h"
#include "models/base/hash.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

using trace::SpanKind;

struct ReadOperation {
    KeyedOperation operation;
    std::vector<KeyedRequest> requests;
};
/// Thread: one.
struct ReadChunk {
    std::unordered_map<std::string, ReadOperation> operations;
};

/// Words of what is one user's own, which no shared cache may hold.
bool speaksOfAUser(std::string_view text)
{
    static constexpr std::array<std::string_view, 9> kWords{"session", "token",  "password",   "login", "/me",
                                                            "otp",     "verify", "credential", "auth"};
    return std::ranges::any_of(
        kWords, [&](std::string_view word) { return findWithoutCase(text, word) != std::string_view::npos; });
}

/// Whether something varies in what a call asks for: "WHERE id = ?", "/users/:id", "/users/{id}", "/users/<id>".
bool hasHoles(const DescribedCall &call)
{
    const std::string &text = call.text.text;
    const bool isOfRoute = call.type == CallType::Http
        && (text.find("/:") != std::string::npos || text.find_first_of("{<") != std::string::npos);
    return isOfRoute || text.find_first_of("?*") != std::string::npos || text.find(":id") != std::string::npos
        || call.type == CallType::JsonRpc;
}

class RequestReader {
public:
    RequestReader(const trace::TraceSnapshot &snapshot, const SpanCalls &calls, const KeyedRequests::Limits &limits)
        : m_snapshot(snapshot), m_spans(snapshot.spans()), m_calls(calls), m_limits(limits)
    {}

    Result<KeyedRequests> run(const std::stop_token &stop, Progress &progress)
    {
        for (std::uint32_t operation = 0; operation < m_snapshot.operationCount(); ++operation)
            m_names.push_back(nameFacts(m_snapshot.operationName(OperationId(operation))));
        std::vector<std::uint32_t> rows = chosenRows();
        std::vector<ReadChunk> chunks(callChunks(m_snapshot, rows.size()));
        const CallReading reading = readCalls(
            m_snapshot, std::move(rows), m_names, m_limits.storeRows,
            [&](std::size_t c, std::uint32_t row, const DescribedCall &call) { take(chunks[c], row, call); }, stop,
            progress);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (reading.unreadCount > 0)
            m_requests.notes.push_back("The attributes of " + pluralText(reading.unreadCount, "request", "requests")
                                       + " could not be read: " + reading.problem);
        join(chunks);
        findWrites();
        m_requests.range = m_snapshot.range();
        for (const trace::TraceSummary &trace : m_snapshot.traces())
            m_requests.rootNs += static_cast<double>(trace.durationNs);
        return std::move(m_requests);
    }

private:
    /// Whether the span asks for something, or answers somebody who does.
    [[nodiscard]] bool isQuestion(std::uint32_t row) const
    {
        const SpanKind kind = m_spans.kind[row];
        if (const CallSignature *call = m_calls.signature(row)) {
            const bool isKind = call->type == CallType::Sql || call->type == CallType::Redis
                || call->type == CallType::Http || call->type == CallType::JsonRpc
                || (call->type == CallType::Other && call->isFromName);
            const bool isAnswered = kind == SpanKind::Client && m_spans.subtreeSize[row] > 1
                && m_spans.service[row + 1] != m_spans.service[row];
            return isKind && !isAnswered && (call->isReading || call->isFromName);
        }
        const NameFacts &name = m_names[m_spans.operation[row]];
        return (kind == SpanKind::Server || (kind == SpanKind::Unspecified && m_spans.parent[row] == SpanRow::kNone))
            && (name.text.isReading || name.type == CallType::None);
    }

    /// Whole operations, those that take the most time first.
    std::vector<std::uint32_t> chosenRows()
    {
        struct Group {
            double sumNs = 0;
            std::uint32_t count = 0;
        };
        KeyNumbers numbers;
        std::vector<Group> groups;
        std::vector<std::uint32_t> groupOf(m_spans.size(), KeyNumbers::kNone);
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (!isQuestion(row))
                continue;
            groupOf[row] = numbers.numberOf(EndpointKey::of(m_spans, row).number());
            groups.resize(numbers.size());
            groups[groupOf[row]].sumNs += static_cast<double>(m_spans.durationNs[row]);
            ++groups[groupOf[row]].count;
        }
        std::vector<std::uint32_t> order(groups.size());
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::ranges::sort(order, std::greater(), [&](std::uint32_t i) { return groups[i].sumNs; });
        std::vector<std::uint8_t> isChosen(groups.size());
        std::uint64_t rows = 0;
        std::size_t left = 0;
        for (const std::uint32_t group : order) {
            if (rows + groups[group].count <= m_limits.rows) {
                isChosen[group] = 1;
                rows += groups[group].count;
            } else {
                ++left;
            }
        }
        if (left > 0)
            m_requests.notes.push_back("Of " + countText(groups.size()) + " operations " + countText(left)
                                       + " were left out: their attributes are too many to read.");
        std::vector<std::uint32_t> chosen;
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (groupOf[row] != KeyNumbers::kNone && isChosen[groupOf[row]] != 0)
                chosen.push_back(row);
        }
        return chosen;
    }

    void take(ReadChunk &chunk, std::uint32_t row, const DescribedCall &call) const
    {
        const bool isKind = call.type == CallType::Sql || call.type == CallType::Redis || call.type == CallType::Http
            || call.type == CallType::JsonRpc;
        if (!call.text.isReading || !isKind || call.isPrefetch)
            return;
        const bool isServed = m_calls.signature(row) == nullptr || m_spans.kind[row] == SpanKind::Server;
        const std::string service(m_snapshot.serviceOf(SpanRow(row)));
        std::string name = service + '\n' + static_cast<char>('0' + static_cast<int>(call.type))
            + (isServed ? 's' : 'c') + call.text.text;
        const std::uint64_t form = hashBytes(name);
        const auto [entry, isNew] = chunk.operations.try_emplace(std::move(name));
        KeyedOperation &operation = entry->second.operation;
        if (isNew) {
            operation.type = call.type;
            operation.spans = EndpointKey::of(m_spans, row);
            operation.service = service;
            operation.text = call.text.text;
            operation.target = call.target;
            operation.isServed = isServed;
            operation.isOfUser = speaksOfAUser(call.text.text);
            if (call.type == CallType::Sql)
                operation.tables = tablesOf(call.text.text);
        }
        operation.isOfUser |= call.isOfUser;
        operation.tellsKeys |= call.text.parameters != 0 || !hasHoles(call);
        if (!call.cacheControl.empty())
            operation.cacheControl = call.cacheControl;
        KeyedRequest request;
        request.startNs = m_spans.startNs[row];
        request.durationNs = m_spans.durationNs[row];
        request.key = mixBits(form ^ call.text.parameters * 0x9e3779b97f4a7c15ULL ^ mixBits(call.tenant + 1));
        request.answer = call.answer;
        request.row = row;
        request.bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(call.bytes, 0xffffffff));
        request.hit = call.isCacheHit ? (*call.isCacheHit ? 1 : 0) : -1;
        request.isError = m_spans.isError(SpanRow(row)) || call.status >= 400;
        entry->second.requests.push_back(request);
    }

    void join(std::vector<ReadChunk> &chunks)
    {
        std::unordered_map<std::string, ReadOperation> all;
        for (ReadChunk &chunk : chunks) {
            for (auto &[name, read] : chunk.operations) {
                const auto [entry, isNew] = all.try_emplace(name, std::move(read));
                if (isNew)
                    continue;
                KeyedOperation &operation = entry->second.operation;
                operation.isOfUser |= read.operation.isOfUser;
                operation.tellsKeys |= read.operation.tellsKeys;
                if (operation.cacheControl.empty())
                    operation.cacheControl = read.operation.cacheControl;
                auto &requests = entry->second.requests;
                requests.insert(requests.end(), read.requests.begin(), read.requests.end());
            }
        }
        std::vector<ReadOperation *> order;
        for (auto &[name, read] : all) {
            for (const KeyedRequest &request : read.requests)
                read.operation.sumNs += static_cast<double>(request.durationNs);
            order.push_back(&read);
        }
        std::ranges::sort(order, [](const ReadOperation *a, const ReadOperation *b) {
            return std::pair(-a->operation.sumNs, std::string_view(a->operation.text))
                < std::pair(-b->operation.sumNs, std::string_view(b->operation.text));
        });
        for (ReadOperation *read : order) {
            std::ranges::stable_sort(read->requests, {}, [](const KeyedRequest &request) {
                return std::pair(request.startNs, request.row);
            });
            read->operation.begin = static_cast<std::uint32_t>(m_requests.requests.size());
            read->operation.count = static_cast<std::uint32_t>(read->requests.size());
            m_requests.requests.insert(m_requests.requests.end(), read->requests.begin(), read->requests.end());
            m_requests.operations.push_back(std::move(read->operation));
        }
    }

    void findWrites()
    {
        std::vector<std::vector<std::uint64_t>> tables; // by signature
        for (const CallSignature &call : m_calls.signatures)
            tables.push_back(call.type == CallType::Sql && !call.isReading ? tablesOf(call.text)
                                                                           : std::vector<std::uint64_t>());
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (m_calls.signatureOf[row] == SpanCalls::kNone)
                continue;
            for (const std::uint64_t table : tables[m_calls.signatureOf[row]])
                m_requests.writes.push_back({saturatingAdd(m_spans.startNs[row], m_spans.durationNs[row]), table});
        }
        std::ranges::stable_sort(m_requests.writes, {}, &TableWrite::atNs);
    }

    const trace::TraceSnapshot &m_snapshot;
    const trace::SpanTable &m_spans;
    const SpanCalls &m_calls;
    const KeyedRequests::Limits m_limits;
    std::vector<NameFacts> m_names;
    KeyedRequests m_requests;
};

} // namespace

std::vector<std::uint64_t> tablesOf(std::string_view statement)
{
    std::vector<std::uint64_t> tables;
    bool isNext = false;
    std::size_t at = 0;
    while (at < statement.size()) {
        const std::size_t begin = statement.find_first_not_of(" \t\n(),;", at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(statement.find_first_of(" \t\n(),;", begin), statement.size());
        const std::string_view word = statement.substr(begin, at - begin);
        const bool leads = equalsWithoutCase(word, "from") || equalsWithoutCase(word, "join")
            || equalsWithoutCase(word, "into") || equalsWithoutCase(word, "update");
        if (isNext && !leads && !equalsWithoutCase(word, "select") && !equalsWithoutCase(word, "only")) {
            std::string name;
            for (const char c : word) {
                if (c != '"' && c != '`')
                    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
            name = name.substr(name.rfind('.') + 1); // without its schema
            if (const std::uint64_t hash = hashBytes(name); std::ranges::find(tables, hash) == tables.end())
                tables.push_back(hash);
        }
        isNext = leads;
    }
    return tables;
}

Result<KeyedRequests> keyedRequestsOf(const trace::TraceSnapshot &snapshot, const SpanCalls &calls,
                                      const KeyedRequests::Limits &limits, const std::stop_token &stop,
                                      Progress &progress)
{
    return RequestReader(snapshot, calls, limits).run(stop, progress);
}

} // namespace tailspan::advisor
