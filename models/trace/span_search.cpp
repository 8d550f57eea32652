// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_search.h"

#include "models/trace/record_visits.h"
#include "models/trace/record_words.h"
#include "models/trace/redaction.h"
#include "models/trace/row_attributes.h"
#include "models/trace/span_matcher.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <unordered_map>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kChunkRows = 2048;

/// What is known of the conditions before a record has been read in full; one entry a condition.
using Answers = std::vector<Match>;

/// What a chunk found, and what a store has to be asked about.
struct ChunkHits {
    SpanHits hits;
    std::vector<std::uint32_t> ofStores; ///< Ascending.
};

/// Whether what a store tells of many spans at once can decide: attributes without bodies, secrets masked.
bool isAskedOfStores(const SpanQuery &query)
{
    return std::ranges::none_of(query.conditions, [](const SpanCondition &condition) {
        return condition.field == SpanCondition::Field::Text
            || (condition.field == SpanCondition::Field::Attribute && isSensitiveKey(condition.key));
    });
}

/// By input: whether it is a store that is to be asked.
std::vector<bool> askedStores(const TraceSnapshot &snapshot, const SpanQuery &query)
{
    std::vector<bool> asked;
    for (const TraceInput &input : snapshot.inputs())
        asked.push_back(input.details && !hasStoredRecords(input) && isAskedOfStores(query));
    return asked;
}

/// One chunk of rows. Thread: one.
class ChunkSearch {
public:
    ChunkSearch(const TraceSnapshot &snapshot, const SpanMatcher &matcher, const RecordWords &words,
                const std::vector<bool> &askedStores, std::size_t conditions, const std::stop_token &stop)
        : m_snapshot(snapshot), m_matcher(matcher), m_words(words), m_askedStores(askedStores),
          m_conditions(conditions), m_stop(stop)
    {}

    ChunkHits run(std::uint32_t begin, std::uint32_t end)
    {
        for (std::uint32_t row = begin; row < end; ++row) {
            const Match match = m_matcher.match(row);
            if (match == Match::Yes)
                m_hits.rows.push_back(row);
            else if (match == Match::Unknown)
                (m_askedStores[m_snapshot.spans().file[row]] ? m_ofStores : m_open).push_back(row);
        }
        askRecords();
        std::ranges::sort(m_hits.rows);
        return {std::move(m_hits), std::move(m_ofStores)};
    }

private:
    struct Resource {
        std::string record;
        Answers answers; // Unknown where only its details can tell
    };

    const Resource &resourceOf(std::uint32_t row, const SpanDetailSource &source);
    void askRecords();
    void askRecord(std::uint32_t row, std::string_view record, const SpanDetailSource &source);
    bool askTexts(std::string_view record, RecordPart part, const SpanDetailSource &source, Answers &answers);
    void leaveOut(std::uint64_t spans, const Error &error)
    {
        if (m_hits.unsearched == 0)
            m_hits.problem = error.text();
        m_hits.unsearched += spans;
    }

    const TraceSnapshot &m_snapshot;
    const SpanMatcher &m_matcher;
    const RecordWords &m_words;
    const std::vector<bool> &m_askedStores;
    std::size_t m_conditions;
    const std::stop_token &m_stop;
    SpanHits m_hits;
    std::vector<std::uint32_t> m_open;
    std::vector<std::uint32_t> m_ofStores;
    std::unordered_map<std::uint32_t, Resource> m_resources; // by number
    std::string m_prepared;
    Answers m_answers;
    Answers m_found;
};

/// Resources are few and shared: each is read once.
const ChunkSearch::Resource &ChunkSearch::resourceOf(std::uint32_t row, const SpanDetailSource &source)
{
    const std::uint32_t number = m_snapshot.spans().resource[row];
    const auto [entry, isNew] = m_resources.try_emplace(number);
    Resource &resource = entry->second;
    if (!isNew)
        return resource;
    resource.answers.assign(m_conditions, Match::No);
    if (number == SpanTable::kNoResource)
        return resource;
    const RecordRef &record = m_snapshot.resource(number);
    const auto visit = [&](std::size_t, std::string_view bytes) {
        resource.record = bytes;
        RecordWords::prepare(bytes, m_prepared);
        for (std::size_t c = 0; c < m_conditions; ++c)
            resource.answers[c] = m_words.mayHold(c, m_prepared) ? Match::Unknown : Match::No;
        askTexts(bytes, RecordPart::Resource, source, resource.answers);
    };
    if (!source.visitRecords(std::span(&record, 1), visit).has_value())
        resource.answers.assign(m_conditions, Match::Unknown); // reading its spans will say why
    return resource;
}

void ChunkSearch::askRecords()
{
    std::ranges::sort(m_open, {}, [&](std::uint32_t row) { return recordPlace(m_snapshot.spans(), row); });
    visitRowRecords(
        m_snapshot, m_open, m_stop,
        [&](std::size_t place, std::string_view record, const SpanDetailSource &source) {
            askRecord(m_open[place], record, source);
        },
        [&](std::uint64_t spans, const Error &error) { leaveOut(spans, error); });
}

/// Answers what is Unknown by the texts of one record; false, with nothing answered, when only its details can.
bool ChunkSearch::askTexts(std::string_view record, RecordPart part, const SpanDetailSource &source, Answers &answers)
{
    m_found.assign(answers.begin(), answers.end());
    const bool isAnswered =
        source.visitTexts(record, part, [&](TextKind, std::string_view key, std::string_view value) {
            for (std::size_t c = 0; c < m_conditions; ++c) {
                if (m_found[c] == Match::Unknown && m_matcher.fitsText(c, key, value))
                    m_found[c] = Match::Yes;
            }
        });
    if (!isAnswered)
        return false;
    for (std::size_t c = 0; c < m_conditions; ++c)
        answers[c] = m_found[c] == Match::Unknown ? Match::No : m_found[c];
    return true;
}

void ChunkSearch::askRecord(std::uint32_t row, std::string_view record, const SpanDetailSource &source)
{
    const Resource &resource = resourceOf(row, source);
    RecordWords::prepare(record, m_prepared);
    m_answers.assign(m_conditions, Match::No);
    for (std::size_t c = 0; c < m_conditions; ++c)
        m_answers[c] = std::max(resource.answers[c], m_words.mayHold(c, m_prepared) ? Match::Unknown : Match::No);
    Match match = m_matcher.match(row, m_answers);
    if (match == Match::Unknown && askTexts(record, RecordPart::Span, source, m_answers)) {
        for (std::size_t c = 0; c < m_conditions; ++c)
            m_answers[c] = std::max(resource.answers[c], m_answers[c]);
        match = m_matcher.match(row, m_answers);
    }
    if (match == Match::Yes)
        m_hits.rows.push_back(row);
    if (match != Match::Unknown)
        return;
    const Result<SpanDetails> details = source.read(record, resource.record);
    if (!details.has_value())
        leaveOut(1, details.error());
    else if (m_matcher.match(row, *details))
        m_hits.rows.push_back(row);
}

/// Asks each store for the attributes of its rows that the columns did not decide.
void askStores(const TraceSnapshot &snapshot, const SpanMatcher &matcher, std::vector<std::uint32_t> rows,
               const std::stop_token &stop, SpanHits &hits)
{
    const auto inputOf = [&](std::uint32_t row) { return snapshot.spans().file[row]; };
    std::ranges::stable_sort(rows, {}, inputOf);
    Progress progress; // the search counts these spans as done
    for (auto begin = rows.begin(), end = begin; begin != rows.end() && !stop.stop_requested(); begin = end) {
        end = std::find_if(begin, rows.end(), [&](std::uint32_t row) { return inputOf(row) != inputOf(*begin); });
        const std::span<const std::uint32_t> group(begin, end);
        SpanDetails details;
        const auto visit = [&](std::size_t place, std::span<const Attribute> own, std::span<const Attribute> around) {
            details.attributes.assign(own.begin(), own.end());
            details.resource.assign(around.begin(), around.end());
            if (matcher.match(group[place], details))
                hits.rows.push_back(group[place]);
        };
        visitStoreAttributes(snapshot, group, stop, progress, visit, [&](std::uint64_t spans, const Error &error) {
            if (hits.unsearched == 0)
                hits.problem = error.text();
            hits.unsearched += spans;
        });
    }
}

} // namespace

SpanHits searchSpans(const TraceSnapshot &snapshot, const SpanQuery &query, std::uint32_t firstRow, std::uint32_t count,
                     std::stop_token stop, Progress &progress, const OnHits &onHits)
{
    progress.begin("looking through the spans", count);
    const SpanMatcher matcher(snapshot, query);
    const RecordWords words(query);
    const std::uint32_t chunks = (count + kChunkRows - 1) / kChunkRows;
    const std::vector<bool> stores = askedStores(snapshot, query);
    std::vector<ChunkHits> found(chunks);
    tbb::parallel_for(tbb::blocked_range<std::uint32_t>(0, chunks, 1), [&](const auto &range) {
        for (std::uint32_t chunk = range.begin(); chunk != range.end() && !stop.stop_requested(); ++chunk) {
            const std::uint32_t begin = firstRow + chunk * kChunkRows;
            const std::uint32_t end = firstRow + std::min(count, (chunk + 1) * kChunkRows);
            found[chunk] = ChunkSearch(snapshot, matcher, words, stores, query.conditions.size(), stop).run(begin, end);
            if (onHits && !found[chunk].hits.rows.empty())
                onHits(found[chunk].hits.rows);
            progress.done.fetch_add(end - begin, std::memory_order_relaxed);
        }
    });
    SpanHits all;
    std::vector<std::uint32_t> ofStores;
    for (ChunkHits &chunk : found) {
        all.rows.insert(all.rows.end(), chunk.hits.rows.begin(), chunk.hits.rows.end());
        ofStores.insert(ofStores.end(), chunk.ofStores.begin(), chunk.ofStores.end());
        if (all.unsearched == 0)
            all.problem = std::move(chunk.hits.problem);
        all.unsearched += chunk.hits.unsearched;
    }
    const std::size_t ofRecords = all.rows.size();
    askStores(snapshot, matcher, std::move(ofStores), stop, all);
    if (onHits && all.rows.size() > ofRecords) {
        std::sort(all.rows.begin() + static_cast<std::ptrdiff_t>(ofRecords), all.rows.end());
        onHits(std::span(all.rows).subspan(ofRecords));
    }
    std::ranges::sort(all.rows);
    all.isComplete = !stop.stop_requested();
    return all;
}

} // namespace tailspan::trace
