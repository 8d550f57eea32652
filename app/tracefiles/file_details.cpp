// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/file_details.h"

#include "models/base/utf8.h"
#include "models/trace/redaction.h"

namespace tailspan::tracefiles {

namespace {

class FileDetails final : public trace::SpanDetailSource {
public:
    FileDetails(std::shared_ptr<const bytes::ByteSource> source, const TraceReader &reader)
        : m_source(std::move(source)), m_reader(reader)
    {}

    Result<trace::SpanDetails> details(const trace::SpanAddress &span, trace::Secrets secrets) const override
    {
        TS_TRY(const std::string record, text(span.record));
        TS_TRY(const std::string around, text(span.resource));
        Result<trace::SpanDetails> read = m_reader.details(record, around);
        if (!read.has_value())
            return fail(read.error().code, read.error().message, m_source->name());
        trace::SpanDetails details = std::move(*read);
        std::uint64_t replaced = 0;
        const std::string_view raw = details.rawRecord.empty() ? record : details.rawRecord;
        details.rawRecord = validUtf8(utf8Prefix(raw, trace::kRawRecordLimit), replaced);
        if (secrets == trace::Secrets::Masked)
            trace::maskSecrets(details);
        return details;
    }

private:
    Result<std::string> text(const trace::RecordRef &record) const
    {
        std::string bytes(record.length, '\0');
        TS_TRY(const std::size_t got, m_source->readAt(record.offset, bytes));
        if (got != record.length)
            return fail(ErrorCode::NotFound, "the file has changed since it was opened; open it again",
                        m_source->name());
        return bytes;
    }

    std::shared_ptr<const bytes::ByteSource> m_source;
    const TraceReader &m_reader; // lives as long as the program
};

} // namespace

std::shared_ptr<const trace::SpanDetailSource> makeFileDetails(std::shared_ptr<const bytes::ByteSource> source,
                                                               const TraceReader &reader)
{
    return std::make_shared<FileDetails>(std::move(source), reader);
}

} // namespace tailspan::tracefiles
