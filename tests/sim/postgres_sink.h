// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/sink.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace tailspan::sim {

/// Writes into the target's tables, many rows a statement; makes tables and indexes that are missing.
class PostgresSink final : public Sink {
public:
    /// A connection string or URL as libpq takes it.
    [[nodiscard]] static Result<std::unique_ptr<PostgresSink>> open(const std::string &address);
    Result<> addRecord(const StoredRecord &record) override;
    Result<> addRecovery(const RecoveryRecord &record) override;
    Result<> flush() override;

private:
    struct Close {
        void operator()(pg_conn *connection) const;
    };
    using Connection = std::unique_ptr<pg_conn, Close>;
    using Cells = std::vector<std::optional<std::string>>;

    explicit PostgresSink(Connection connection) : m_connection(std::move(connection)) {}
    Result<> run(const std::string &statement, const Cells &parameters = {}) const;

    Connection m_connection;
    Cells m_cells; ///< Of the rows to insert, row after row.
};

} // namespace tailspan::sim
