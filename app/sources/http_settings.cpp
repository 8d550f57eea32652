// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/http_settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tailspan::sources {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    const std::size_t last = text.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

bool isHeaderName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool opensDoors(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name == "authorization" || name == "cookie" || name == "proxy-authorization";
}

using Header = std::pair<std::string, std::string>;

Result<Header> headerOf(std::string_view text, const std::string &place)
{
    const std::size_t colon = text.find(':');
    const std::string name(trimmed(text.substr(0, colon)));
    const std::string value(colon == std::string_view::npos ? std::string_view() : trimmed(text.substr(colon + 1)));
    const bool isPlain = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 127; });
    if (colon == std::string_view::npos || !isHeaderName(name) || !isPlain)
        return fail(ErrorCode::Malformed, "\"headers\" are written as \"Name: value; Name: value\".", place);
    if (opensDoors(name))
        return fail(ErrorCode::Unsupported,
                    "\"headers\" are kept in plain text, so " + name
                        + " does not belong there. A token goes into the password, without a user.",
                    place);
    return Header(name, value);
}

Result<std::vector<Header>> headersOf(const std::string &text, const std::string &place)
{
    std::vector<Header> headers;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(';', begin), text.size());
        const std::string_view part = trimmed(std::string_view(text).substr(begin, end - begin));
        if (!part.empty()) {
            TS_TRY(Header header, headerOf(part, place));
            headers.push_back(std::move(header));
        }
        begin = end + 1;
    }
    return headers;
}

Result<std::chrono::milliseconds> limitOf(const std::string &text, const std::string &place)
{
    constexpr int kMostSeconds = 600;
    int seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds < 1 || seconds > kMostSeconds)
        return fail(ErrorCode::Unsupported,
                    "\"timeout\" must be a whole number of seconds up to 600, not \"" + text + "\".", place);
    return std::chrono::seconds(seconds);
}

} // namespace

std::vector<OptionInfo> httpOptions()
{
    using Kind = OptionInfo::Kind;
    return {
        {"headers", "Headers", "Sent with every question: \"X-Scope-OrgID: tenant; Name: value\". No secrets.",
         Kind::Text, "", ""},
        {"timeout", "Time limit", "Seconds that the server may take for one question.", Kind::Number, "", "20", true},
        {"cacert", "Authority's certificate",
         "A PEM file: trust this authority and not those of the system. For https.", Kind::File, "", ""},
        {"cert", "Client certificate", "A PEM file, where the server asks clients for one.", Kind::File, "", "", true},
        {"key", "Client key", "A PEM file; empty when the key is in the certificate's file.", Kind::File, "", "", true},
        {"tlsname", "Name in the certificate", "When a tunnel leads to the server and its name is not the host's.",
         Kind::Text, "", "", true},
    };
}

Result<HttpSettings> httpSettings(const SourceAddress &address, const SourceSecrets &secrets, std::uint16_t defaultPort)
{
    const std::string place = address.text();
    HttpSettings settings;
    net::HttpTarget &target = settings.target;
    target.host = address.host.empty() ? "127.0.0.1" : address.host;
    target.usesTls = address.scheme.ends_with("https");
    target.port = address.port == 0 ? defaultPort : address.port;
    target.user = address.user;
    target.password = secrets.password;
    // What a line of the request is made of: a line feed in a token would begin another header.
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    if (std::any_of(target.password.begin(), target.password.end(), isControl))
        return fail(ErrorCode::Malformed, "The password or token holds a line break; enter it again.", place);
    std::string prefix = address.database;
    while (prefix.ends_with('/'))
        prefix.pop_back();
    target.pathPrefix = prefix.empty() ? "" : "/" + prefix;
    target.tls = {address.option("cacert"), address.option("cert"), address.option("key"), secrets.keyPassphrase,
                  address.option("tlsname")};
    TS_TRY(target.headers, headersOf(address.option("headers"), place));
    TS_TRY(settings.limit, limitOf(address.option("timeout", "20"), place));
    return settings;
}

} // namespace tailspan::sources
