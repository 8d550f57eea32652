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
        readPlaces.push_back(static_cast<std::uint32_t>(place));
        for (const std::span<const Attribute> attributes : {own, around}) {
            for (const Attribute &attribute : attributes)
                take(place, attribute);
        }
    }

    std::unordered_map<std::string, KeyValues> keys;
    std::vector<std::uint32_t> readPlaces;
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
        key.isLeftOut = key.isSensitive || repeatsDuration(name) || name.empty() || name.size() > kMostNameBytes;
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

} // namespace

/// Some spans, by their numbers among the rows asked for.
struct AttributeReader::Chunk {
    std::vector<std::uint32_t> numbers;
    ChunkAttributes attributes;
};

AttributeReader::AttributeReader(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows)
    : m_snapshot(snapshot), m_rows(rows), m_isRead(rows.size())
{
    cutIntoChunks();
}

AttributeReader::~AttributeReader() = default;

/// Spans of files in the order of their records, some thousand a chunk; those of a store in one.
void AttributeReader::cutIntoChunks()
{
    const trace::SpanTable &spans = m_snapshot.spans();
    std::vector<std::vector<std::uint32_t>> ofInput(m_snapshot.inputs().size());
    for (std::uint32_t i = 0; i < m_rows.size(); ++i)
        ofInput[spans.file[m_rows[i]]].push_back(i);
    std::vector<Chunk> stores;
    for (std::size_t input = 0; input < ofInput.size(); ++input) {
        std::vector<std::uint32_t> &numbers = ofInput[input];
        if (numbers.empty())
            continue;
        if (!trace::hasStoredRecords(m_snapshot.inputs()[input])) {
            stores.push_back({std::move(numbers), {}});
            continue;
        }
        std::ranges::sort(numbers, {}, [&](std::uint32_t i) { return trace::recordPlace(spans, m_rows[i]); });
        for (std::size_t begin = 0; begin < numbers.size(); begin += kChunkSpans) {
            const auto part = std::span(numbers).subspan(begin, std::min(kChunkSpans, numbers.size() - begin));
            m_chunks.push_back({{part.begin(), part.end()}, {}});
        }
    }
    m_fileChunks = m_chunks.size();
    std::ranges::move(stores, std::back_inserter(m_chunks));
}

std::vector<std::uint32_t> AttributeReader::rowsOf(const Chunk &chunk) const
{
    std::vector<std::uint32_t> rows;
    rows.reserve(chunk.numbers.size());
    for (const std::uint32_t number : chunk.numbers)
        rows.push_back(m_rows[number]);
    return rows;
}

void AttributeReader::read(const std::stop_token &stop, Progress &progress)
{
    tbb::parallel_for(std::size_t{0}, m_fileChunks, [&](std::size_t c) {
        readChunk(m_chunks[c], false, stop, progress);
        progress.done.fetch_add(m_chunks[c].numbers.size(), std::memory_order_relaxed);
    });
    for (std::size_t c = m_fileChunks; c < m_chunks.size() && !stop.stop_requested(); ++c)
        readChunk(m_chunks[c], true, stop, progress);
    std::set<std::string> problems;
    for (const Chunk &chunk : m_chunks) {
        for (const std::uint32_t place : chunk.attributes.readPlaces)
            m_isRead[chunk.numbers[place]] = 1;
        problems.insert(chunk.attributes.problems.begin(), chunk.attributes.problems.end());
    }
    m_problems.assign(problems.begin(), problems.end());
}

void AttributeReader::readChunk(Chunk &chunk, bool isStore, const std::stop_token &stop, Progress &progress) const
{
    const std::vector<std::uint32_t> rows = rowsOf(chunk);
    const auto take = [&](std::size_t place, auto own, auto around) { chunk.attributes.take(place, own, around); };
    const auto leaveOut = [&](std::uint64_t, const Error &error) { chunk.attributes.problems.insert(error.text()); };
    if (isStore)
        trace::visitStoreAttributes(m_snapshot, rows, stop, progress, take, leaveOut);
    else
        trace::visitRowAttributes(m_snapshot, rows, stop, take, leaveOut);
}

/// By name; the most frequent of too many.
std::vector<std::string> AttributeReader::chosenNames(std::vector<std::string> &notes) const
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
        notes.push_back("Left out: " + pluralText(hidden.size(), "attribute", "attributes")
                        + " whose values are never shown.");
    std::vector<std::string> names;
    for (const auto &[name, spans] : spansOf)
        names.push_back(name);
    if (names.size() > kMostAttributeNames) {
        std::ranges::stable_sort(names, std::ranges::greater(), [&](const std::string &name) { return spansOf[name]; });
        notes.push_back("Only the " + countText(kMostAttributeNames) + " most frequent of " + countText(names.size())
                        + " attributes were compared.");
        names.resize(kMostAttributeNames);
        std::ranges::sort(names);
    }
    return names;
}

/// Joins what the chunks found of one name.
Column AttributeReader::joined(const std::string &name, std::span<const std::uint32_t> positionOf,
                               const PopulationBuilder &builder) const
{
    std::vector<std::string> values;
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<std::uint32_t> valueOf(builder.size(), PopulationBuilder::kNone);
    for (const Chunk &chunk : m_chunks) {
        const auto found = chunk.attributes.keys.find(name);
        if (found == chunk.attributes.keys.end())
            continue;
        std::vector<std::uint32_t> numberOf;
        for (const std::string &value : found->second.values) {
            const auto known = numbers.find(value);
            if (known != numbers.end() || values.size() >= kMostDistinctValues) {
                numberOf.push_back(known == numbers.end() ? kLongText : known->second);
                continue;
            }
            numberOf.push_back(static_cast<std::uint32_t>(values.size()));
            numbers.emplace(value, numberOf.back());
            values.push_back(value);
        }
        for (const auto &[place, number] : found->second.spans) {
            const std::uint32_t position = positionOf[chunk.numbers[place]];
            if (position != PopulationBuilder::kNone)
                valueOf[position] = number == kLongText ? kLongText : numberOf[number];
        }
    }
    return builder.encoded(ColumnOrigin::Attribute, name, values, valueOf);
}

std::vector<Column> AttributeReader::columns(std::span<const std::uint32_t> positionOf,
                                             const PopulationBuilder &builder, const std::stop_token &stop,
                                             std::vector<std::string> &notes) const
{
    const std::vector<std::string> names = chosenNames(notes);
    std::vector<Column> columns(names.size());
    tbb::parallel_for(std::size_t{0}, names.size(), [&](std::size_t i) {
        if (!stop.stop_requested())
            columns[i] = joined(names[i], positionOf, builder);
    });
    return columns;
}

} // namespace tailspan::explain
