// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/json_api.h"

#include "models/base/iso_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace tailspan::sources {

ApiAnswer::ApiAnswer(net::HttpAnswer answer)
    : m_http(std::move(answer)), m_index(std::make_unique<json::StructuralIndex>())
{
    const std::string body = std::exchange(m_http.body, {});
    m_buffer.reserve(body.size() + 1);
    std::copy(body.begin(), body.end(), m_buffer.data());
    m_buffer.setSize(body.size());
    m_buffer.seal();
    DataQuality ignored; // decoding the texts replaces what is odd about them
    m_index->index(m_buffer, ignored);
}

bool ApiAnswer::isWhole() const
{
    json::JsonCursor walk = cursor();
    return !m_index->endsInsideString() && walk.skipValue();
}

Result<ApiAnswer> JsonApi::ask(const net::HttpQuestion &question, const std::stop_token &stop)
{
    const auto began = std::chrono::steady_clock::now();
    ++m_cost.queries;
    Result<net::HttpAnswer> answer = m_client.ask(question, stop);
    const auto waited = std::chrono::nanoseconds(std::chrono::steady_clock::now() - began);
    m_cost.waitedNs += static_cast<std::uint64_t>(waited.count());
    if (!answer)
        return tl::unexpected(std::move(answer).error());
    m_cost.bytes += answer->body.size();
    if (!net::looksLikeJson(*answer))
        return tl::unexpected(net::httpError(*answer, {}, m_client));
    ApiAnswer indexed(std::move(*answer));
    if (!indexed.isWhole())
        return fail(ErrorCode::Malformed,
                    "The answer ends in the middle, so it is not used. A proxy on the way may have cut it; try again.",
                    m_client.place());
    return indexed;
}

Result<ApiAnswer> JsonApi::askFine(const net::HttpQuestion &question, const std::stop_token &stop)
{
    TS_TRY(ApiAnswer answer, ask(question, stop));
    if (answer.http().status >= 200 && answer.http().status < 300)
        return answer;
    std::string said; // Alertmanager: a text, or an object with "message"
    json::JsonCursor cursor = answer.cursor();
    if (cursor.peek() == '{')
        json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
            if (key == "message" || key == "error")
                said = readString(value);
            else
                return value.skipValue();
            return true;
        });
    return tl::unexpected(net::httpError(answer.http(), said, m_client));
}

std::string readString(json::JsonCursor &cursor)
{
    std::string_view raw;
    DataQuality ignored;
    if (cursor.peek() != '"')
        (void)cursor.skipValue();
    else if (cursor.readRawString(raw))
        return json::decodeString(raw, &ignored);
    return {};
}

std::vector<std::string> readStrings(json::JsonCursor &cursor)
{
    std::vector<std::string> texts;
    if (cursor.peek() != '[') {
        (void)cursor.skipValue();
        return texts;
    }
    json::forEachElement(cursor, [&](json::JsonCursor &value) {
        texts.push_back(readString(value));
        return true;
    });
    return texts;
}

metric::Labels readLabels(json::JsonCursor &cursor)
{
    metric::Labels labels;
    if (cursor.peek() != '{') {
        (void)cursor.skipValue();
        return labels;
    }
    json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        labels.emplace_back(json::decodeString(key), readString(value));
        return true;
    });
    std::sort(labels.begin(), labels.end());
    return labels;
}

std::optional<double> readNumber(json::JsonCursor &cursor)
{
    std::string_view raw;
    if (!cursor.readText(raw)) {
        (void)cursor.skipValue();
        return std::nullopt;
    }
    const bool hasPlus = raw.starts_with('+');
    raw.remove_prefix(hasPlus ? 1 : 0); // from_chars takes no plus
    if (raw.starts_with('-') && hasPlus)
        return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (end != raw.data() + raw.size() || error == std::errc::invalid_argument)
        return std::nullopt;
    return error == std::errc() ? value : std::numeric_limits<double>::quiet_NaN();
}

std::optional<std::int64_t> readTime(json::JsonCursor &cursor)
{
    const std::optional<std::int64_t> time = parseIsoTimeNs(readString(cursor));
    return time && *time > 0 ? time : std::nullopt;
}

bool readFlag(json::JsonCursor &cursor)
{
    std::string_view raw;
    if (cursor.readScalar(raw))
        return raw == "true";
    (void)cursor.skipValue();
    return false;
}

} // namespace tailspan::sources
