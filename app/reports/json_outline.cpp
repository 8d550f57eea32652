// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_outline.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMaxLevels = 4;
constexpr std::size_t kMaxPaths = 4096;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Walks the tokens of one value and notes the path of every key.
class Walk {
public:
    Walk(std::string_view text, std::vector<std::string> &paths) : m_text(text), m_paths(paths) {}

    /// True when the value was closed; position() is then behind it.
    bool run()
    {
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"')
                string();
            else if (c == '{' || c == '[')
                open(c);
            else if ((c == '}' || c == ']') && close())
                return true;
        }
        return false;
    }
    [[nodiscard]] std::size_t position() const { return m_at + 1; }

private:
    void string()
    {
        const std::size_t begin = ++m_at;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        if (m_at >= m_text.size())
            return;
        const std::string_view key = m_text.substr(begin, m_at - begin);
        std::size_t next = m_at + 1;
        while (next < m_text.size() && isBlank(m_text[next]))
            ++next;
        if (next < m_text.size() && m_text[next] == ':')
            note(key);
    }
    void note(std::string_view key)
    {
        if (m_depth > kMaxLevels || m_paths.size() >= kMaxPaths)
            return;
        m_prefix.resize(m_lengths[m_depth - 1]);
        if (!m_prefix.empty())
            m_prefix += '.';
        m_prefix += key.substr(0, 80);
        m_paths.push_back(m_prefix);
    }
    void open(char c)
    {
        ++m_depth;
        if (m_depth > kMaxLevels)
            return;
        if (m_depth > 1 && m_closers[m_depth - 2] == ']') // a value of an array has no key of its own
            m_prefix.resize(m_lengths[m_depth - 2]);
        if (c == '[')
            m_prefix += m_prefix.empty() ? "[]" : ".[]";
        m_closers[m_depth - 1] = c == '[' ? ']' : '}';
        m_lengths[m_depth - 1] = m_prefix.size();
    }
    bool close()
    {
        --m_depth;
        if (m_depth > 0 && m_depth <= kMaxLevels)
            m_prefix.resize(m_lengths[m_depth - 1]);
        return m_depth == 0;
    }

    std::string_view m_text;
    std::vector<std::string> &m_paths;
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    std::string m_prefix;
    std::size_t m_lengths[kMaxLevels] = {}; // of m_prefix at each level
    char m_closers[kMaxLevels] = {};
};

bool matches(std::string_view path, std::string_view before, std::string_view after)
{
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
        return false;
    return true;
}

} // namespace

JsonOutline::JsonOutline(std::string_view text)
{
    text = withoutLeadingBlanks(text);
    if (text.empty() || (text.front() != '{' && text.front() != '['))
        return;
    m_isJson = true;
    Walk walk(text, m_paths);
    m_isClosed = walk.run();
    if (m_isClosed) {
        const std::string_view rest = text.substr(std::min(walk.position(), text.size()));
        m_hasMore = !std::all_of(rest.begin(), rest.end(), isBlank);
    }
    std::sort(m_paths.begin(), m_paths.end());
    m_paths.erase(std::unique(m_paths.begin(), m_paths.end()), m_paths.end());
}

bool JsonOutline::has(std::string_view path) const
{
    const std::size_t star = path.find('*');
    if (star == std::string_view::npos)
        return std::binary_search(m_paths.begin(), m_paths.end(), path);
    const std::string_view before = path.substr(0, star);
    const std::string_view after = path.substr(star + 1);
    return std::any_of(m_paths.begin(), m_paths.end(),
                       [&](const std::string &candidate) { return matches(candidate, before, after); });
}

std::string_view withoutLeadingBlanks(std::string_view text)
{
    while (!text.empty()) {
        if (isBlank(text.front())) {
            text.remove_prefix(1);
        } else if (text.starts_with("\x1b[")) {
            const std::size_t end = text.find('m');
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        } else {
            break;
        }
    }
    return text;
}

std::string_view firstLine(std::string_view text)
{
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

} // namespace tailspan::reports
