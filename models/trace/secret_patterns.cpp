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

/// Keys whose makers gave them a beginning of their own.
SecretMatch accessKey(std::string_view text, std::size_t at)
{
    constexpr std::size_t kCloudKey = 20;
    constexpr std::size_t kShortest = 16;
    constexpr std::array<std::string_view, 13> kBeginnings{"sk_live_", "sk_test_",    "rk_live_", "whsec_", "ghp_",
                                                           "gho_",     "ghs_",        "glpat-",   "xoxb-",  "xoxp-",
                                                           "AIza",     "github_pat_", "npm_"};
    if (at > 0 && isWord(text[at - 1]))
        return {};
    const std::string_view rest = text.substr(at);
    const std::size_t length = runLength(text, at, [](char c) { return isWord(c) || c == '-'; });
    if (rest.starts_with("AKIA") || rest.starts_with("ASIA"))
        return length == kCloudKey ? SecretMatch{at, length} : SecretMatch{};
    const bool isKnown = length >= kShortest
        && std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](auto begin) { return rest.starts_with(begin); });
    return isKnown ? SecretMatch{at, length} : SecretMatch{};
}

bool isQuote(char c)
{
    return c == '"' || c == '\'' || c == '`' || c == '\\';
}

/// The name that stands before a sign, and whether it was quoted.
struct NameBefore {
    std::string_view name;
    bool isQuoted = false;
};

NameBefore nameBefore(std::string_view text, std::size_t sign)
{
    constexpr std::size_t kMostSkipped = 8;
    constexpr std::size_t kLongestName = 64;
    std::size_t end = sign;
    while (end > 0 && sign - end < kMostSkipped && text[sign] == '=' && text[end - 1] == ' ')
        --end;
    const std::size_t behindQuote = end;
    while (end > 0 && sign - end < kMostSkipped && isQuote(text[end - 1]))
        --end;
    std::size_t begin = end;
    while (begin > 0 && end - begin < kLongestName && (isWord(text[begin - 1]) || text[begin - 1] == '-'))
        --begin;
    return {text.substr(begin, end - begin), end != behindQuote};
}

/// What a name is given, from `at` on: in quotes, or to the end of the word, or of the line.
SecretMatch valueAt(std::string_view text, std::size_t at, bool isWholeLine)
{
    const std::size_t quote = text.find_first_not_of('\\', at);
    if (quote != std::string_view::npos && (text[quote] == '"' || text[quote] == '\'')) {
        std::size_t end = std::min(text.find(text[quote], quote + 1), text.size());
        while (end > quote + 1 && text[end - 1] == '\\')
            --end;
        return {quote + 1, end - quote - 1};
    }
    const std::size_t end = std::min(text.find_first_of(isWholeLine ? "\r\n" : "&;, \t\r\n\"')}]", at), text.size());
    const std::string_view value = text.substr(at, end - at);
    const bool isPlaceholder = value.empty() || value == "null" || value == "true" || value == "false" || value == "?"
        || value.find_first_of("{[$%") == 0;
    return isPlaceholder ? SecretMatch{} : SecretMatch{at, end - at};
}

/// password=x, token = 'x', "apiKey": "x", Cookie: x: in query strings, headers, SQL, connection strings and logs.
SecretMatch assignment(std::string_view text, std::size_t at)
{
    if (text[at] != '=' && text[at] != ':')
        return {};
    const auto [name, isQuoted] = nameBefore(text, at);
    if (!isSecretName(name))
        return {};
    const bool isHeader = text[at] == ':' && !isQuoted;
    // "auth:4004" is a host and its port; "pin: 5" may be anything.
    if (isHeader && (name.size() <= 4 || text.substr(at + 1, 1) != " "))
        return {};
    const std::size_t begin = std::min(text.find_first_not_of(" =>:", at + 1), text.size());
    const bool isWholeLine = isHeader && (name.ends_with("ookie") || name.ends_with("uthorization"));
    return valueAt(text, begin, isWholeLine);
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

std::string maskedPatterns(std::string_view text)
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

namespace {

/// Whether the words are those of a statement that names a credential.
bool isStatementOverSecrets(std::string_view text)
{
    constexpr std::array<std::string_view, 9> kVerbs{"select", "insert", "update", "delete", "merge",
                                                     "alter",  "create", "values", "where"};
    bool hasVerb = false;
    bool hasSecret = false;
    for (std::size_t at = 0; at < text.size() && !(hasVerb && hasSecret); ++at) {
        const std::size_t length = runLength(text, at, isWord);
        if (length == 0)
            continue;
        const std::string_view word = text.substr(at, length);
        hasVerb = hasVerb || std::any_of(kVerbs.begin(), kVerbs.end(), [&](std::string_view verb) {
                      return verb.size() == length && startsWithWord(word, 0, verb);
                  });
        hasSecret = hasSecret || isSecretName(word) || startsWithWord(word, 0, "identified");
        at += length;
    }
    return hasVerb && hasSecret;
}

} // namespace

std::string maskedLiterals(std::string text)
{
    if (text.find('\'') == std::string::npos || !isStatementOverSecrets(text))
        return text;
    std::string result;
    std::size_t done = 0;
    for (std::size_t quote = text.find('\''); quote < text.size(); quote = text.find('\'', done)) {
        const std::size_t close = std::min(text.find('\'', quote + 1), text.size());
        result += text.substr(done, quote + 1 - done);
        if (close > quote + 1)
            result += kMask;
        done = std::min(close + 1, text.size());
        if (close < text.size())
            result += '\'';
    }
    return result += text.substr(done);
}

std::string maskedText(std::string_view text)
{
    return maskedLiterals(maskedPatterns(text));
}

} // namespace tailspan::trace
