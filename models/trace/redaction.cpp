// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/redaction.h"

#include "models/trace/secret_patterns.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tailspan::trace {

namespace {

constexpr std::array<std::string_view, 16> kSecretWords{
    "password",   "passwd",    "passphrase", "secret", "authorization", "cookie",    "apikey", "credential",
    "privatekey", "accesskey", "sessionid",  "cvv",    "cardnumber",    "signature", "bearer", "jwt"};

/// Too short to be looked for inside other words.
constexpr std::array<std::string_view, 6> kSecretNames{"auth", "iban", "otp", "pin", "pwd", "ssn"};

constexpr std::array<std::string_view, 24> kHarmlessHeaders{"accept",
                                                            "accept-encoding",
                                                            "accept-language",
                                                            "age",
                                                            "cache-control",
                                                            "connection",
                                                            "content-encoding",
                                                            "content-length",
                                                            "content-type",
                                                            "date",
                                                            "etag",
                                                            "host",
                                                            "server",
                                                            "traceparent",
                                                            "transfer-encoding",
                                                            "user-agent",
                                                            "vary",
                                                            "via",
                                                            "x-forwarded-proto",
                                                            "x-request-id",
                                                            "x-span-id",
                                                            "x-trace-id",
                                                            "retry-after",
                                                            "keep-alive"};

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

bool isHarmlessHeader(std::string_view name)
{
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
    return std::find(kHarmlessHeaders.begin(), kHarmlessHeaders.end(), lower) != kHarmlessHeaders.end();
}

} // namespace

bool isSecretName(std::string_view name)
{
    const std::string word = squeezed(name);
    if (std::any_of(kSecretWords.begin(), kSecretWords.end(),
                    [&](std::string_view w) { return word.find(w) != word.npos; }))
        return true;
    if (std::find(kSecretNames.begin(), kSecretNames.end(), word) != kSecretNames.end())
        return true;
    // "token" but not counts of language-model tokens.
    return word.find("token") != word.npos && word.find("tokens") == word.npos && word.find("tokencount") == word.npos;
}

bool isSensitiveKey(std::string_view path)
{
    const std::vector<std::string_view> segments = segmentsOf(path);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string word = squeezed(segments[i]);
        if (isSecretName(segments[i]) || word == "body" || word == "clientip" || word == "xforwardedfor")
            return true;
        const bool isHeaders = word == "headers" || word == "header";
        if (isHeaders && i + 1 < segments.size())
            return !isHarmlessHeader(segments[i + 1]);
    }
    return path == "metadata.ip" || path == "client.address";
}

void maskSecret(Attribute &attribute)
{
    const bool isSensitive = isSensitiveKey(attribute.key);
    attribute.key = maskedText(attribute.key); // bodies and headers choose their own names
    if (isSensitive) {
        attribute.value = kMask;
        attribute.isRedacted = true;
        return;
    }
    std::string masked = maskedJson(attribute.value); // values of objects come as JSON text
    attribute.isRedacted = masked != attribute.value;
    attribute.value = std::move(masked);
}

namespace {

void maskAttributes(std::vector<Attribute> &attributes)
{
    std::ranges::for_each(attributes, maskSecret);
}

void markAttributes(std::vector<Attribute> &attributes, const std::vector<Attribute> &masked)
{
    for (std::size_t i = 0; i < attributes.size(); ++i)
        attributes[i].isSecret = masked[i].isRedacted || masked[i].key != attributes[i].key;
}

} // namespace

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

void markSecrets(SpanDetails &details)
{
    SpanDetails masked = details;
    maskSecrets(masked);
    markAttributes(details.attributes, masked.attributes);
    markAttributes(details.resource, masked.resource);
    for (std::size_t i = 0; i < details.events.size(); ++i)
        markAttributes(details.events[i].attributes, masked.events[i].attributes);
    for (std::size_t i = 0; i < details.links.size(); ++i)
        markAttributes(details.links[i].attributes, masked.links[i].attributes);
}

} // namespace tailspan::trace
