// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/attribute_columns.h"

#include "models/base/number_text.h"
#include "models/trace/record_visits.h"
#include "models/trace/redaction.h"
#include "models/trace/row_attributes.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace tailspan::explain {

namespace {

using trace::Attribute;

constexpr std::size_t kChunkSpans = 2048;
constexpr std::uint32_t kLongText = 0xfffffffe; // number of a value that is too long to be told apart

/// "duration", "latency_ms", "elapsed": the selection was made by it.
bool repeatsDuration(std::string_view key)
{
    const std::size_t dot = key.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? key : key.substr(dot + 1);
    return last.starts_with("duration") || last.starts_with("latency") || last.starts_with("elapsed")
        || last.starts_with("responseTime") || last.starts_with("response_time");
}

/// What some spans hold under one name.
struct KeyValues {
    bool isLeftOut = false;
    bool isSensitive = false;
    std::size_t lastPlace = static_cast<std::size_t>(-1); ///< The first of a name counts.
    std::vector<std::string> values;                      ///< Masked.
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> spans; ///< Place and number of the value.
};

/// The attributes of one chunk of spans. Thread: one.
class ChunkAttributes {
public:
    void take(std::size_t place, std::span<const Attribute> own, std::span<const Attribute> around)
    {
        for (const std::span<const Attribute> attributes : {own, around}) {
            for (const Attribute &attribute : attributes)
                take(place, attribute);
        }
    }
    void leaveOut(std::uint64_t spans, const Error &error)
    {
        unreadCount += spans;
        problems.insert(error.text());
    }

    std::unordered_map<std::string, KeyValues> keys;
    std::uint64_t unreadCount = 0;
    std::set<std::string> problems;

private:
    void take(std::size_t place, const Attribute &attribute)
    {
        KeyValues &key = keyOf(attribute.key);
        if (key.isLeftOut || key.lastPlace == place)
            return;
        key.lastPlace = place;
        std::uint32_t number = kLongText;
        if (attribute.value.size() <= kMostValueBytes)
            number = numberOf(key, attribute);
        key.spans.emplace_back(static_cast<std::uint32_t>(place), number);
    }

    KeyValues &keyOf(const std::string &name)
    {
        const auto known = keys.find(name);
        if (known != keys.end())
            return known->second;
        KeyValues &key = keys[name];
        key.isSensitive = trace::isSensitiveKey(name) || trace::maskedText(name) != name;
        key.isLeftOut = key.isSensitive || repeatsDuration(name);
        return key;
    }

    static std::uint32_t numberOf(KeyValues &key, const Attribute &attribute)
    {
        const auto [entry, isNew] =
            key.numbers.try_emplace(attribute.value, static_cast<std::uint32_t>(key.values.size()));
        if (isNew) {
            Attribute shown = attribute;
            trace::maskSecret(shown);
            key.values.push_back(std::move(shown.value));
        }
        return entry->second;
    }
};

/// A chunk and the positions of its spans.
struct Chunk {
    std::vector<std::uint32_t> positions;
    ChunkAttributes attributes;
};

/// Joins what the chunks found of one name.
Column joined(const std::string &name, std::vector<Chunk> &chunks, std::size_t positions,
              const PopulationBuilder &builder)
{
    std::vector<std::string> values;
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<std::uint32_t> valueOf(positions, PopulationBuilder::kNone);
    for (Chunk &chunk : chunks) {
        const auto found = chunk.attributes.keys.find(name);
        if (found == chunk.attributes.keys.end())
            continue;
        std::vector<std::uint32_t> numberOf;
        for (std::string &value : found->second.values) {
            const bool isFull = values.size() >= kMostDistinctValues && !numbers.contains(value);
            const auto [entry, isNew] = isFull ? std::pair(numbers.end(), false)
                                               : numbers.try_emplace(value, static_cast<std::uint32_t>(values.size()));
            numberOf.push_back(isFull ? kLongText : entry->second);
            if (isNew)
                values.push_back(std::move(value));
        }
        for (const auto &[place, number] : found->second.spans)
            valueOf[chunk.positions[place]] = number == kLongText ? kLongText : numberOf[number];
    }
    return builder.encoded(ColumnOrigin::Attribute, name, values, valueOf);
}

class AttributeReader {
public:
    AttributeReader(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                    const std::stop_token &stop, Progress &progress)
        : m_snapshot(snapshot), m_rows(rows), m_stop(stop), m_progress(progress)
    {}

    AttributeColumns run(const PopulationBuilder &builder)
    {
        cutIntoChunks();
        tbb::parallel_for(std::size_t{0}, m_fileChunks, [&](std::size_t c) { readFileChunk(m_chunks[c]); });
        for (std::size_t c = m_fileChunks; c < m_chunks.size() && !m_stop.stop_requested(); ++c)
            readStoreChunk(m_chunks[c]);
        for (const Chunk &chunk : m_chunks) {
            m_result.unreadCount += chunk.attributes.unreadCount;
            for (const std::string &problem : chunk.attributes.problems) {
                if (std::ranges::find(m_result.problems, problem) == m_result.problems.end())
                    m_result.problems.push_back(problem);
            }
        }
        const std::vector<std::string> names = chosenNames();
        m_result.columns.resize(names.size());
        tbb::parallel_for(std::size_t{0}, names.size(), [&](std::size_t i) {
            if (!m_stop.stop_requested())
                m_result.columns[i] = joined(names[i], m_chunks, m_rows.size(), builder);
        });
        return std::move(m_result);
    }

private:
    /// Spans of files in the order of their records, some thousand a chunk; those of a store in one.
    void cutIntoChunks()
    {
        const trace::SpanTable &spans = m_snapshot.spans();
        std::vector<std::vector<std::uint32_t>> ofInput(m_snapshot.inputs().size());
        for (std::uint32_t i = 0; i < m_rows.size(); ++i)
            ofInput[spans.file[m_rows[i]]].push_back(i);
        std::vector<Chunk> stores;
        for (std::size_t input = 0; input < ofInput.size(); ++input) {
            std::vector<std::uint32_t> &positions = ofInput[input];
            if (positions.empty())
                continue;
            if (!trace::hasStoredRecords(m_snapshot.inputs()[input])) {
                stores.push_back({std::move(positions), {}});
                continue;
            }
            std::ranges::sort(positions, {}, [&](std::uint32_t i) { return trace::recordPlace(spans, m_rows[i]); });
            for (std::size_t begin = 0; begin < positions.size(); begin += kChunkSpans) {
                const std::size_t count = std::min(kChunkSpans, positions.size() - begin);
                const auto part = std::span(positions).subspan(begin, count);
                m_chunks.push_back({{part.begin(), part.end()}, {}});
            }
        }
        m_fileChunks = m_chunks.size();
        std::ranges::move(stores, std::back_inserter(m_chunks));
    }

    [[nodiscard]] std::vector<std::uint32_t> rowsOf(const Chunk &chunk) const
    {
        std::vector<std::uint32_t> rows;
        rows.reserve(chunk.positions.size());
        for (const std::uint32_t position : chunk.positions)
            rows.push_back(m_rows[position]);
        return rows;
    }

    void readFileChunk(Chunk &chunk)
    {
        const std::vector<std::uint32_t> rows = rowsOf(chunk);
        trace::visitRowAttributes(
            m_snapshot, rows, m_stop,
            [&](std::size_t place, auto own, auto around) { chunk.attributes.take(place, own, around); },
            [&](std::uint64_t spans, const Error &error) { chunk.attributes.leaveOut(spans, error); });
        m_progress.done.fetch_add(rows.size(), std::memory_order_relaxed);
    }

    void readStoreChunk(Chunk &chunk)
    {
        trace::visitStoreAttributes(
            m_snapshot, rowsOf(chunk), m_stop, m_progress,
            [&](std::size_t place, auto own, auto around) { chunk.attributes.take(place, own, around); },
            [&](std::uint64_t spans, const Error &error) { chunk.attributes.leaveOut(spans, error); });
    }

    /// By name; the most frequent of too many.
    std::vector<std::string> chosenNames()
    {
        std::map<std::string, std::uint64_t> spansOf;
        std::set<std::string> hidden;
        for (const Chunk &chunk : m_chunks) {
            for (const auto &[name, key] : chunk.attributes.keys) {
                if (key.isSensitive)
                    hidden.insert(name);
                else if (!key.isLeftOut)
                    spansOf[name] += key.spans.size();
            }
        }
        if (!hidden.empty())
            m_result.notes.push_back("Left out: " + countText(hidden.size())
                                     + (hidden.size() == 1 ? " attribute" : " attributes")
                                     + " whose values are never shown.");
        std::vector<std::string> names;
        for (const auto &[name, spans] : spansOf)
            names.push_back(name);
        if (names.size() > kMostAttributeNames) {
            std::ranges::stable_sort(names, std::ranges::greater(),
                                     [&](const std::string &name) { return spansOf[name]; });
            m_result.notes.push_back("Only the " + countText(kMostAttributeNames) + " most frequent of "
                                     + countText(names.size()) + " attributes were compared.");
            names.resize(kMostAttributeNames);
            std::ranges::sort(names);
        }
        return names;
    }

    const trace::TraceSnapshot &m_snapshot;
    std::span<const std::uint32_t> m_rows;
    const std::stop_token &m_stop;
    Progress &m_progress;
    std::vector<Chunk> m_chunks; // of files, then of stores
    std::size_t m_fileChunks = 0;
    AttributeColumns m_result;
};

} // namespace

AttributeColumns readAttributeColumns(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                                      const PopulationBuilder &builder, const std::stop_token &stop, Progress &progress)
{
    return AttributeReader(snapshot, rows, stop, progress).run(builder);
}

} // namespace tailspan::explain
