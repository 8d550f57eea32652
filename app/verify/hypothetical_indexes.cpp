// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/hypothetical_indexes.h"

#include "app/verify/row_reader.h"

namespace tailspan::verify {

namespace {

Result<> ignoreRow(const net::PostgresRow &)
{
    return {};
}

} // namespace

HypotheticalIndexes::~HypotheticalIndexes()
{
    static_cast<void>(reset()); // a connection that ended took them along
}

Result<std::vector<HypotheticalIndexes::Made>> HypotheticalIndexes::create(
    std::span<const advisor::IndexCandidate> candidates)
{
    std::vector<std::string> definitions;
    for (const advisor::IndexCandidate &candidate : candidates)
        definitions.push_back(candidate.definition());
    sources::SqlTemplate sql;
    sql.setSql("hypopg", m_schema);
    sql.set("definitions", sources::arrayText(definitions));
    std::vector<Made> made;
    m_isEmpty = false;
    TS_CHECK(m_session.ask(sql.statement("advisor_hypothetical"), [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::int64_t oid = reader.integer();
        made.push_back({oid, reader.text(), {}});
        return {};
    }));
    if (made.size() != candidates.size())
        return fail(ErrorCode::Malformed, "HypoPG made another number of indexes than it was asked for.");
    return made;
}

Result<std::vector<HypotheticalIndexes::Made>> HypotheticalIndexes::add(
    std::span<const advisor::IndexCandidate> candidates)
{
    if (candidates.empty())
        return std::vector<Made>{};
    auto all = create(candidates);
    if (all || m_session.lastState().empty())
        return all;
    // One was refused; those made before it are still there. Each alone, so that the others can be tried.
    TS_CHECK(reset());
    std::vector<Made> made;
    for (const advisor::IndexCandidate &candidate : candidates) {
        auto one = create(std::span(&candidate, 1));
        if (one)
            made.push_back(std::move(one->front()));
        else if (m_session.lastState().empty())
            return one;
        else
            made.push_back({0, {}, one.error().message});
    }
    return made;
}

Result<> HypotheticalIndexes::remove(std::int64_t oid)
{
    sources::SqlTemplate sql;
    sql.setSql("hypopg", m_schema);
    sql.set("index", std::to_string(oid));
    return m_session.ask(sql.statement("advisor_drop_hypothetical"), ignoreRow);
}

Result<> HypotheticalIndexes::reset()
{
    if (m_isEmpty)
        return {};
    sources::SqlTemplate sql;
    sql.setSql("hypopg", m_schema);
    TS_CHECK(m_session.ask(sql.statement("advisor_reset_hypothetical"), ignoreRow));
    m_isEmpty = true;
    return {};
}

} // namespace tailspan::verify
