// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_rows.h"

#include "app/json/structural_index.h"
#include "app/sources/postgres_table.h"
#include "app/tracefiles/stored_record.h"

#include "models/base/utf8.h"

namespace tailspan::sources {

namespace {

constexpr std::size_t kBatchSpans = 8192;

/// The places of row_columns.sql.
enum RowColumn : int {
    kTrace,
    kSpan,
    kParent,
    kService,
    kOperation,
    kEnd,
    kStart,
    kDuration,
    kStatus,
    kHasError,
    kNeighbors
};

/// Calls `take(string without its quotes, escapes as they stand)` for each string of a flat list.
template <class Take>
void forEachName(std::string_view json, Take take)
{
    if (!json.starts_with('['))
        return;
    for (std::size_t at = json.find('"'); at != std::string_view::npos;) {
        std::size_t end = at + 1;
        while (end < json.size() && json[end] != '"')
            end += json[end] == '\\' ? 2 : 1;
        if (end >= json.size())
            return;
        take(json.substr(at + 1, end - at - 1));
        at = json.find('"', end + 1);
    }
}

} // namespace

PostgresRows::PostgresRows(const PostgresTable &table, trace::TraceBuilder &builder, std::uint16_t input)
    : m_builder(builder), m_input(input), m_endUnitNs(table.readUnitNs(SpanColumn::End)),
      m_startUnitNs(table.readUnitNs(SpanColumn::Start)), m_durationUnitNs(table.readUnitNs(SpanColumn::Duration)),
      m_hasNeighbors(table.has(SpanColumn::Neighbors))
{}

void PostgresRows::add(const net::PostgresRow &row)
{
    trace::SpanDraft span;
    span.kind = trace::SpanKind::Server; // the middleware records requests that a service answered
    span.trace = id(row.text(kTrace));
    span.span = id(row.text(kSpan));
    span.parent = id(row.text(kParent));
    span.service = intern(row.text(kService));
    span.operation = intern(row.text(kOperation));
    setTimes(row, span);
    span.status = tracefiles::storedStatus(row.integer(kStatus).value_or(0), row.flag(kHasError));
    if (!span.span.isPresent() || (span.marks & trace::kMarkTimeOutOfRange) != 0)
        m_builder.input(m_input).quality.add(QualityIssue::MissingField, 1, "row " + std::to_string(m_count + 1));
    ++m_count;
    m_batch.spans.push_back(span);
    if (m_hasNeighbors) {
        if (m_batch.neighborBegin.empty())
            m_batch.neighborBegin.push_back(0);
        addNeighbors(row.text(kNeighbors));
        m_batch.neighborBegin.push_back(static_cast<std::uint32_t>(m_batch.neighbors.size()));
    }
    if (m_batch.spans.size() >= kBatchSpans)
        flush();
}

void PostgresRows::setTimes(const net::PostgresRow &row, trace::SpanDraft &span)
{
    const auto endNs = row.nanoseconds(kEnd, m_endUnitNs);
    const auto startNs = row.nanoseconds(kStart, m_startUnitNs);
    m_lastEndNs = endNs.value_or(0);
    if (const auto durationNs = row.nanoseconds(kDuration, m_durationUnitNs))
        span.durationNs = *durationNs;
    else if (startNs && endNs)
        span.durationNs = saturatingSubtract(*endNs, *startNs);
    else
        span.marks |= trace::kMarkMissingDuration;
    if (startNs)
        span.startNs = *startNs;
    else if (endNs)
        span.startNs = saturatingSubtract(*endNs, std::max<std::int64_t>(span.durationNs, 0));
    else
        span.marks |= trace::kMarkTimeOutOfRange;
}

void PostgresRows::flush()
{
    if (m_batch.spans.empty())
        return;
    m_builder.add(m_input, std::move(m_batch));
    m_batch = {};
    m_batch.spans.reserve(kBatchSpans);
}

std::string PostgresRows::mended(std::string_view text)
{
    std::uint64_t replaced = 0;
    std::string valid = validUtf8(text, replaced);
    m_builder.input(m_input).quality.add(QualityIssue::InvalidUtf8, replaced);
    return valid;
}

StringId PostgresRows::intern(std::string_view text)
{
    StringPool &pool = m_builder.strings();
    return isValidUtf8(text) ? pool.intern(text) : pool.intern(mended(text));
}

trace::Id PostgresRows::id(std::string_view text)
{
    StringPool &pool = m_builder.strings();
    return isValidUtf8(text) ? trace::parseId(text, pool) : trace::parseId(mended(text), pool);
}

void PostgresRows::addNeighbors(std::string_view json)
{
    forEachName(json, [&](std::string_view name) {
        const bool isPlain = name.find('\\') == std::string_view::npos;
        m_batch.neighbors.push_back(isPlain ? intern(name) : intern(json::decodeString(name)));
    });
}

std::vector<std::string> neighborNames(std::string_view json)
{
    std::vector<std::string> names;
    forEachName(json, [&](std::string_view name) { names.emplace_back(json::decodeString(name)); });
    return names;
}

} // namespace tailspan::sources
