// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_link.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tailspan::trace {

namespace {

constexpr std::string_view kTracePath = "trace/";
constexpr std::size_t kMostLinkBytes = 8192;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
        || c == '.' || c == '~' || c == '/' || c == ':';
}

std::string encoded(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (isPlain(c))
            result += c;
        else
            result.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
    }
    return result;
}

/// Nothing for a broken escape or a control character.
std::optional<std::string> decoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            unsigned value = 0;
            if (text.size() - i < 3)
                return std::nullopt;
            const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
            if (error != std::errc() || end != text.data() + i + 3)
                return std::nullopt;
            c = static_cast<char>(value);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return std::nullopt;
        result += c;
    }
    return result;
}

std::optional<std::int64_t> numberOf(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

} // namespace

bool isTraceLink(std::string_view text)
{
    return text.starts_with(kLinkScheme);
}

std::string linkText(const TraceLink &link)
{
    std::string text = std::string(kLinkScheme) + std::string(kTracePath) + encoded(link.traceId);
    char separator = '?';
    const auto add = [&](std::string_view name, const std::string &value) {
        text += std::exchange(separator, '&') + std::string(name) + "=" + value;
    };
    if (!link.spanId.empty())
        add("span", encoded(link.spanId));
    if (link.window) {
        add("from", std::to_string(link.window->begin.ns()));
        add("to", std::to_string(link.window->end.ns()));
    }
    if (!link.file.empty())
        add("file", encoded(link.file));
    return text;
}

Result<TraceLink> parseTraceLink(std::string_view text)
{
    const auto malformed = [](const std::string &what) {
        return fail(ErrorCode::Malformed, "This is no link to a trace: " + what + ".");
    };
    if (!isTraceLink(text) || text.size() > kMostLinkBytes)
        return malformed("it does not begin with tailspan://, or is too long");
    text.remove_prefix(kLinkScheme.size());
    if (!text.starts_with(kTracePath))
        return malformed("it names no trace");
    text.remove_prefix(kTracePath.size());
    const std::size_t question = text.find('?');
    const std::optional<std::string> traceId = decoded(text.substr(0, question));
    if (!traceId || traceId->empty())
        return malformed("it names no trace");
    TraceLink link{*traceId, {}, {}, {}};
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::string_view rest = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view field = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(field.size() + 1, rest.size()));
        const std::size_t equals = std::min(field.find('='), field.size());
        const std::string_view name = field.substr(0, equals);
        const std::optional<std::string> value = decoded(field.substr(std::min(equals + 1, field.size())));
        if (!value)
            return malformed("the value of \"" + std::string(name.substr(0, 20)) + "\" cannot be read");
        if (name == "span")
            link.spanId = *value;
        else if (name == "file")
            link.file = *value;
        else if (name == "from")
            from = numberOf(*value);
        else if (name == "to")
            to = numberOf(*value);
    }
    if (from && to && *from < *to)
        link.window = TimeRange{TimePoint(*from), TimePoint(*to)};
    if (!link.file.empty() && link.file.front() != '/')
        return malformed("its file is no absolute path");
    return link;
}

} // namespace tailspan::trace
