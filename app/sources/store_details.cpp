// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/store_details.h"

#include "models/base/utf8.h"
#include "models/trace/redaction.h"

namespace tailspan::sources {

namespace {

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

private:
    std::shared_ptr<SourceThread> m_thread;
};

} // namespace

std::shared_ptr<const trace::SpanDetailSource> makeStoreDetails(std::shared_ptr<SourceThread> thread)
{
    return std::make_shared<StoreDetails>(std::move(thread));
}

} // namespace tailspan::sources
