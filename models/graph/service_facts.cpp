// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/service_facts.h"

#include "models/graph/peer_hints.h"
#include "models/trace/record_visits.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tailspan::graph {

namespace {

using trace::SpanKind;
using trace::SpanTable;
using trace::TextKind;

constexpr std::size_t kChunkSpans = 2048;

/// Peers of one chunk of calls. Thread: one.
struct ChunkPeers {
    std::vector<Peer> peers;
    std::vector<std::uint32_t> peerOf; // by place in the chunk
    std::uint64_t unreadCount = 0;
    std::string problem;
};

class ChunkReader {
public:
    ChunkReader(const trace::TraceSnapshot &snapshot, const std::stop_token &stop) : m_snapshot(snapshot), m_stop(stop)
    {}

    /// `rows` stand in the order of their records.
    ChunkPeers run(std::span<const std::uint32_t> rows)
    {
        m_found.peerOf.assign(rows.size(), ServiceFacts::kNone);
        std::vector<bool> isRead(rows.size());
        visitRowRecords(
            m_snapshot, rows, m_stop,
            [&](std::size_t place, std::string_view record, const trace::SpanDetailSource &source) {
                isRead[place] = readHints(record, source);
                if (const std::optional<Peer> peer = m_hints.peer(); isRead[place] && peer)
                    m_found.peerOf[place] = numberOf(*peer);
            },
            [&](std::size_t, const Error &error) {
                if (m_found.problem.empty())
                    m_found.problem = error.text();
            });
        for (std::size_t place = 0; place < rows.size(); ++place) {
            if (m_found.peerOf[place] == ServiceFacts::kNone)
                takeOperation(place, rows[place], isRead[place]);
        }
        return std::move(m_found);
    }

private:
    bool readHints(std::string_view record, const trace::SpanDetailSource &source)
    {
        m_hints.clear();
        const bool isWalked = source.visitTexts(record, trace::RecordPart::Span,
                                                [&](TextKind kind, std::string_view key, std::string_view value) {
                                                    if (kind == TextKind::Attribute)
                                                        m_hints.take(key, value);
                                                });
        if (isWalked)
            return true;
        m_hints.clear();
        const Result<trace::SpanDetails> details = source.read(record, {});
        if (!details.has_value())
            return false;
        for (const trace::Attribute &attribute : details->attributes)
            m_hints.take(attribute.key, attribute.value);
        return true;
    }

    void takeOperation(std::size_t place, std::uint32_t row, bool isRead)
    {
        if (const std::optional<Peer> peer = peerOfOperation(m_snapshot.operationOf(SpanRow(row))))
            m_found.peerOf[place] = numberOf(*peer);
        else if (!isRead)
            ++m_found.unreadCount;
    }

    std::uint32_t numberOf(const Peer &peer)
    {
        // Two kinds of one name are one node; the first says which.
        const auto [entry, isNew] = m_numbers.try_emplace(peer.name, static_cast<std::uint32_t>(m_found.peers.size()));
        if (isNew)
            m_found.peers.push_back(peer);
        return entry->second;
    }

    const trace::TraceSnapshot &m_snapshot;
    const std::stop_token &m_stop;
    PeerHints m_hints;
    ChunkPeers m_found;
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

/// By row: whether another service has a span somewhere below, so that the call was answered.
std::vector<bool> answeredRows(const SpanTable &spans)
{
    std::vector<bool> isAnswered(spans.size());
    for (std::size_t row = spans.size(); row-- > 0;) { // children stand after their parents
        const std::uint32_t parent = spans.parent[row];
        if (parent != SpanRow::kNone && (isAnswered[row] || spans.service[parent] != spans.service[row]))
            isAnswered[parent] = true;
    }
    return isAnswered;
}

/// Outgoing calls, and leaves of unknown kind whose operation is that of a store.
std::vector<std::uint32_t> callsOf(const trace::TraceSnapshot &snapshot)
{
    const SpanTable &spans = snapshot.spans();
    std::vector<bool> isStore(snapshot.operationCount());
    for (std::uint32_t operation = 0; operation < isStore.size(); ++operation)
        isStore[operation] = peerOfOperation(snapshot.operationName(OperationId(operation))).has_value();
    const std::vector<bool> isAnswered = answeredRows(spans);
    std::vector<std::uint32_t> calls;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        const SpanKind kind = spans.kind[row];
        const bool isCall = kind == SpanKind::Client || kind == SpanKind::Producer;
        const bool isLeafOfStore = kind == SpanKind::Unspecified && spans.subtreeSize[row] == 1
            && isStore[spans.operation[row]];
        if (isLeafOfStore || (isCall && !isAnswered[row]))
            calls.push_back(row);
    }
    return calls;
}

/// Joins what the chunks found; peers are numbered by name, so that the answer does not depend on the cores.
void join(const std::vector<ChunkPeers> &chunks, const std::vector<std::uint32_t> &inOrder, std::size_t spanCount,
          ServiceFacts &facts)
{
    std::map<std::string, Peer> byName;
    for (const ChunkPeers &chunk : chunks) {
        for (const Peer &peer : chunk.peers)
            byName.try_emplace(peer.name, peer);
        if (facts.problem.empty())
            facts.problem = chunk.problem;
        facts.unreadCount += chunk.unreadCount;
    }
    if (byName.empty())
        return;
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (const auto &[name, peer] : byName) {
        if (facts.peers.size() < ServiceFacts::kMostPeers)
            facts.peers.push_back(peer);
        numbers.emplace(name, static_cast<std::uint32_t>(facts.peers.size() - 1));
    }
    if (byName.size() > facts.peers.size())
        facts.peers.back() = {"others", NodeKind::External, {}};
    facts.peerOf.assign(spanCount, ServiceFacts::kNone);
    for (std::size_t c = 0; c < chunks.size(); ++c) {
        for (std::size_t i = 0; i < chunks[c].peerOf.size(); ++i) {
            const std::uint32_t number = chunks[c].peerOf[i];
            if (number != ServiceFacts::kNone)
                facts.peerOf[inOrder[c * kChunkSpans + i]] = numbers.at(chunks[c].peers[number].name);
        }
    }
}

/// Of calls around calls to a peer only the outer one stays, so that none counts twice.
void dropInner(const SpanTable &spans, const std::vector<std::uint32_t> &calls, ServiceFacts &facts)
{
    std::uint32_t coveredEnd = 0;
    for (const std::uint32_t row : calls) { // ascending, so an outer call stands before its inner ones
        if (facts.peerOf[row] == ServiceFacts::kNone)
            continue;
        if (row < coveredEnd)
            facts.peerOf[row] = ServiceFacts::kNone;
        else
            coveredEnd = row + spans.subtreeSize[row];
    }
}

std::string namespaceIn(const trace::SpanDetailSource &source, std::string_view record)
{
    std::string ofPlatform;
    std::string ofService;
    const auto take = [&](std::string_view key, std::string_view value) {
        if (key == "k8s.namespace.name" && ofPlatform.empty())
            ofPlatform = value;
        else if (key == "service.namespace" && ofService.empty())
            ofService = value;
    };
    const bool isWalked =
        source.visitTexts(record, trace::RecordPart::Resource,
                          [&](TextKind, std::string_view key, std::string_view value) { take(key, value); });
    if (!isWalked) {
        if (const auto details = source.read({}, record); details.has_value()) {
            for (const trace::Attribute &attribute : details->resource)
                take(attribute.key, attribute.value);
        }
    }
    return ofPlatform.empty() ? ofService : ofPlatform;
}

/// Of the first span of each service that names a resource.
std::vector<std::string> namespacesOf(const trace::TraceSnapshot &snapshot)
{
    const SpanTable &spans = snapshot.spans();
    std::vector<std::string> namespaces(snapshot.serviceCount());
    std::vector<bool> isKnown(snapshot.serviceCount());
    std::size_t unknown = isKnown.size();
    for (std::uint32_t row = 0; row < spans.size() && unknown > 0; ++row) {
        const std::uint32_t service = spans.service[row];
        if (isKnown[service] || spans.resource[row] == SpanTable::kNoResource)
            continue;
        isKnown[service] = true;
        --unknown;
        const trace::SpanDetailSource *source = snapshot.inputs()[spans.file[row]].details.get();
        if (source == nullptr)
            continue;
        (void)source->visitRecords(
            std::span(&snapshot.resource(spans.resource[row]), 1),
            [&](std::size_t, std::string_view record) { namespaces[service] = namespaceIn(*source, record); });
    }
    return namespaces;
}

bool isWordEnd(std::string_view text, std::size_t at)
{
    return at >= text.size() || text[at] == ' ' || text[at] == '.' || text[at] == ':' || text[at] == '\t'
        || text[at] == '\n';
}

} // namespace

std::optional<Peer> peerOfOperation(std::string_view operation)
{
    struct Word {
        std::string_view begin;
        std::string_view name;
        NodeKind kind;
    };
    static constexpr std::string_view kSql[] = {"SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "MERGE INTO"};
    static constexpr Word kSystems[] = {
        {"redis", "redis", NodeKind::Cache},
        {"memcached", "memcached", NodeKind::Cache},
        {"postgresql", "postgresql", NodeKind::Database},
        {"postgres", "postgresql", NodeKind::Database},
        {"pg", "postgresql", NodeKind::Database},
        {"mysql", "mysql", NodeKind::Database},
        {"mongodb", "mongodb", NodeKind::Database},
        {"mongo", "mongodb", NodeKind::Database},
        {"cassandra", "cassandra", NodeKind::Database},
        {"elasticsearch", "elasticsearch", NodeKind::Database},
        {"kafka", "kafka", NodeKind::Queue},
        {"rabbitmq", "rabbitmq", NodeKind::Queue},
    };
    for (const std::string_view verb : kSql) {
        // A verb alone may be the name of anything; with something behind it, it is a statement.
        if (operation.starts_with(verb) && operation.size() > verb.size() + 1 && operation[verb.size()] == ' ')
            return Peer{"SQL database", NodeKind::Database, {}};
    }
    for (const Word &word : kSystems) {
        if (operation.starts_with(word.begin) && isWordEnd(operation, word.begin.size()))
            return Peer{std::string(word.name), word.kind, {}};
    }
    return std::nullopt;
}

std::string_view namePrefix(std::string_view service)
{
    const std::size_t at = service.find_first_of("/.");
    if (at == std::string_view::npos || at == 0 || at + 1 >= service.size())
        return {};
    const bool isAddress = service.find_first_not_of("0123456789.:/") == std::string_view::npos;
    return isAddress ? std::string_view() : service.substr(0, at);
}

std::vector<std::string> foldedByNamespace(const trace::TraceSnapshot &snapshot, const ServiceFacts &facts,
                                           const std::vector<std::string> &opened)
{
    std::vector<std::string> groups;
    std::unordered_map<std::string, std::uint32_t> members;
    for (std::uint32_t service = 0; service < snapshot.serviceCount(); ++service) {
        const bool isRecorded = service < facts.namespaces.size() && !facts.namespaces[service].empty();
        groups.push_back(isRecorded ? facts.namespaces[service]
                                    : std::string(namePrefix(snapshot.serviceName(ServiceId(service)))));
        ++members[groups.back()];
    }
    for (std::uint32_t service = 0; service < groups.size(); ++service) {
        const std::string &group = groups[service];
        if (group.empty() || members.at(group) < 2 || std::ranges::find(opened, group) != opened.end())
            groups[service] = snapshot.serviceName(ServiceId(service));
    }
    return groups;
}

Result<ServiceFacts> serviceFactsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop,
                                    Progress &progress)
{
    ServiceFacts facts;
    facts.generation = snapshot.generation();
    facts.namespaces = namespacesOf(snapshot);
    const std::vector<std::uint32_t> calls = callsOf(snapshot);
    std::vector<std::uint32_t> inOrder = calls;
    std::ranges::sort(inOrder, {}, [&](std::uint32_t row) { return recordPlace(snapshot.spans(), row); });
    progress.begin("reading whom services call", inOrder.size());
    std::vector<ChunkPeers> chunks((inOrder.size() + kChunkSpans - 1) / kChunkSpans);
    tbb::parallel_for(std::size_t{0}, chunks.size(), [&](std::size_t c) {
        const std::size_t begin = c * kChunkSpans;
        const std::size_t count = std::min(kChunkSpans, inOrder.size() - begin);
        if (!stop.stop_requested())
            chunks[c] = ChunkReader(snapshot, stop).run(std::span(inOrder).subspan(begin, count));
        progress.done.fetch_add(count, std::memory_order_relaxed);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    join(chunks, inOrder, snapshot.spans().size(), facts);
    std::uint64_t known = 0;
    if (!facts.peerOf.empty()) {
        for (const std::uint32_t row : calls)
            known += facts.peerOf[row] != ServiceFacts::kNone ? 1 : 0;
        dropInner(snapshot.spans(), calls, facts);
    }
    facts.unknownCount = calls.size() - known - facts.unreadCount;
    return facts;
}

} // namespace tailspan::graph
