// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/attribute_cache.h"

namespace tailspan::sources {

namespace {

/// In the number of a name: the value was masked.
constexpr std::uint32_t kRedacted = 1U << 31U;

} // namespace

std::string AttributeCache::keyOf(const trace::SpanAddress &span)
{
    return span.traceId + '\x1f' + span.spanId + '\x1f' + span.service;
}

void AttributeCache::add(Kept &kept, const trace::Attribute &attribute)
{
    auto found = m_numbers.find(attribute.key);
    if (found == m_numbers.end()) {
        m_names.push_back(attribute.key);
        found = m_numbers.emplace(m_names.back(), static_cast<std::uint32_t>(m_names.size() - 1)).first;
    }
    kept.names.push_back(found->second | (attribute.isRedacted ? kRedacted : 0));
    kept.values += attribute.value;
    kept.ends.push_back(static_cast<std::uint32_t>(kept.values.size()));
}

void AttributeCache::keep(const trace::SpanAddress &span, const trace::SpanDetails &details)
{
    const std::lock_guard lock(m_mutex);
    if (m_spans.size() >= m_mostSpans) {
        m_spans.clear();
        m_numbers.clear();
        m_names.clear();
    }
    Kept kept;
    for (const trace::Attribute &attribute : details.attributes)
        add(kept, attribute);
    kept.ownCount = static_cast<std::uint32_t>(details.attributes.size());
    for (const trace::Attribute &attribute : details.resource)
        add(kept, attribute);
    m_spans.insert_or_assign(keyOf(span), std::move(kept));
}

bool AttributeCache::find(const trace::SpanAddress &span, trace::SpanDetails &details) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_spans.find(keyOf(span));
    if (found == m_spans.end())
        return false;
    const Kept &kept = found->second;
    details.attributes.clear();
    details.resource.clear();
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < kept.names.size(); ++i) {
        auto &list = i < kept.ownCount ? details.attributes : details.resource;
        const std::uint32_t name = kept.names[i];
        list.push_back(
            {m_names[name & ~kRedacted], kept.values.substr(begin, kept.ends[i] - begin), (name & kRedacted) != 0});
        begin = kept.ends[i];
    }
    return true;
}

} // namespace tailspan::sources
