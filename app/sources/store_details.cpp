// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/store_details.h"

#include "app/sources/attribute_cache.h"
#include "models/base/utf8.h"
#include "models/trace/redaction.h"

namespace tailspan::sources {

namespace {

/// Bodies and headers are read of single spans only. One store leaves them out by itself and another cannot: if they
/// came from one of them, they would tell its spans from all others and nothing else.
bool isReadOfManySpans(const trace::Attribute &attribute)
{
    const std::string_view key = attribute.key;
    for (const std::string_view part : {"request.headers", "request.body", "response.headers", "response.body"}) {
        if (key.starts_with(part) && (key.size() == part.size() || key[part.size()] == '.'))
            return false;
    }
    return !trace::isSensitiveKey(attribute.key);
}

class StoreDetails final : public trace::SpanDetailSource {
public:
    explicit StoreDetails(std::shared_ptr<SourceThread> thread) : m_thread(std::move(thread)) {}

    Result<trace::SpanDetails> details(const trace::SpanAddress &span, trace::Secrets secrets) const override
    {
        Progress progress;
        TS_TRY(trace::SpanDetails details,
               m_thread->ask<trace::SpanDetails>(
                   {}, progress, [&](TraceSource &source, Ask ask) { return source.details(span, std::move(ask)); }));
        std::uint64_t replaced = 0;
        details.rawRecord = validUtf8(utf8Prefix(details.rawRecord, trace::kRawRecordLimit), replaced);
        if (secrets == trace::Secrets::Masked)
            trace::maskSecrets(details);
        return details;
    }

    Result<> visitDetails(std::span<const trace::SpanAddress> spans, const DetailsVisitor &visit,
                          const std::stop_token &stop, Progress &progress) const override
    {
        std::vector<trace::SpanAddress> unknown;
        std::vector<std::size_t> numbers; // of those
        trace::SpanDetails known;
        for (std::size_t i = 0; i < spans.size() && !stop.stop_requested(); ++i) {
            if (m_cache.find(spans[i], known)) {
                visit(i, known);
                progress.done.fetch_add(1, std::memory_order_relaxed);
            } else {
                unknown.push_back(spans[i]);
                numbers.push_back(i);
            }
        }
        if (unknown.empty())
            return {};
        const auto take = [&](std::size_t number, trace::SpanDetails details) {
            details.rawRecord.clear();
            details.events.clear();
            details.links.clear();
            for (std::vector<trace::Attribute> *attributes : {&details.attributes, &details.resource}) {
                std::erase_if(*attributes,
                              [](const trace::Attribute &attribute) { return !isReadOfManySpans(attribute); });
            }
            trace::maskSecrets(details);
            m_cache.keep(unknown[number], details);
            visit(numbers[number], details);
        };
        return m_thread->ask<void>(stop, progress, [&](TraceSource &source, Ask ask) {
            return source.manyDetails(unknown, take, std::move(ask));
        });
    }

private:
    std::shared_ptr<SourceThread> m_thread;
    mutable AttributeCache m_cache; ///< Of visitDetails()
};

} // namespace

std::shared_ptr<const trace::SpanDetailSource> makeStoreDetails(std::shared_ptr<SourceThread> thread)
{
    return std::make_shared<StoreDetails>(std::move(thread));
}

} // namespace tailspan::sources
