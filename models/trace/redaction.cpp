// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/redaction.h"

#include "models/trace/secret_patterns.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tailspan::trace {

namespace {

constexpr std::array<std::string_view, 16> kSecretWords{
    "password", "passwd",     "passphrase", "secret", "authorization", "cookie",  "apikey", "credential",
    "privatekey", "accesskey", "sessionid", "cvv",    "cardnumber",    "signature", "bearer", "jwt"};

constexpr std::array<std::string_view, 24> kHarmlessHeaders{
    "accept", "accept-encoding", "accept-language", "age", "cache-control", "connection", "content-encoding", "content-length",
    "content-type", "date", "etag", "host", "server", "traceparent", "transfer-encoding", "user-agent",
    "vary", "via", "x-forwarded-proto", "x-request-id", "x-span-id", "x-trace-id", "retry-after", "keep-alive"};

/// Lower case without separators: "X-Api_Key" and "apiKey" both hold "apikey".
std::string squeezed(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            result.push_back(static_cast<char>(c | 0x20));
        else if (c != '-' && c != '_' && c != ' ')
            result.push_back(c);
    }
    return result;
}

std::vector<std::string_view> segmentsOf(std::string_view path)
{
    std::vector<std::string_view> segments;
    while (true) {
        const std::size_t dot = path.find('.');
        segments.push_back(path.substr(0, dot));
        if (dot == std::string_view::npos)
            return segments;
        path.remove_prefix(dot + 1);
    }
}

bool namesSecret(std::string_view segment)
{
    const std::string word = squeezed(segment);
    if (std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view w) { return word.find(w) != word.npos; }))
        return true;
    // "token" but not counts of language-model tokens.
    return word.find("token") != word.npos && word.find("tokens") == word.npos && word.find("tokencount") == word.npos;
}

bool isHarmlessHeader(std::string_view name)
{
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
    return std::find(kHarmlessHeaders.begin(), kHarmlessHeaders.end(), lower) != kHarmlessHeaders.end();
}

} // namespace

bool isSensitiveKey(std::string_view path)
{
    const std::vector<std::string_view> segments = segmentsOf(path);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string word = squeezed(segments[i]);
        if (namesSecret(segments[i]) || word == "body" || word == "clientip" || word == "xforwardedfor")
            return true;
        const bool isHeaders = word == "headers" || word == "header";
        if (isHeaders && i + 1 < segments.size())
            return !isHarmlessHeader(segments[i + 1]);
    }
    return path == "metadata.ip" || path == "client.address";
}

namespace {

void maskAttributes(std::vector<Attribute> &attributes)
{
    for (Attribute &attribute : attributes) {
        if (isSensitiveKey(attribute.key)) {
            attribute.value = kMask;
            attribute.isRedacted = true;
            continue;
        }
        std::string masked = maskedText(attribute.value);
        attribute.isRedacted = masked != attribute.value;
        attribute.value = std::move(masked);
    }
}

/// Copies JSON text, replacing values as it goes. Keeps the path of keys so that "headers" above counts.
class JsonMasker {
public:
    explicit JsonMasker(std::string_view json) : m_json(json) {}

    std::string run()
    {
        while (m_at < m_json.size())
            step();
        return std::move(m_out);
    }

private:
    void step()
    {
        const char c = m_json[m_at];
        if (c == '"') {
            takeString();
        } else if (c == '{' || c == '[') {
            if (!m_keys.empty() && isHidden())
                return hideValue();
            m_keys.push_back({});
            copy(1);
        } else if (c == '}' || c == ']') {
            if (!m_keys.empty())
                m_keys.pop_back();
            copy(1);
        } else {
            copy(1);
        }
    }

    void takeString()
    {
        std::size_t end = m_at + 1;
        while (end < m_json.size() && m_json[end] != '"')
            end += m_json[end] == '\\' ? 2 : 1;
        end = std::min(end, m_json.size());
        const std::string_view text = m_json.substr(m_at + 1, end - m_at - 1);
        std::size_t next = std::min(end + 1, m_json.size());
        while (next < m_json.size() && static_cast<unsigned char>(m_json[next]) <= ' ')
            ++next;
        const bool isKey = next < m_json.size() && m_json[next] == ':';
        if (isKey && !m_keys.empty())
            m_keys.back() = text;
        m_out += '"';
        m_out += isKey ? std::string(text) : isHidden() ? std::string(kMask) : maskedText(text);
        m_out += end < m_json.size() ? "\"" : "";
        m_at = std::min(end + 1, m_json.size());
    }

    bool isHidden() const
    {
        std::string path;
        for (const std::string_view key : m_keys) {
            if (!key.empty())
                path += (path.empty() ? "" : ".") + std::string(key);
        }
        return !path.empty() && isSensitiveKey(path);
    }

    /// Steps over an object or array whose key is sensitive.
    void hideValue()
    {
        std::size_t depth = 0;
        bool inString = false;
        for (; m_at < m_json.size(); ++m_at) {
            const char c = m_json[m_at];
            if (inString) {
                m_at += c == '\\' ? 1 : 0;
                inString = c != '"';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                ++m_at;
                break;
            }
        }
        m_at = std::min(m_at, m_json.size());
        m_out += '"' + std::string(kMask) + '"';
    }

    void copy(std::size_t count)
    {
        m_out += m_json.substr(m_at, count);
        m_at += count;
    }

    std::string_view m_json;
    std::size_t m_at = 0;
    std::string m_out;
    std::vector<std::string_view> m_keys; // of the open containers; empty for arrays
};

} // namespace

std::string maskedJson(std::string_view json)
{
    return JsonMasker(json).run();
}

void maskSecrets(SpanDetails &details)
{
    maskAttributes(details.attributes);
    maskAttributes(details.resource);
    for (SpanEvent &event : details.events) {
        event.name = maskedText(event.name);
        maskAttributes(event.attributes);
    }
    for (SpanLink &link : details.links)
        maskAttributes(link.attributes);
    details.rawRecord = maskedJson(details.rawRecord);
}

} // namespace tailspan::trace
