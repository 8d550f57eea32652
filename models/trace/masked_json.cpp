// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/redaction.h"

#include "models/base/utf8.h"
#include "models/trace/secret_patterns.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace tailspan::trace {

namespace {

bool isBlank(char c)
{
    return static_cast<unsigned char>(c) <= ' ';
}

bool looksLikeJson(std::string_view text)
{
    const auto first = std::find_if_not(text.begin(), text.end(), isBlank);
    return first != text.end() && (*first == '{' || *first == '[' || *first == '"');
}

/// The four digits of a \u escape at `at` as a code unit, or U+FFFD.
char32_t unitAt(std::string_view raw, std::size_t at)
{
    std::uint32_t unit = 0;
    const std::string_view digits = raw.substr(std::min(at, raw.size()), 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    return error == std::errc() && end == digits.data() + 4 ? unit : 0xFFFDU;
}

/// A raw JSON string without its escapes: what is looked for must not hide behind one.
std::string unescaped(std::string_view raw)
{
    std::string text;
    for (std::size_t at = 0; at < raw.size(); ++at) {
        if (raw[at] != '\\' || at + 1 == raw.size()) {
            text += raw[at];
            continue;
        }
        const char kind = raw[++at];
        if (kind != 'u') {
            constexpr std::string_view kNames = "nrtbf";
            constexpr std::string_view kCharacters = "\n\r\t\b\f";
            const std::size_t place = kNames.find(kind);
            text += place == std::string_view::npos ? kind : kCharacters[place];
            continue;
        }
        char32_t point = unitAt(raw, at + 1);
        at += 4;
        if (point >= 0xD800 && point < 0xDC00 && raw.substr(std::min(at + 1, raw.size()), 2) == "\\u") {
            const char32_t trail = unitAt(raw, at + 3);
            if (trail >= 0xDC00 && trail < 0xE000) {
                point = 0x10000U + ((point - 0xD800U) << 10U) + (trail - 0xDC00U);
                at += 6;
            }
        }
        appendUtf8(text, point);
    }
    return text;
}

std::string escaped(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string raw;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
            raw += "\\u00";
            raw += kDigits[byte >> 4U];
            raw += kDigits[byte & 15U];
            continue;
        }
        if (c == '"' || c == '\\')
            raw += '\\';
        raw += c;
    }
    return raw;
}

/// The content of a string, masked; as it stands when there is nothing to mask.
std::string maskedString(std::string_view raw)
{
    if (raw.find('\\') == std::string_view::npos)
        return maskedText(raw);
    const std::string text = unescaped(raw);
    const std::string masked = maskedJson(text);
    return masked == text ? std::string(raw) : escaped(masked);
}

/// Copies JSON text, replacing values as it goes. What decides about a value is its key, the key around that, and the
/// name beside it in lists of names and values.
class JsonMasker {
public:
    explicit JsonMasker(std::string_view json) : m_json(json), m_levels(1) {}

    std::string run()
    {
        while (m_at < m_json.size())
            step();
        while (!m_levels.empty())
            leave();
        return std::move(m_out);
    }

private:
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    static constexpr std::size_t kLongestName = 256; // of the key around: no key that matters is longer

    struct Level {
        std::string around;    ///< The key that the container stands under.
        std::string key;       ///< Of the member being read.
        bool isHidden = false; ///< That member's value.
        bool isName = false;   ///< That member says what the member "value" beside it is.
        bool namesSecret = false;
        std::size_t valueBegin = kNowhere; ///< Of the member "value", in the output.
        std::size_t valueEnd = kNowhere;
    };

    void step()
    {
        const char c = m_json[m_at];
        if (c == '"')
            return takeString();
        if (c == '{' || c == '[') {
            if (m_levels.back().isHidden)
                return hideContainer();
            std::string around = m_levels.back().key.empty() ? m_levels.back().around : m_levels.back().key;
            if (around.size() > kLongestName)
                around.erase(0, around.size() - kLongestName);
            m_levels.push_back({std::move(around), {}, false, false, false, kNowhere, kNowhere});
        } else if (c == '}' || c == ']') {
            if (m_levels.size() > 1)
                leave();
        } else if (c == ',') {
            endMember();
        } else if (c != ':' && !isBlank(c)) {
            return takeScalar();
        }
        m_out += c;
        ++m_at;
    }

    void takeString()
    {
        std::size_t end = m_at + 1;
        while (end < m_json.size() && m_json[end] != '"')
            end += m_json[end] == '\\' ? 2 : 1;
        const bool isClosed = end < m_json.size();
        end = std::min(end, m_json.size());
        const std::string_view raw = m_json.substr(m_at + 1, end - m_at - 1);
        std::size_t next = std::min(end + 1, m_json.size());
        while (next < m_json.size() && isBlank(m_json[next]))
            ++next;
        m_at = std::min(end + 1, m_json.size());
        if (next < m_json.size() && m_json[next] == ':')
            return takeKey(raw);
        Level &level = m_levels.back();
        if (level.isName)
            level.namesSecret = level.namesSecret || isSensitiveKey(unescaped(raw));
        m_out += '"' + (level.isHidden ? std::string(kMask) : maskedString(raw)) + (isClosed ? "\"" : "");
    }

    void takeKey(std::string_view raw)
    {
        Level &level = m_levels.back();
        level.key = unescaped(raw);
        level.isName = level.key == "key" || level.key == "name";
        level.isHidden = isSensitiveKey(level.around.empty() ? level.key : level.around + "." + level.key);
        const std::size_t behindColon = m_json.find(':', m_at) + 1;
        m_out += '"';
        m_out += raw;
        m_out += '"';
        m_out += m_json.substr(m_at, behindColon - m_at);
        m_at = behindColon;
        if (level.key == "value") {
            level.isHidden = level.isHidden || level.namesSecret;
            level.valueBegin = m_out.size();
        }
    }

    void takeScalar()
    {
        const std::size_t end = std::min(m_json.find_first_of(",]}{[\"", m_at), m_json.size());
        std::string_view text = m_json.substr(m_at, end - m_at);
        m_at = end;
        std::size_t length = text.size();
        while (isBlank(text[length - 1]))
            --length;
        const std::string_view value = text.substr(0, length);
        const bool isHarmless = value == "null" || value == "true" || value == "false" || value == kMask;
        const bool isNumber = value.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
        const bool isHidden = (m_levels.back().isHidden && !isHarmless) || (isNumber && maskedText(value) != value);
        m_out += isHidden ? '"' + std::string(kMask) + '"' : maskedText(value);
        m_out += text.substr(length);
    }

    /// Steps over an object or array whose key is sensitive.
    void hideContainer()
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

    void endMember()
    {
        Level &level = m_levels.back();
        if (level.valueBegin != kNowhere && level.valueEnd == kNowhere)
            level.valueEnd = m_out.size();
        level.key.clear();
        level.isHidden = false;
        level.isName = false;
    }

    /// Where the name came behind the value, the value goes now.
    void leave()
    {
        endMember();
        const Level &level = m_levels.back();
        if (level.namesSecret && level.valueBegin != kNowhere)
            m_out.replace(level.valueBegin, level.valueEnd - level.valueBegin, '"' + std::string(kMask) + '"');
        m_levels.pop_back();
    }

    std::string_view m_json;
    std::size_t m_at = 0;
    std::string m_out;
    std::vector<Level> m_levels; // of the open containers, and the text itself
};

} // namespace

std::string maskedJson(std::string_view json)
{
    if (!looksLikeJson(json))
        return maskedText(json);
    // The second pass is for text that only began like JSON. It looks for no SQL: a record is not one statement.
    return maskedPatterns(JsonMasker(json).run());
}

} // namespace tailspan::trace
