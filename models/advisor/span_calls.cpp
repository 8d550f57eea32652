// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/span_calls.h"

#include "models/advisor/call_names.h"
#include "models/advisor/call_reading.h"
#include "models/advisor/sibling_calls.h"
#include "models/base/key_numbers.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kFewestRepeated = 3; // below, repetition says nothing
constexpr std::uint32_t kMostOfOneParent = 2'000;

/// What the attributes of a row say, as far as it is kept.
struct ReadRow {
    std::uint32_t row = 0;
    std::uint32_t signature = 0; // of the chunk
    std::uint64_t parameters = 0;
    std::uint8_t attempt = 0;
};

/// Signatures and rows of one chunk. Thread: one.
struct ReadChunk {
    std::vector<CallSignature> signatures;
    std::vector<std::string> keys; // of the signatures
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<ReadRow> rows;
};

/// `callee`: who answers, where that is what makes it a call.
std::string keyOf(const CallSignature &signature, std::string_view callee)
{
    std::string key(1, static_cast<char>('0' + static_cast<int>(signature.type)));
    key += signature.isBatch ? 'b' : '-';
    key += signature.isPrefetch ? 'p' : '-';
    key += callee;
    key += '\n';
    key.append(reinterpret_cast<const char *>(&signature.service), sizeof signature.service);
    return key += signature.text;
}

class SpanCallsBuilder {
public:
    SpanCallsBuilder(const trace::TraceSnapshot &snapshot, const SpanCalls::Limits &limits)
        : m_snapshot(snapshot), m_spans(snapshot.spans()), m_limits(limits)
    {}

    Result<SpanCalls> run(const std::stop_token &stop, Progress &progress)
    {
        progress.begin("looking for calls", 0);
        m_names = callNamesOf(m_snapshot);
        m_calls.generation = m_snapshot.generation();
        m_calls.signatures = m_names.signatures;
        m_calls.signatureOf = m_names.signatureOf;
        m_calls.parametersOf.assign(m_spans.size(), 0);
        m_calls.attemptOf.assign(m_spans.size(), 0);
        findSiblings(m_spans, m_calls.signatureOf, m_calls.siblings, m_calls.siblingRows);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        read(rowsToRead(), stop, progress);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        findSiblings(m_spans, m_calls.signatureOf, m_calls.siblings, m_calls.siblingRows);
        count();
        return std::move(m_calls);
    }

private:
    static bool isWorthReading(CallType type)
    {
        return type != CallType::None && type != CallType::PoolConnect && type != CallType::Message;
    }

    /// Of calls that repeat, and all calls of some parents of each kind.
    std::vector<std::uint32_t> rowsToRead() const
    {
        std::vector<std::uint8_t> isChosen(m_spans.size());
        std::vector<std::uint32_t> rows;
        KeyNumbers kinds, pairs;
        std::vector<std::uint32_t> parentsOfKind, rowsOfPair;
        const auto choose = [&](std::uint32_t row) {
            if (isChosen[row] != 0 || rows.size() >= m_limits.rows)
                return;
            isChosen[row] = 1;
            rows.push_back(row);
        };
        const std::vector<std::uint32_t> parents = parentsWithCalls();
        for (const std::uint32_t parent : parents) {
            const std::uint32_t kind = kinds.numberOf(pairKey(m_spans.service[parent], m_spans.operation[parent]));
            parentsOfKind.resize(kinds.size());
            if (parentsOfKind[kind]++ >= m_limits.parentsPerKind)
                continue;
            std::uint32_t taken = 0;
            visitCalls(parent, [&](std::uint32_t row) {
                if (isWorthReading(m_calls.type(row)) && ++taken <= kMostOfOneParent)
                    choose(row);
            });
        }
        for (const SiblingCalls &calls : m_calls.siblings) {
            if (calls.count < kFewestRepeated || !isWorthReading(m_calls.signatures[calls.signature].type))
                continue;
            const std::uint32_t kind =
                kinds.numberOf(pairKey(m_spans.service[calls.parent], m_spans.operation[calls.parent]));
            const std::uint32_t pair = pairs.numberOf(pairKey(kind, calls.signature));
            rowsOfPair.resize(pairs.size());
            if (rowsOfPair[pair] >= m_limits.rowsPerPair)
                continue;
            for (const std::uint32_t row : m_calls.rowsOf(calls).first(std::min(calls.count, kMostOfOneParent)))
                choose(row);
            rowsOfPair[pair] += calls.count;
        }
        return rows;
    }

    /// In an order that spreads over the whole snapshot.
    std::vector<std::uint32_t> parentsWithCalls() const
    {
        std::vector<std::uint32_t> parents;
        std::uint32_t last = SpanRow::kNone;
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (m_calls.signatureOf[row] == SpanCalls::kNone || m_spans.parent[row] == last)
                continue;
            last = m_spans.parent[row];
            if (last != SpanRow::kNone)
                parents.push_back(last);
        }
        constexpr std::uint32_t kStride = 16; // any one will do
        std::vector<std::uint32_t> spread;
        spread.reserve(parents.size());
        for (std::uint32_t first = 0; first < kStride; ++first)
            for (std::size_t i = first; i < parents.size(); i += kStride)
                spread.push_back(parents[i]);
        return spread;
    }

    template <class Visit>
    void visitCalls(std::uint32_t parent, Visit &&visit) const
    {
        const std::uint32_t end = parent + m_spans.subtreeSize[parent];
        for (std::uint32_t child = parent + 1; child < end; child += m_spans.subtreeSize[child]) {
            if (m_calls.signatureOf[child] != SpanCalls::kNone)
                visit(child);
        }
    }

    void read(std::vector<std::uint32_t> rows, const std::stop_token &stop, Progress &progress)
    {
        std::vector<ReadChunk> chunks(callChunks(m_snapshot, rows.size()));
        const auto take = [&](std::size_t c, std::uint32_t row, const DescribedCall &call) {
            ReadChunk &chunk = chunks[c];
            const CallSignature &name = m_names.signatures[m_names.signatureOf[row]];
            CallSignature signature{call.type,
                                    name.service,
                                    m_spans.operation[row],
                                    call.text.text,
                                    name.target.empty() ? call.target : name.target,
                                    call.text.isReading,
                                    call.text.isBatch,
                                    call.isPrefetch,
                                    false,
                                    0};
            std::string key = keyOf(signature, name.target);
            const auto [entry, isNew] =
                chunk.numbers.try_emplace(std::move(key), static_cast<std::uint32_t>(chunk.signatures.size()));
            if (isNew) {
                chunk.signatures.push_back(std::move(signature));
                chunk.keys.push_back(entry->first);
            }
            chunk.rows.push_back({row, entry->second, call.text.parameters, call.attempt});
        };
        const CallReading reading =
            readCalls(m_snapshot, std::move(rows), m_names.facts, m_limits.storeRows, take, stop, progress);
        m_calls.readCount = reading.readCount;
        m_calls.unreadCount = reading.unreadCount;
        m_calls.problem = reading.problem;
        join(chunks);
    }

    void join(const std::vector<ReadChunk> &chunks)
    {
        std::unordered_map<std::string, std::uint32_t> numbers;
        constexpr std::uint32_t kSeveral = SpanCalls::kNone - 1;
        std::vector<std::uint32_t> meaning(m_names.signatures.size(), SpanCalls::kNone); // of names
        std::vector<std::uint8_t> isRead(m_spans.size());
        for (const ReadChunk &chunk : chunks) {
            std::vector<std::uint32_t> numberOf;
            for (std::size_t i = 0; i < chunk.signatures.size(); ++i) {
                const auto [entry, isNew] =
                    numbers.try_emplace(chunk.keys[i], static_cast<std::uint32_t>(m_calls.signatures.size()));
                if (isNew)
                    m_calls.signatures.push_back(chunk.signatures[i]);
                numberOf.push_back(entry->second);
            }
            for (const ReadRow &read : chunk.rows) {
                const std::uint32_t signature = numberOf[read.signature];
                std::uint32_t &known = meaning[m_names.signatureOf[read.row]];
                known = known == SpanCalls::kNone || known == signature ? signature : kSeveral;
                m_calls.signatureOf[read.row] = signature;
                m_calls.parametersOf[read.row] = read.parameters;
                m_calls.attemptOf[read.row] = read.attempt;
                isRead[read.row] = 1;
            }
        }
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            const std::uint32_t name = m_names.signatureOf[row];
            if (name == SpanCalls::kNone || isRead[row] != 0)
                continue;
            if (meaning[name] < kSeveral)
                m_calls.signatureOf[row] = meaning[name];
            m_calls.parametersOf[row] = m_names.facts[m_spans.operation[row]].text.parameters;
        }
    }

    void count()
    {
        for (const std::uint32_t signature : m_calls.signatureOf) {
            if (signature == SpanCalls::kNone)
                continue;
            ++m_calls.signatures[signature].count;
            ++m_calls.callCount;
        }
    }

    const trace::TraceSnapshot &m_snapshot;
    const trace::SpanTable &m_spans;
    const SpanCalls::Limits m_limits;
    CallNames m_names;
    SpanCalls m_calls;
};

} // namespace

std::string_view callTypeText(CallType type)
{
    static constexpr std::string_view kTexts[kCallTypeCount] = {
        "no call", "SQL", "Redis", "HTTP", "JSON-RPC", "getting a connection", "message", "call"};
    return kTexts[static_cast<std::size_t>(type)];
}

Result<SpanCalls> spanCallsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop, Progress &progress,
                              const SpanCalls::Limits &limits)
{
    return SpanCallsBuilder(snapshot, limits).run(stop, progress);
}

Result<SpanCalls> spanCallsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop, Progress &progress)
{
    return spanCallsOf(snapshot, stop, progress, SpanCalls::Limits());
}

} // namespace tailspan::advisor
