// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/file_details.h"

#include "models/base/utf8.h"
#include "models/trace/redaction.h"

#include <algorithm>

namespace tailspan::tracefiles {

namespace {

constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20U; // read at once
constexpr std::uint64_t kGapBytes = 16 * 1024;                 // between two records, read along

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

    Result<> visitRecords(std::span<const trace::RecordRef> records, const RecordVisitor &visit) const override
    {
        if (const std::string_view all = m_source->inMemory(); !all.empty())
            return visitInMemory(all, records, visit);
        std::string block;
        for (std::size_t first = 0, last = 0; first < records.size(); first = last) {
            const std::uint64_t begin = records[first].offset;
            last = first + 1;
            std::uint64_t end = begin + records[first].length;
            while (last < records.size() && isNear(records[last], begin, end)) {
                end = std::max(end, records[last].offset + records[last].length);
                ++last;
            }
            block.resize(end - begin);
            TS_TRY(const std::size_t got, m_source->readAt(begin, block));
            if (got != block.size())
                return hasChanged();
            for (std::size_t i = first; i < last; ++i)
                visit(i, std::string_view(block).substr(records[i].offset - begin, records[i].length));
        }
        return {};
    }

    Result<trace::SpanDetails> read(std::string_view record, std::string_view resource) const override
    {
        return m_reader.details(record, resource);
    }

    bool visitTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit) const override
    {
        return m_reader.visitTexts(record, part, visit);
    }

private:
    /// Whether reading on to that record, from the block that is [begin, end) so far, is better than reading anew.
    static bool isNear(const trace::RecordRef &record, std::uint64_t begin, std::uint64_t end)
    {
        return record.offset >= begin && record.offset <= end + kGapBytes
            && record.offset + record.length - begin <= kBlockBytes;
    }

    tl::unexpected<Error> hasChanged() const
    {
        return fail(ErrorCode::NotFound, "the file has changed since it was opened; open it again", m_source->name());
    }

    Result<> visitInMemory(std::string_view all, std::span<const trace::RecordRef> records,
                           const RecordVisitor &visit) const
    {
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (records[i].offset > all.size() || records[i].length > all.size() - records[i].offset)
                return hasChanged();
            visit(i, all.substr(records[i].offset, records[i].length));
        }
        return {};
    }

    Result<std::string> text(const trace::RecordRef &record) const
    {
        std::string bytes(record.length, '\0');
        TS_TRY(const std::size_t got, m_source->readAt(record.offset, bytes));
        if (got != record.length)
            return hasChanged();
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
