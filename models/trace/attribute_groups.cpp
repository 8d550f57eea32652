// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/attribute_groups.h"

#include "models/trace/record_visits.h"
#include "models/trace/redaction.h"
#include "models/trace/row_attributes.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

namespace tailspan::trace {

namespace {

constexpr std::size_t kChunkSpans = 2048;

/// The values of one chunk of spans. Thread: one.
struct ChunkValues {
    std::vector<std::string> names;     // by number in the chunk
    std::vector<std::uint32_t> valueOf; // by place in the chunk; SpanGroups::kNoGroup for none
    std::uint64_t unreadCount = 0;
    std::string problem;
};

class ChunkReader {
public:
    ChunkReader(const TraceSnapshot &snapshot, std::string_view key, const std::stop_token &stop)
        : m_snapshot(snapshot), m_key(key), m_stop(stop)
    {}

    /// `rows` stand in the order in which their records lie in the files.
    ChunkValues run(std::span<const std::uint32_t> rows)
    {
        m_values.valueOf.assign(rows.size(), SpanGroups::kNoGroup);
        visitRowAttributes(
            m_snapshot, rows, m_stop,
            [&](std::size_t place, std::span<const Attribute> own, std::span<const Attribute> around) {
                for (const std::span<const Attribute> attributes : {own, around}) {
                    const auto found = std::ranges::find(attributes, m_key, &Attribute::key);
                    if (found != attributes.end())
                        return takeValue(place, found->value);
                }
            },
            [&](std::uint64_t spans, const Error &error) { leaveOut(spans, error); }, m_key);
        return std::move(m_values);
    }

private:
    void takeValue(std::size_t place, const std::string &value)
    {
        const auto next = static_cast<std::uint32_t>(m_values.names.size());
        const auto [entry, isNew] = m_numbers.try_emplace(value, next);
        if (isNew) {
            Attribute shown{std::string(m_key), value};
            maskSecret(shown);
            m_values.names.push_back(std::move(shown.value));
        }
        m_values.valueOf[place] = entry->second;
    }

    void leaveOut(std::uint64_t spans, const Error &error)
    {
        if (m_values.unreadCount == 0)
            m_values.problem = error.text();
        m_values.unreadCount += spans;
    }

    const TraceSnapshot &m_snapshot;
    std::string_view m_key;
    const std::stop_token &m_stop;
    ChunkValues m_values;
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

/// Positions of the selection in the order in which their records lie in the files.
std::vector<std::uint32_t> inFileOrder(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows)
{
    std::vector<std::uint32_t> positions(rows.size());
    std::iota(positions.begin(), positions.end(), 0U);
    std::ranges::sort(positions, {},
                      [&](std::uint32_t position) { return recordPlace(snapshot.spans(), rows[position]); });
    return positions;
}

/// Joins what the chunks found and numbers the values by first appearance in the selection.
AttributeGroups joined(std::vector<ChunkValues> chunks, const std::vector<std::uint32_t> &positions)
{
    AttributeGroups groups;
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<std::string> names;
    std::vector<std::uint32_t> valueOf(positions.size(), SpanGroups::kNoGroup);
    for (std::size_t c = 0; c < chunks.size(); ++c) {
        std::vector<std::uint32_t> numberOf;
        for (std::string &name : chunks[c].names) {
            const auto [entry, isNew] = numbers.try_emplace(name, static_cast<std::uint32_t>(names.size()));
            if (isNew)
                names.push_back(std::move(name));
            numberOf.push_back(entry->second);
        }
        for (std::size_t i = 0; i < chunks[c].valueOf.size(); ++i) {
            if (chunks[c].valueOf[i] != SpanGroups::kNoGroup)
                valueOf[positions[c * kChunkSpans + i]] = numberOf[chunks[c].valueOf[i]];
        }
        if (groups.unreadCount == 0)
            groups.problem = std::move(chunks[c].problem);
        groups.unreadCount += chunks[c].unreadCount;
    }
    std::vector<std::uint32_t> groupOf(names.size(), SpanGroups::kNoGroup);
    for (std::uint32_t &value : valueOf) {
        if (value == SpanGroups::kNoGroup)
            continue;
        std::uint32_t &group = groupOf[value];
        if (group == SpanGroups::kNoGroup && groups.grouping.names.size() < AttributeGroups::kMostGroups) {
            group = static_cast<std::uint32_t>(groups.grouping.names.size());
            groups.grouping.names.push_back(names[value]);
        }
        groups.isCut = groups.isCut || group == SpanGroups::kNoGroup;
        value = group;
    }
    groups.grouping.groupOf = std::move(valueOf);
    return groups;
}

} // namespace

Result<AttributeGroups> groupedByAttribute(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                           std::string_view key, const std::stop_token &stop, Progress &progress)
{
    const std::vector<std::uint32_t> rows = selection.rows(snapshot);
    const std::vector<std::uint32_t> positions = inFileOrder(snapshot, rows);
    progress.begin("reading the attribute", rows.size());
    std::vector<ChunkValues> chunks((rows.size() + kChunkSpans - 1) / kChunkSpans);
    tbb::parallel_for(std::size_t{0}, chunks.size(), [&](std::size_t c) {
        const std::size_t begin = c * kChunkSpans;
        const std::size_t end = std::min(begin + kChunkSpans, rows.size());
        std::vector<std::uint32_t> chunkRows;
        for (std::size_t i = begin; i < end; ++i)
            chunkRows.push_back(rows[positions[i]]);
        chunks[c] = ChunkReader(snapshot, key, stop).run(chunkRows);
        progress.done.fetch_add(end - begin, std::memory_order_relaxed);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return joined(std::move(chunks), positions);
}

std::vector<std::string> attributeKeysOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                         std::uint32_t most, const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    const std::vector<std::uint32_t> rows = selection.rows(snapshot);
    const std::size_t step = std::max<std::size_t>(rows.size() / std::max(most, 1U), 1);
    std::set<std::string> keys;
    const auto take = [&](const std::vector<Attribute> &attributes) {
        for (const Attribute &attribute : attributes) {
            if (!isSensitiveKey(attribute.key))
                keys.insert(attribute.key);
        }
    };
    for (std::size_t i = 0; i < rows.size() && !stop.stop_requested(); i += step) {
        const SpanDetailSource *source = snapshot.inputs()[spans.file[rows[i]]].details.get();
        const RecordRef record = spans.record(SpanRow(rows[i]));
        std::string resource;
        if (source == nullptr)
            continue;
        if (spans.resource[rows[i]] != SpanTable::kNoResource) {
            (void)source->visitRecords(std::span(&snapshot.resource(spans.resource[rows[i]]), 1),
                                       [&](std::size_t, std::string_view text) { resource = text; });
        }
        (void)source->visitRecords(std::span(&record, 1), [&](std::size_t, std::string_view text) {
            if (const Result<SpanDetails> details = source->read(text, resource); details.has_value()) {
                take(details->attributes);
                take(details->resource);
            }
        });
    }
    return {keys.begin(), keys.end()};
}

} // namespace tailspan::trace
