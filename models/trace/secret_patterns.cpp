// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/secret_patterns.h"

#include "models/trace/redaction.h"

#include <algorithm>
#include <array>
#include <span>

namespace tailspan::trace {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isWord(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isTokenCharacter(char c)
{
    return isWord(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

bool startsWithWord(std::string_view text, std::size_t at, std::string_view lowerWord)
{
    if (at + lowerWord.size() > text.size() || (at > 0 && isWord(text[at - 1])))
        return false;
    return std::equal(
        lowerWord.begin(), lowerWord.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
        [](char word, char c) { return word == ((c >= 'A' && c <= 'Z') ? static_cast<char>(c | 0x20) : c); });
}

std::size_t runLength(std::string_view text, std::size_t at, bool (*accepts)(char))
{
    std::size_t end = at;
    while (end < text.size() && accepts(text[end]))
        ++end;
    return end - at;
}

/// eyJ....…: a JSON web token or what is left of one.
SecretMatch jsonWebToken(std::string_view text, std::size_t at)
{
    if (text.substr(at, 3) != "eyJ" || (at > 0 && isWord(text[at - 1])))
        return {};
    const std::size_t length = runLength(text, at, isTokenCharacter);
    const bool hasDot = text.substr(at, length).find('.') != std::string_view::npos;
    return hasDot || length >= 24 ? SecretMatch{at, length} : SecretMatch{};
}

/// "Bearer x", "Basic x": the scheme stays readable, the credential goes.
SecretMatch authorization(std::string_view text, std::size_t at)
{
    for (const std::string_view scheme : {std::string_view("bearer "), std::string_view("basic ")}) {
        if (!startsWithWord(text, at, scheme))
            continue;
        const std::size_t begin = at + scheme.size();
        const std::size_t length = runLength(text, begin, isTokenCharacter);
        if (length >= 6)
            return {begin, length};
    }
    return {};
}

SecretMatch privateKey(std::string_view text, std::size_t at)
{
    constexpr std::string_view kBegin = "-----BEGIN ";
    if (text.substr(at, kBegin.size()) != kBegin || text.substr(at, 60).find("PRIVATE KEY") == std::string_view::npos)
        return {};
    const std::size_t end = text.find("-----END ", at);
    const std::size_t close = end == std::string_view::npos ? end : text.find("-----", end + 9);
    return {at, (close == std::string_view::npos ? text.size() : close + 5) - at};
}

SecretMatch accessKey(std::string_view text, std::size_t at)
{
    constexpr std::size_t kLength = 20;
    const std::string_view prefix = text.substr(at, 4);
    if ((prefix != "AKIA" && prefix != "ASIA") || (at > 0 && isWord(text[at - 1])))
        return {};
    return runLength(text, at, isWord) == kLength ? SecretMatch{at, kLength} : SecretMatch{};
}

/// password=x, token=x and the like in query strings, connection strings and logs.
SecretMatch assignment(std::string_view text, std::size_t at)
{
    constexpr std::array<std::string_view, 8> kNames{
        "password=", "passwd=", "pwd=", "secret=", "token=", "access_token=", "api_key=", "apikey="};
    for (const std::string_view name : kNames) {
        if (!startsWithWord(text, at, name))
            continue;
        const std::size_t begin = at + name.size();
        std::size_t end = text.find_first_of("&;, \t\n\"')", begin);
        end = end == std::string_view::npos ? text.size() : end;
        return {begin, end - begin};
    }
    return {};
}

/// scheme://user:password@host: only the password.
SecretMatch urlPassword(std::string_view text, std::size_t at)
{
    if (text.substr(at, 3) != "://")
        return {};
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of("/ \t\n\"'?#", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t atSign = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (atSign == std::string_view::npos || colon == std::string_view::npos || colon >= atSign)
        return {};
    return {begin + colon + 1, atSign - colon - 1};
}

/// Whether the last digit fits the others (Luhn, ISO/IEC 7812-1).
bool hasCheckDigit(std::span<const int> digits)
{
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int doubled = digits[digits.size() - 1 - i] * (i % 2 == 1 ? 2 : 1);
        sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
}

/// 13 to 19 digits, in groups or not, whose check digit is right. Of several groups as few as make a number.
SecretMatch cardNumber(std::string_view text, std::size_t at)
{
    if (text[at] < '2' || text[at] > '6'
        || (at > 0 && (isWord(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '.')))
        return {};
    std::array<int, 19> digits{};
    std::size_t count = 0;
    for (std::size_t end = at; end < text.size();) {
        if (isDigit(text[end])) {
            if (count == digits.size())
                return {};
            digits[count++] = text[end++] - '0';
            const bool isGroupEnd = end == text.size() || !isWord(text[end]);
            if (isGroupEnd && count >= 13 && hasCheckDigit(std::span(digits).first(count)))
                return {at, end - at};
        } else if ((text[end] == ' ' || text[end] == '-') && end + 1 < text.size() && isDigit(text[end + 1])) {
            ++end;
        } else {
            return {};
        }
    }
    return {};
}

} // namespace

SecretMatch findSecret(std::string_view text, std::size_t from)
{
    for (std::size_t at = from; at < text.size(); ++at) {
        for (const auto find :
             {jsonWebToken, authorization, privateKey, accessKey, assignment, urlPassword, cardNumber}) {
            const SecretMatch match = find(text, at);
            if (match.length > 0 && text.substr(match.begin, kMask.size()) != kMask)
                return match;
        }
    }
    return {};
}

std::string maskedText(std::string_view text)
{
    std::string result;
    std::size_t done = 0;
    for (SecretMatch match = findSecret(text, 0); match.length > 0; match = findSecret(text, done)) {
        result += text.substr(done, match.begin - done);
        result += kMask;
        done = match.begin + match.length;
    }
    result += text.substr(done);
    return result;
}

} // namespace tailspan::trace
