// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::cli {

/// A table for a terminal: columns as wide as their widest cell, numbers to the right.
class TextColumns {
public:
    enum class Align : unsigned char { Left, Right };

    explicit TextColumns(std::vector<Align> alignment) : m_alignment(std::move(alignment)) {}
    /// Cells beyond the alignment given are left out; missing ones are empty.
    void add(std::vector<std::string> cells);
    [[nodiscard]] bool isEmpty() const { return m_rows.empty(); }
    /// Each row behind `indent` blanks; no blanks at the ends of lines.
    void write(std::ostream &out, std::size_t indent) const;

private:
    std::vector<Align> m_alignment;
    std::vector<std::vector<std::string>> m_rows;
};

/// Columns a text takes on a terminal: one a character, which is right for most scripts.
[[nodiscard]] std::size_t displayWidth(std::string_view utf8);
/// At most `width` columns, with an ellipsis where something was cut.
[[nodiscard]] std::string fittedText(std::string_view utf8, std::size_t width);

} // namespace tailspan::cli
