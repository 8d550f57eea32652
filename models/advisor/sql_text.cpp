// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_words.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

/// Cuts a statement into words, values and signs. Thread: one.
class SqlWalk {
public:
    explicit SqlWalk(std::string_view sql) : m_sql(utf8Prefix(sql, kMostReadBytes)) {}

    CallText run()
    {
        while (m_at < m_sql.size())
            step();
        while (!m_call.text.empty() && (m_call.text.back() == ' ' || m_call.text.back() == ';'))
            m_call.text.pop_back();
        m_call.isBatch |= m_call.batchSize > 1;
        m_call.isReading = (startsWithoutCase(m_call.text, "select") || startsWithoutCase(m_call.text, "with")
                            || startsWithoutCase(m_call.text, "show") || startsWithoutCase(m_call.text, "values"))
            && !m_isWriting;
        cutToMost(m_call.text);
        return std::move(m_call);
    }

private:
    void step()
    {
        const char c = m_sql[m_at];
        const std::string_view rest = m_sql.substr(m_at);
        if (isBlank(c)) {
            ++m_at;
            blank();
        } else if (rest.starts_with("--")) {
            m_at = std::min(m_sql.find('\n', m_at), m_sql.size());
        } else if (rest.starts_with("/*")) {
            const std::size_t end = m_sql.find("*/", m_at);
            m_at = end == std::string_view::npos ? m_sql.size() : end + 2;
        } else if (c == '\'') {
            takeString();
        } else if (c == '$' || c == '?' || c == ':' || c == '@' || c == '%') {
            takePlaceholder();
        } else if (isDigit(c)) {
            const std::size_t end = endOfNumber();
            value(m_sql.substr(m_at, end - m_at));
            m_at = end;
        } else if (isWord(c) || c == '"' || c == '`') {
            takeWord();
        } else {
            sign(c);
            ++m_at;
        }
    }

    void blank()
    {
        if (!m_call.text.empty() && m_call.text.back() != ' ' && m_call.text.back() != '(')
            m_call.text += ' ';
    }

    [[nodiscard]] std::size_t endOfNumber() const
    {
        std::size_t end = m_at;
        while (end < m_sql.size() && (isWord(m_sql[end]) || m_sql[end] == '.'))
            ++end;
        return end;
    }

    void takeString()
    {
        std::size_t end = m_at + 1;
        while (end < m_sql.size() && (m_sql[end] != '\'' || (end + 1 < m_sql.size() && m_sql[end + 1] == '\'')))
            end += m_sql[end] == '\'' ? 2 : 1;
        value(m_sql.substr(m_at + 1, std::min(end, m_sql.size()) - m_at - 1));
        m_at = std::min(end + 1, m_sql.size());
    }

    /// $1, $tag$text$tag$, ?, :name, @name, %s; the signs alone are signs.
    void takePlaceholder()
    {
        const char c = m_sql[m_at];
        std::size_t end = m_at + 1;
        while (end < m_sql.size() && isWord(m_sql[end]) && c != '?')
            ++end;
        if (c == '$' && end < m_sql.size() && m_sql[end] == '$') {
            const std::string_view tag = m_sql.substr(m_at, end - m_at + 1);
            const std::size_t close = m_sql.find(tag, end + 1);
            const std::size_t stop = close == std::string_view::npos ? m_sql.size() : close;
            value(m_sql.substr(end + 1, stop - end - 1));
            m_at = std::min(stop + tag.size(), m_sql.size());
            return;
        }
        const bool isCast = c == ':' && m_at > 0 && m_sql[m_at - 1] == ':';
        if (isCast || (c != '?' && end == m_at + 1)) {
            sign(c);
            ++m_at;
            return;
        }
        placeholder();
        m_at = end;
    }

    void takeWord()
    {
        const char quote = m_sql[m_at];
        std::size_t end = m_at + 1;
        if (quote == '"' || quote == '`') {
            end = std::min(m_sql.find(quote, end), m_sql.size() - 1) + 1;
        } else {
            while (end < m_sql.size() && (isWord(m_sql[end]) || m_sql[end] == '.'))
                ++end;
        }
        const std::string_view word = m_sql.substr(m_at, end - m_at);
        m_isAfterList = equalsWithoutCase(word, "in") || equalsWithoutCase(word, "values");
        if (equalsWithoutCase(word, "any") || equalsWithoutCase(word, "unnest"))
            m_call.isBatch = true;
        if (equalsWithoutCase(word, "update") || equalsWithoutCase(word, "insert") || equalsWithoutCase(word, "delete")
            || equalsWithoutCase(word, "share") || equalsWithoutCase(word, "nextval"))
            m_isWriting = true;
        m_call.text += word;
        m_at = end;
    }

    void value(std::string_view text)
    {
        addValue(m_call, text);
        placeholder();
    }

    /// Lists of values shrink to the first: "(?, ?)" is "(?)", and "(?), (?)" is "(?)".
    void placeholder()
    {
        std::string &text = m_call.text;
        while (text.ends_with(' ') && (text.ends_with(", ") || text.ends_with("? ")))
            text.pop_back();
        if (text.ends_with("?,")) {
            text.pop_back();
            if (m_isInList && m_depth == m_listDepth && !m_isValues)
                ++m_call.batchSize;
            return;
        }
        if (text.ends_with("?),(") || text.ends_with("?), (")) {
            text.resize(text.rfind(')'));
            ++m_call.batchSize;
            return;
        }
        text += '?';
    }

    void sign(char c)
    {
        if (c == '(') {
            ++m_depth;
            if (m_isAfterList) {
                m_isInList = true;
                m_listDepth = m_depth;
                m_isValues = findWithoutCase(m_call.text, "values") != std::string_view::npos;
                m_call.batchSize = std::max(m_call.batchSize, 1U);
            }
            m_isAfterList = false;
        } else if (c == ')') {
            --m_depth;
        }
        if (c == ',' || c == ')') {
            while (m_call.text.ends_with(' '))
                m_call.text.pop_back();
        }
        m_call.text += c;
    }

    std::string_view m_sql;
    std::size_t m_at = 0;
    CallText m_call;
    int m_depth = 0;
    int m_listDepth = 0;
    bool m_isAfterList = false;
    bool m_isInList = false;
    bool m_isValues = false;
    bool m_isWriting = false;
};

} // namespace

CallText sqlText(std::string_view statement)
{
    return SqlWalk(statement).run();
}

} // namespace tailspan::advisor
