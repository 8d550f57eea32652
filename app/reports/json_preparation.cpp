// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_preparation.h"

#include "app/reports/json_document.h"
#include "models/base/utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace tailspan::reports {

namespace {

constexpr std::string_view kLargestNumber = "1.7976931348623157e308";

/// Copies the text token by token. Remembers the last place at which the text could be cut and closed.
class Preparation {
public:
    Preparation(std::string_view text, PreparedJson &target) : m_text(text), m_out(target.text), m_target(target) {}

    /// False when it is nested too deeply.
    bool run()
    {
        m_out.reserve(m_text.size() + 16);
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"')
                copyString();
            else if (c == '{' || c == '[') {
                if (!open(c))
                    return false;
            } else if (c == '}' || c == ']')
                close(c);
            else if ((c >= '0' && c <= '9') || c == '-' || (c >= 'A' && c <= 'Z'))
                copyNumberOrWord();
            else {
                if (c == ',')
                    markCut();
                m_out += c;
                ++m_at;
            }
        }
        return true;
    }

    /// Closes a text that ended in the middle. False when nothing of it is whole.
    bool closeOpenEnd()
    {
        if (m_closers.empty() && !m_isInString)
            return true;
        m_target.isTruncated = true;
        m_target.quality.add(QualityIssue::Truncated);
        if (m_cutDepth == 0)
            return false;
        m_out.resize(m_cutLength);
        for (std::size_t i = m_cutDepth; i > 0; --i)
            m_out += m_closers[i - 1];
        return true;
    }

private:
    void markCut()
    {
        m_cutLength = m_out.size();
        m_cutDepth = m_closers.size();
    }
    bool open(char c)
    {
        if (m_closers.size() >= kMaxJsonDepth)
            return false;
        m_closers += c == '{' ? '}' : ']';
        m_out += c;
        ++m_at;
        if (m_closers.size() == 1)
            markCut(); // an empty document is the least that can be kept
        return true;
    }
    void close(char c)
    {
        m_out += c;
        ++m_at;
        if (!m_closers.empty())
            m_closers.pop_back();
        markCut();
    }
    void copyString()
    {
        const std::size_t begin = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        m_isInString = m_at >= m_text.size();
        m_at = std::min(m_at + 1, m_text.size());
        std::uint64_t replaced = 0;
        std::string text = validUtf8(m_text.substr(begin, m_at - begin), replaced);
        m_target.quality.add(QualityIssue::InvalidUtf8, replaced);
        for (char &c : text) {
            if (static_cast<unsigned char>(c) < 0x20) {
                c = ' ';
                m_target.quality.add(QualityIssue::ControlCharacter);
            }
        }
        m_out += text;
    }
    void copyNumberOrWord()
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size()
               && (std::isalnum(static_cast<unsigned char>(m_text[m_at])) != 0 || m_text[m_at] == '.'
                   || m_text[m_at] == '-' || m_text[m_at] == '+'))
            ++m_at;
        const std::string_view token = m_text.substr(begin, m_at - begin);
        if (token == "NaN" || token == "Infinity" || token == "-Infinity" || token == "-NaN") {
            m_target.quality.add(QualityIssue::NotANumber);
            m_out += "null";
        } else if (isBeyondDouble(token)) {
            m_target.quality.add(QualityIssue::NumberOutOfRange);
            m_out += token.front() == '-' ? "-" : "";
            m_out += kLargestNumber;
        } else {
            m_out += token;
        }
        if (m_at == begin)
            m_out += m_text[m_at++];
    }
    static bool isBeyondDouble(std::string_view token)
    {
        double value = 0;
        const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
        // Too small and too large give the same error; only the latter matters, and has no negative exponent.
        return error == std::errc::result_out_of_range && token.find("e-") == std::string_view::npos
            && token.find("E-") == std::string_view::npos && end == token.data() + token.size()
            && token.find("0.0") != 0;
    }

    std::string_view m_text;
    std::string &m_out;
    PreparedJson &m_target;
    std::size_t m_at = 0;
    std::string m_closers;
    std::size_t m_cutLength = 0;
    std::size_t m_cutDepth = 0;
    bool m_isInString = false;
};

} // namespace

Result<PreparedJson> prepareJson(std::string_view text, const std::string &name)
{
    PreparedJson prepared;
    Preparation preparation(text, prepared);
    if (!preparation.run())
        return fail(ErrorCode::LimitReached,
                    "is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels; no report looks like that",
                    name);
    if (!preparation.closeOpenEnd())
        return fail(ErrorCode::Malformed, "ends before anything in it is whole", name);
    return prepared;
}

} // namespace tailspan::reports
