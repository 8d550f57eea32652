// SPDX-License-Identifier: GPL-3.0-or-later
// What `vegeta attack` itself writes: Go's gob encoding of its type Result.
#include "app/reports/gob_wire.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "app/reports/vegeta_hits.h"
#include "models/base/utf8.h"

#include <cstring>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMaxMessageBytes = 64ULL << 20; // a response body of that size, which vegeta keeps
constexpr std::size_t kBufferBytes = 1ULL << 20;
constexpr std::uint64_t kMessagesBetweenPolls = 256;

/// Cuts a gob stream into its messages: a length and so many bytes each. Thread: one.
class GobMessages {
public:
    explicit GobMessages(bytes::ByteStream &stream) : m_stream(stream) {}

    enum class Next : std::uint8_t { Message, End, Truncated, TooLong };
    Result<Next> next(std::string_view &message)
    {
        m_at += m_length;
        m_length = 0;
        constexpr std::size_t kMaxLengthBytes = 9;
        TS_CHECK(fillTo(kMaxLengthBytes));
        if (m_at == m_filled)
            return Next::End;
        GobCursor cursor(std::string_view(m_buffer).substr(m_at, std::min(m_filled - m_at, kMaxLengthBytes)));
        const auto length = cursor.takeUnsigned();
        if (!length)
            return m_filled - m_at < kMaxLengthBytes ? Next::Truncated : Next::TooLong;
        if (*length > kMaxMessageBytes)
            return Next::TooLong;
        const auto first = static_cast<unsigned char>(m_buffer[m_at]);
        m_at += first < 128 ? 1 : 1 + (256U - first);
        m_length = static_cast<std::size_t>(*length);
        TS_CHECK(fillTo(m_length));
        if (m_filled - m_at < m_length)
            return Next::Truncated;
        message = std::string_view(m_buffer).substr(m_at, m_length);
        return Next::Message;
    }

private:
    /// Makes at least `count` bytes available from m_at on, as far as there are so many.
    Result<> fillTo(std::size_t count)
    {
        if (m_filled - m_at >= count)
            return {};
        std::memmove(m_buffer.data(), m_buffer.data() + m_at, m_filled - m_at);
        m_filled -= m_at;
        m_at = 0;
        if (m_buffer.size() < std::max(count, kBufferBytes))
            m_buffer.resize(std::max(count, kBufferBytes));
        while (m_filled < count) {
            TS_TRY(const std::size_t got,
                   m_stream.read(std::span(m_buffer.data() + m_filled, m_buffer.size() - m_filled)));
            if (got == 0)
                break;
            m_filled += got;
        }
        return {};
    }

    bytes::ByteStream &m_stream;
    std::string m_buffer;
    std::size_t m_at = 0; // of the current message
    std::size_t m_length = 0;
    std::size_t m_filled = 0;
};

/// What Go's time.Time writes of itself: a version, seconds since the year 1, nanoseconds, minutes east of UTC.
std::optional<std::int64_t> timeIn(std::string_view bytes)
{
    if (bytes.size() < 15 || bytes[0] < 1 || bytes[0] > 2)
        return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        std::uint64_t value = 0;
        for (const char c : bytes.substr(at, length))
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    };
    constexpr std::int64_t kSecondsToEpoch = 62'135'596'800; // from the year 1 to 1970
    const auto seconds = saturatingSubtract(static_cast<std::int64_t>(number(1, 8)), kSecondsToEpoch);
    return saturatingAdd(saturatingMultiply(seconds, 1'000'000'000), static_cast<std::int32_t>(number(9, 4)));
}

/// Follows the messages of a stream.
class Results {
public:
    /// False where the stream cannot be followed any further.
    bool take(std::string_view message, std::uint64_t number)
    {
        const std::string where = "record " + std::to_string(number);
        GobCursor cursor(message);
        const auto id = cursor.takeSigned();
        if (!id || *id == std::numeric_limits<std::int64_t>::min())
            return false;
        if (*id < 0)
            return m_types.declare(-*id, cursor);
        VegetaHit hit;
        const GobTypes::Type *type = m_types.find(*id);
        if (type == nullptr || type->kind != GobTypes::Kind::Struct)
            return false;
        m_hasTime = false;
        if (!forEachGobField(cursor, [&](std::uint64_t field) { return takeField(*type, field, cursor, hit); })
            || !m_hasTime) {
            quality.add(QualityIssue::MalformedRecord, 1, where);
            return true;
        }
        if (!isValidUtf8(hit.error) || !isValidUtf8(hit.url))
            quality.add(QualityIssue::InvalidUtf8, 1, where);
        if (hit.latencyNs < 0)
            quality.add(QualityIssue::NumberOutOfRange, 1, where);
        hits.add(hit);
        return true;
    }

    VegetaHits hits;
    DataQuality quality;

private:
    bool takeField(const GobTypes::Type &type, std::uint64_t number, GobCursor &cursor, VegetaHit &hit)
    {
        if (number >= type.fields.size())
            return false;
        const GobTypes::Field &field = type.fields[number];
        if (field.name == "Timestamp")
            return takeTime(field, cursor, hit);
        if (field.type == GobTypes::kString)
            return takeText(field, cursor, hit);
        if (field.type == GobTypes::kInt) {
            const auto value = cursor.takeSigned();
            if (field.name == "Latency")
                hit.latencyNs = value.value_or(0);
            return value.has_value();
        }
        if (field.type != GobTypes::kUint)
            return m_types.skip(field.type, cursor);
        const auto value = cursor.takeUnsigned();
        if (field.name == "Code")
            hit.code = static_cast<std::int64_t>(std::min<std::uint64_t>(value.value_or(0), 100'000));
        else if (field.name == "BytesOut")
            hit.bytesOut = value.value_or(0);
        else if (field.name == "BytesIn")
            hit.bytesIn = value.value_or(0);
        return value.has_value();
    }

    bool takeTime(const GobTypes::Field &field, GobCursor &cursor, VegetaHit &hit)
    {
        const GobTypes::Type *own = m_types.find(field.type);
        if (own == nullptr || own->kind != GobTypes::Kind::SelfEncoded)
            return m_types.skip(field.type, cursor);
        const auto bytes = cursor.takeBytes();
        const auto time = bytes ? timeIn(*bytes) : std::nullopt;
        m_hasTime = time.has_value();
        hit.startNs = time.value_or(0);
        return bytes.has_value();
    }

    static bool takeText(const GobTypes::Field &field, GobCursor &cursor, VegetaHit &hit)
    {
        const auto text = cursor.takeBytes();
        if (field.name == "Error")
            hit.error = text.value_or(std::string_view());
        else if (field.name == "Method")
            hit.method = text.value_or(std::string_view());
        else if (field.name == "URL")
            hit.url = text.value_or(std::string_view());
        else if (field.name == "Attack")
            hit.attack = text.value_or(std::string_view());
        return text.has_value();
    }

    GobTypes m_types;
    bool m_hasTime = false;
};

class VegetaGobReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"vegeta-gob", "vegeta results (gob)", "vegeta"}; }

    bool sniff(const bytes::Head &head) const override
    {
        // The declaration of type 65, a struct named Result, behind a length of one or two bytes.
        const std::string_view mark("\xff\x81\x03\x01\x01\x06Result", 12);
        return std::string_view(head.bytes).substr(0, 16).find(mark) != std::string_view::npos;
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        GobMessages messages(stream);
        Results results;
        PartialReports partials(options);
        std::string_view message;
        for (std::uint64_t number = 1;; ++number) {
            if (number % kMessagesBetweenPolls == 1) {
                if (stop.stop_requested())
                    return fail(ErrorCode::Cancelled, "cancelled", stream.name());
                progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
                if (partials.isDue())
                    partials.give(results.hits.soFar());
            }
            TS_TRY(const GobMessages::Next next, messages.next(message));
            if (next == GobMessages::Next::End)
                break;
            const bool isFollowed = next == GobMessages::Next::Message && results.take(message, number);
            if (isFollowed)
                continue;
            if (number == 1)
                return fail(ErrorCode::Malformed, "is not what vegeta writes: its first record cannot be read",
                            stream.name());
            results.quality.add(QualityIssue::Truncated, 1, "record " + std::to_string(number));
            break;
        }
        loadtest::LoadTestReport report;
        report.quality = results.quality;
        report.contents.isComplete = results.quality.count(QualityIssue::Truncated) == 0;
        std::move(results.hits).finish(report);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeVegetaGobReader()
{
    return std::make_unique<VegetaGobReader>();
}

} // namespace tailspan::reports
