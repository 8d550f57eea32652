// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/row_attributes.h"

#include "models/trace/record_visits.h"

#include <unordered_map>

namespace tailspan::trace {

namespace {

/// Attributes whose memory is used again for the next record.
class AttributeBuffer {
public:
    void clear() { m_size = 0; }
    void add(std::string_view key, std::string_view value)
    {
        if (m_size == m_attributes.size())
            m_attributes.emplace_back();
        m_attributes[m_size].key.assign(key);
        m_attributes[m_size].value.assign(value);
        ++m_size;
    }
    [[nodiscard]] std::span<const Attribute> all() const { return {m_attributes.data(), m_size}; }

private:
    std::vector<Attribute> m_attributes;
    std::size_t m_size = 0;
};

/// Thread: one.
class RowReader {
public:
    RowReader(const TraceSnapshot &snapshot, const RowAttributesVisitor &visit, const OnUnreadRows &onUnread,
              std::string_view onlyKey)
        : m_snapshot(snapshot), m_visit(visit), m_onUnread(onUnread), m_onlyKey(onlyKey)
    {}

    void read(std::size_t place, std::uint32_t row, std::string_view record, const SpanDetailSource &source)
    {
        const Resource &resource = resourceOf(row, source);
        if (resource.isWalked && walk(record, resource, source))
            return m_visit(place, m_own.all(), m_around.all());
        const Result<SpanDetails> details = source.read(record, resource.record);
        if (details.has_value())
            m_visit(place, details->attributes, details->resource);
        else
            m_onUnread(1, details.error());
    }

private:
    /// A process or resource record, and what its texts say.
    struct Resource {
        std::string record;
        std::vector<Attribute> attributes;
        bool isWalked = false; ///< `attributes` are all there are.
    };

    /// Resources are few and shared: each is read once.
    const Resource &resourceOf(std::uint32_t row, const SpanDetailSource &source)
    {
        const std::uint32_t number = m_snapshot.spans().resource[row];
        const auto [entry, isNew] = m_resources.try_emplace(number);
        Resource &resource = entry->second;
        if (!isNew)
            return resource;
        resource.isWalked = true;
        if (number == SpanTable::kNoResource)
            return resource;
        // One that cannot be read leaves the spans their own attributes.
        (void)source.visitRecords(std::span(&m_snapshot.resource(number), 1),
                                  [&](std::size_t, std::string_view text) { resource.record = text; });
        resource.isWalked = source.visitTexts(
            resource.record, RecordPart::Resource, [&](TextKind, std::string_view key, std::string_view value) {
                if (isWanted(key))
                    resource.attributes.push_back({std::string(key), std::string(value)});
            });
        return resource;
    }

    [[nodiscard]] bool isWanted(std::string_view key) const { return m_onlyKey.empty() || key == m_onlyKey; }

    bool walk(std::string_view record, const Resource &resource, const SpanDetailSource &source)
    {
        m_own.clear();
        m_around.clear();
        for (const Attribute &attribute : resource.attributes)
            m_around.add(attribute.key, attribute.value);
        return source.visitTexts(record, RecordPart::Span,
                                 [&](TextKind kind, std::string_view key, std::string_view value) {
                                     if (!isWanted(key))
                                         return;
                                     if (kind == TextKind::Attribute)
                                         m_own.add(key, value);
                                     else if (kind == TextKind::Resource)
                                         m_around.add(key, value);
                                 });
    }

    const TraceSnapshot &m_snapshot;
    const RowAttributesVisitor &m_visit;
    const OnUnreadRows &m_onUnread;
    std::string_view m_onlyKey;
    std::unordered_map<std::uint32_t, Resource> m_resources;
    AttributeBuffer m_own;
    AttributeBuffer m_around;
};

} // namespace

bool hasStoredRecords(const TraceInput &input)
{
    return input.details && input.details->visitRecords({}, [](std::size_t, std::string_view) {}).has_value();
}

void visitRowAttributes(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows, const std::stop_token &stop,
                        const RowAttributesVisitor &visit, const OnUnreadRows &onUnread, std::string_view onlyKey)
{
    RowReader reader(snapshot, visit, onUnread, onlyKey);
    visitRowRecords(
        snapshot, rows, stop,
        [&](std::size_t place, std::string_view record, const SpanDetailSource &source) {
            reader.read(place, rows[place], record, source);
        },
        onUnread);
}

void visitStoreAttributes(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                          const std::stop_token &stop, Progress &progress, const RowAttributesVisitor &visit,
                          const OnUnreadRows &onUnread)
{
    if (rows.empty())
        return;
    const TraceInput &input = snapshot.inputs()[snapshot.spans().file[rows.front()]];
    if (!input.details)
        return onUnread(rows.size(), Error{ErrorCode::NotFound, "no details are kept of its spans", input.name});
    std::vector<SpanAddress> addresses;
    addresses.reserve(rows.size());
    for (const std::uint32_t row : rows)
        addresses.push_back(snapshot.addressOf(SpanRow(row)));
    std::size_t visited = 0;
    const auto take = [&](std::size_t place, const SpanDetails &details) {
        ++visited;
        visit(place, details.attributes, details.resource);
    };
    const Result<> read = input.details->visitDetails(addresses, take, stop, progress);
    if (visited < rows.size())
        onUnread(rows.size() - visited,
                 read.has_value() ? Error{ErrorCode::NotFound, "the store does not hold them any more", input.name}
                                  : read.error());
}

} // namespace tailspan::trace
