// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/population_reader.h"

#include "models/base/number_text.h"
#include "models/explain/attribute_columns.h"
#include "models/explain/call_columns.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::explain {

namespace {

using trace::SpanTable;

/// Every so-many-th, so that the sample is spread over all of them.
std::vector<std::uint32_t> sampled(std::vector<std::uint32_t> rows, std::uint32_t most)
{
    if (rows.size() <= most)
        return rows;
    std::vector<std::uint32_t> some;
    some.reserve(most);
    for (std::uint64_t i = 0; i < most; ++i)
        some.push_back(rows[i * rows.size() / most]);
    return some;
}

void sortUnique(std::vector<std::uint32_t> &rows, std::size_t spans)
{
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::erase_if(rows, [&](std::uint32_t row) { return row >= spans; });
}

const char *kindName(trace::SpanKind kind)
{
    switch (kind) {
    case trace::SpanKind::Internal: return "internal";
    case trace::SpanKind::Server: return "server";
    case trace::SpanKind::Client: return "client";
    case trace::SpanKind::Producer: return "producer";
    case trace::SpanKind::Consumer: return "consumer";
    case trace::SpanKind::Unspecified: break;
    }
    return nullptr;
}

const char *statusName(trace::SpanStatus status)
{
    return status == trace::SpanStatus::Error ? "error" : status == trace::SpanStatus::Ok ? "ok" : "unset";
}

class PopulationReader {
public:
    PopulationReader(const trace::TraceSnapshot &snapshot, const PopulationRows &rows)
        : m_snapshot(snapshot), m_spans(snapshot.spans())
    {
        std::vector<std::uint32_t> selected = rows.selected;
        std::vector<std::uint32_t> baseline = rows.baseline;
        sortUnique(selected, m_spans.size());
        sortUnique(baseline, m_spans.size());
        std::erase_if(baseline, [&](std::uint32_t row) { return std::ranges::binary_search(selected, row); });
        m_read.selectedTotal = selected.size();
        m_read.baselineTotal = baseline.size();
        selected = sampled(std::move(selected), rows.mostPerSide);
        baseline = sampled(std::move(baseline), rows.mostPerSide);
        noteSample("selected", selected.size(), m_read.selectedTotal);
        noteSample("other", baseline.size(), m_read.baselineTotal);
        std::ranges::merge(selected, baseline, std::back_inserter(m_read.rows));
        for (const std::uint32_t row : m_read.rows)
            m_read.isSelected.push_back(std::ranges::binary_search(selected, row) ? 1 : 0);
    }

    Result<ReadPopulation> run(const std::stop_token &stop, Progress &progress)
    {
        progress.begin("reading the attributes", m_read.rows.size());
        const std::vector<std::uint32_t> asked = m_read.rows;
        AttributeReader attributes(m_snapshot, asked);
        attributes.read(stop, progress);
        const std::vector<std::uint32_t> positionOf = keepRead(attributes);
        std::vector<std::uint32_t> traceOf;
        for (const std::uint32_t row : m_read.rows)
            traceOf.push_back(m_spans.trace[row]);
        PopulationBuilder builder(traceOf);
        addOwnColumns(builder);
        for (Column &column : attributes.columns(positionOf, builder, stop, m_read.notes))
            builder.add(std::move(column));
        for (Column &column : callColumnsOf(m_snapshot, m_read.rows, builder, stop))
            builder.add(std::move(column));
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        m_read.population = std::move(builder).finish();
        return std::move(m_read);
    }

private:
    void noteSample(const char *which, std::size_t read, std::uint64_t all)
    {
        if (read < all)
            m_read.notes.push_back("Of " + countText(all) + " " + which + " spans " + countText(read)
                                   + " were looked at, spread evenly.");
    }

    /// Spans whose attributes could not be read would look as if they had none, and the side with more of them (older
    /// spans, which a store has forgotten) as if that were different. So they are left out, unless none was read.
    /// Gives the new position of each.
    std::vector<std::uint32_t> keepRead(const AttributeReader &attributes)
    {
        const std::vector<std::uint8_t> &isRead = attributes.isRead();
        m_read.unreadCount = static_cast<std::uint64_t>(std::ranges::count(isRead, 0));
        const bool isAnyRead = m_read.unreadCount < isRead.size();
        std::vector<std::uint32_t> positionOf(isRead.size(), PopulationBuilder::kNone);
        std::uint32_t kept = 0;
        for (std::size_t i = 0; i < isRead.size(); ++i) {
            if (isAnyRead && isRead[i] == 0)
                continue;
            m_read.rows[kept] = m_read.rows[i];
            m_read.isSelected[kept] = m_read.isSelected[i];
            positionOf[i] = kept++;
        }
        m_read.rows.resize(kept);
        m_read.isSelected.resize(kept);
        if (m_read.unreadCount == 0)
            return positionOf;
        std::string problems;
        for (const std::string &problem : attributes.problems())
            problems += (problems.empty() ? "" : "; ") + problem;
        m_read.notes.push_back("The attributes of " + pluralText(m_read.unreadCount, "span", "spans")
                               + " could not be read" + (isAnyRead ? ", which were left out: " : ": ") + problems
                               + (problems.ends_with('.') ? "" : "."));
        return positionOf;
    }

    /// Numbers of the snapshot, such as ServiceId, as a column of their names; kNone is absent.
    template <class NumberOf, class NameOf>
    void addNamed(PopulationBuilder &builder, ColumnOrigin origin, const char *name, NumberOf &&numberOf,
                  NameOf &&nameOf)
    {
        std::vector<std::string> values;
        std::unordered_map<std::uint32_t, std::uint32_t> known;
        std::vector<std::uint32_t> valueOf;
        valueOf.reserve(m_read.rows.size());
        for (const std::uint32_t row : m_read.rows) {
            const std::uint32_t number = numberOf(row);
            if (number == PopulationBuilder::kNone) {
                valueOf.push_back(number);
                continue;
            }
            const auto [entry, isNew] = known.try_emplace(number, static_cast<std::uint32_t>(values.size()));
            if (isNew)
                values.emplace_back(nameOf(number));
            valueOf.push_back(entry->second);
        }
        builder.add(builder.encoded(origin, name, values, valueOf));
    }

    void addOwnColumns(PopulationBuilder &builder)
    {
        const auto service = [&](std::uint32_t number) { return m_snapshot.serviceName(ServiceId(number)); };
        addNamed(
            builder, ColumnOrigin::Service, "service", [&](std::uint32_t row) { return m_spans.service[row]; },
            service);
        addNamed(
            builder, ColumnOrigin::Operation, "operation", [&](std::uint32_t row) { return m_spans.operation[row]; },
            [&](std::uint32_t number) { return m_snapshot.operationName(OperationId(number)); });
        addNamed(
            builder, ColumnOrigin::Kind, "kind",
            [&](std::uint32_t row) {
                const trace::SpanKind kind = m_spans.kind[row];
                return kindName(kind) == nullptr ? PopulationBuilder::kNone : static_cast<std::uint32_t>(kind);
            },
            [](std::uint32_t number) { return kindName(static_cast<trace::SpanKind>(number)); });
        addNamed(
            builder, ColumnOrigin::Status, "status",
            [&](std::uint32_t row) { return static_cast<std::uint32_t>(m_spans.status[row]); },
            [](std::uint32_t number) { return statusName(static_cast<trace::SpanStatus>(number)); });
        addNamed(
            builder, ColumnOrigin::Caller, "called by",
            [&](std::uint32_t row) {
                const std::uint32_t parent = m_spans.parent[row];
                return parent == SpanRow::kNone ? PopulationBuilder::kNone : m_spans.service[parent];
            },
            service);
    }

    const trace::TraceSnapshot &m_snapshot;
    const SpanTable &m_spans;
    ReadPopulation m_read;
};

} // namespace

Result<ReadPopulation> readPopulation(const trace::TraceSnapshot &snapshot, const PopulationRows &rows,
                                      const std::stop_token &stop, Progress &progress)
{
    return PopulationReader(snapshot, rows).run(stop, progress);
}

} // namespace tailspan::explain
