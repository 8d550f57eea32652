// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// Which keys the first JSON value of a text has, four levels deep: "metrics", "metrics.http_reqs.values",
/// "[].traceId" (an array is a level of its own). Made to tell formats apart, so it is lenient and accepts a text that
/// is cut off anywhere. Cost: one pass, no allocation per value.
class JsonOutline {
public:
    explicit JsonOutline(std::string_view text);

    [[nodiscard]] bool isJson() const { return m_isJson; }
    /// The first value ends inside the text.
    [[nodiscard]] bool isClosed() const { return m_isClosed; }
    /// Something other than blanks follows the first value.
    [[nodiscard]] bool hasMore() const { return m_hasMore; }
    /// Exact path, or a path in which one level is "*": "metrics.*.values".
    [[nodiscard]] bool has(std::string_view path) const;

private:
    std::vector<std::string> m_paths;
    bool m_isJson = false;
    bool m_isClosed = false;
    bool m_hasMore = false;
};

/// `text` without leading blanks and terminal colour codes.
[[nodiscard]] std::string_view withoutLeadingBlanks(std::string_view text);
/// Up to the first line feed, without a carriage return.
[[nodiscard]] std::string_view firstLine(std::string_view text);

} // namespace tailspan::reports
