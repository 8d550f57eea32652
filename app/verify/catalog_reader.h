// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/postgres_facts.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace tailspan::verify {

/// Where extensions keep their functions, as SQL.
struct ExtensionSchemas {
    std::string statements;
    std::string hypopg;
};

/// Fills in what the server is, its settings and abilities. Errors: the session's.
[[nodiscard]] Result<ExtensionSchemas> readServer(GuestSession &session, advisor::PostgresFacts &facts);
/// Tables, columns, indexes, foreign keys: largest tables first, `maxTables` of them; more are named in the notes.
[[nodiscard]] Result<> readCatalog(GuestSession &session, std::int64_t maxTables, advisor::PostgresFacts &facts);
/// Rows written so far by table oid, to be taken off later.
using TableCounters = std::map<std::int64_t, std::array<std::int64_t, 4>>;
[[nodiscard]] Result<TableCounters> readTableCounters(GuestSession &session);
/// Leaves in the tables what was written between two readings.
void setWritten(const TableCounters &before, const TableCounters &after, advisor::PostgresFacts &facts);
/// Of counters that began earlier than those of statements: the part that falls to the window, were writes even.
void scaleWritten(double share, advisor::PostgresFacts &facts);

} // namespace tailspan::verify
