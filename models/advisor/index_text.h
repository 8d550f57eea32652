// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// A name as SQL: as it is when it needs no quotes, else in double quotes. Reserved words are quoted.
[[nodiscard]] std::string quotedIdentifier(std::string_view name);
/// schema.table, each quoted where needed.
[[nodiscard]] std::string qualifiedName(std::string_view schema, std::string_view name);
/// 'text' with doubled quotes; E'…' where a backslash stands in it.
[[nodiscard]] std::string quotedLiteral(std::string_view text);
/// A name for a new index: ledger_account_id_created_at_idx, at most 63 bytes, cut at letters.
[[nodiscard]] std::string indexNameFor(std::string_view table, const std::vector<std::string> &columns,
                                       std::string_view mark = {});
/// The same SQL expression whatever spaces and outer brackets it is written with: for comparing with pg_get_indexdef.
[[nodiscard]] std::string comparableExpression(std::string_view text);

} // namespace tailspan::advisor
