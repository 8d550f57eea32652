// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/postgres_facts.h"

#include <string>

namespace tailspan::test {

/// Facts of a database as a test describes them, without a server. An hour of counting. Thread: one.
class PostgresFactsSample {
public:
    PostgresFactsSample();
    /// A table of these rows with a key "id" and 100 bytes a row.
    PostgresFactsSample &table(const std::string &name, double rows);
    /// Of the last table: `distinct` as pg_stats has it.
    PostgresFactsSample &column(const std::string &name, double distinct, const std::string &type = "integer");
    /// "a, b desc, lower(c)" of the last table.
    PostgresFactsSample &index(const std::string &name, const std::string &keys, const std::string &predicate = {});
    /// A statement as pg_stat_statements has it, read by the parser.
    PostgresFactsSample &statement(const std::string &text, std::int64_t calls, double meanMs, std::int64_t rows = 0);

    advisor::PostgresFacts facts;
    [[nodiscard]] advisor::TableFacts &lastTable() { return facts.tables.back(); }
    [[nodiscard]] advisor::ColumnFacts &lastColumn() { return facts.tables.back().columns.back(); }
    [[nodiscard]] advisor::IndexFacts &lastIndex() { return facts.indexes.back(); }
    [[nodiscard]] advisor::StatementFacts &lastStatement() { return facts.statements.back(); }
};

} // namespace tailspan::test
