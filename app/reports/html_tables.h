// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// One table of a page: the texts of its header and of its rows, without markup and with entities resolved.
struct HtmlTable {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;

    /// Where a header cell says exactly this; npos when none does.
    [[nodiscard]] std::size_t column(std::string_view name) const;
};

/// The tables of a page that a program wrote: no nesting, every cell closed or followed by the next one. At most a
/// million cells. Cost: one pass.
[[nodiscard]] std::vector<HtmlTable> htmlTables(std::string_view page);

} // namespace tailspan::reports
