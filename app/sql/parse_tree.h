// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tailspan::sql {

using Node = nlohmann::json;

/// Longest text and deepest nesting that are read: beyond them stands generated SQL that no index helps.
inline constexpr std::size_t kLongestText = 256 * 1024;
inline constexpr int kDeepestTree = 400;

/// The parse tree of one statement as PostgreSQL 15's parser (libpg_query) gives it, parameters $n allowed where a
/// normalised text has them. Thread: any.
/// Errors: Malformed with the parser's words, Unsupported for several statements, LimitReached for length and depth.
[[nodiscard]] Result<Node> parseStatement(const std::string &text);

/// The statement with $n in place of its constants, as the server's own counters write it; empty where it does not
/// parse, as one that the server has cut.
[[nodiscard]] std::string withoutConstants(const std::string &text);

/// The member of an object, or a null node: trees leave out what is empty.
[[nodiscard]] const Node &member(const Node &node, std::string_view name);
/// Of {"SelectStmt": {...}}: the name and what stands below it; ("", null) for anything else.
struct Typed {
    std::string_view type;
    const Node *node;
};
[[nodiscard]] Typed typed(const Node &node);
/// member() as text, "" when there is none.
[[nodiscard]] std::string textOf(const Node &node, std::string_view name);
/// The texts of a list of String nodes: names with their qualifiers. "*" for A_Star.
[[nodiscard]] std::vector<std::string> namesOf(const Node &list);

} // namespace tailspan::sql
