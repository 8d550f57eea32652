// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/endpoint_match.h"

#include <algorithm>
#include <array>

namespace tailspan::loadtest {

namespace {

constexpr std::array<std::string_view, 9> kMethods{"GET",  "POST",    "PUT",   "DELETE", "PATCH",
                                                   "HEAD", "OPTIONS", "TRACE", "CONNECT"};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string mapped(std::string_view text, char (*change)(char))
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), change);
    return result;
}

/// The word before the first blank, taken off together with the blanks.
std::string_view takeWord(std::string_view &text)
{
    const std::size_t end = text.find_first_of(" \t");
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(word.size(), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return word;
}

bool isMethod(std::string_view word)
{
    return std::find(kMethods.begin(), kMethods.end(), mapped(word, upper)) != kMethods.end();
}

/// Stands for any part of a path.
bool isVariable(std::string_view part)
{
    return part == "*" || part.starts_with(':') || (part.starts_with('{') && part.ends_with('}'))
        || (part.starts_with('<') && part.ends_with('>')) || part.starts_with("${");
}

std::vector<std::string> partsOf(std::string_view path)
{
    std::vector<std::string> parts;
    path = path.substr(0, path.find_first_of("?#"));
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        if (!part.empty())
            parts.emplace_back(part);
        path.remove_prefix(std::min(part.size() + 1, path.size()));
    }
    return parts;
}

std::string lettersOf(std::string_view text)
{
    std::string letters;
    for (const char c : mapped(text, lower)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80)
            letters.push_back(c);
    }
    return letters;
}

} // namespace

EndpointName::EndpointName(std::string_view text)
{
    std::string_view rest = text;
    std::string_view word = takeWord(rest);
    if (mapped(word, upper) == "HTTP" && !rest.empty()) // "HTTP GET /path"
        word = takeWord(rest);
    // In other letters it may be a word: "Get jobs".
    const bool isPathBehind = rest.starts_with('/') || rest.find("://") != std::string_view::npos;
    if (isMethod(word) && (isPathBehind || mapped(word, upper) == word)) {
        m_method = mapped(word, upper);
        text = rest;
    }
    const std::size_t scheme = text.find("://");
    if (scheme != std::string_view::npos && text.find('/') > scheme) {
        const std::string_view from = text.substr(scheme + 3);
        const std::string_view authority = from.substr(0, from.find('/'));
        const std::string_view host = authority.substr(std::min(authority.find('@') + 1, authority.size()));
        m_host = mapped(host.substr(0, host.find_first_of(".:")), lower);
        text = from.substr(authority.size());
        m_hasPath = true;
    }
    m_hasPath = m_hasPath || text.starts_with('/');
    if (m_hasPath)
        m_parts = partsOf(text);
    else
        m_letters = lettersOf(text);
}

bool EndpointName::fits(const EndpointName &other) const
{
    const bool isOtherMethod = !m_method.empty() && !other.m_method.empty() && m_method != other.m_method;
    if (isOtherMethod || m_hasPath != other.m_hasPath)
        return false;
    if (!m_hasPath)
        return !m_letters.empty() && m_letters == other.m_letters;
    return std::equal(
        m_parts.begin(), m_parts.end(), other.m_parts.begin(), other.m_parts.end(),
        [](const std::string &a, const std::string &b) { return a == b || isVariable(a) || isVariable(b); });
}

} // namespace tailspan::loadtest
