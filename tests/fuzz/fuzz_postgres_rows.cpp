// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the rows that a PostgreSQL answers, whatever types, lengths and NULLs it gives: each row becomes one
// span of a snapshot that keeps its promises, and each value reads as what its type says or as nothing.
#include "app/sources/postgres_rows.h"
#include "app/sources/postgres_table.h"
#include "tests/support/snapshot_check.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

using namespace tailspan;

namespace {

constexpr int kColumns = 11; // of row_columns.sql
constexpr int kMostRows = 64;

void require(bool holds, const char *what, const std::string &detail = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s %s\n", what, detail.c_str());
    std::abort();
}

/// Takes the input apart from its front; zeroes behind its end.
class Bytes {
public:
    Bytes(const std::uint8_t *data, std::size_t size) : m_rest(reinterpret_cast<const char *>(data), size) {}
    [[nodiscard]] bool isEmpty() const { return m_rest.empty(); }
    std::uint8_t byte()
    {
        const std::string one = text(1);
        return one.empty() ? std::uint8_t(0) : static_cast<std::uint8_t>(one[0]);
    }
    std::string text(std::size_t size)
    {
        const std::string taken(m_rest.substr(0, size));
        m_rest.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view m_rest;
};

using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// One type a column: those the decoder knows, and some that it does not (text, numeric, jsonb).
std::vector<unsigned> columnTypes(Bytes &bytes)
{
    constexpr std::array<unsigned, 13> kTypes{16, 20, 21, 23, 26, 700, 701, 1114, 1184, 1186, 25, 1700, 3802};
    std::vector<unsigned> types;
    for (int column = 0; column < kColumns; ++column)
        types.push_back(kTypes[bytes.byte() % kTypes.size()]);
    return types;
}

Answer emptyRow(const std::vector<unsigned> &types)
{
    std::string name = "column";
    std::vector<PGresAttDesc> columns;
    for (const unsigned type : types)
        columns.push_back({name.data(), 0, 0, 1, type, -1, -1});
    Answer answer(PQmakeEmptyPGresult(nullptr, PGRES_SINGLE_TUPLE), &PQclear);
    require(PQsetResultAttrs(answer.get(), kColumns, columns.data()) != 0, "libpq takes no columns");
    return answer;
}

/// A value's length is a byte: 255 is NULL, and 248 to 254 the lengths that types have.
void setValue(PGresult *row, int column, Bytes &bytes)
{
    constexpr std::array<std::size_t, 7> kLengths{0, 1, 2, 4, 8, 16, 36};
    constexpr std::uint8_t kNull = 255;
    constexpr std::uint8_t kFirstUsual = kNull - kLengths.size();
    const std::uint8_t length = bytes.byte();
    std::string value;
    if (length != kNull)
        value = bytes.text(length >= kFirstUsual ? kLengths[length - kFirstUsual] : length);
    require(PQsetvalue(row, 0, column, value.data(), length == kNull ? -1 : static_cast<int>(value.size())) != 0,
            "libpq takes no value");
}

void checkValues(const net::PostgresRow &row)
{
    require(row.width() == kColumns, "columns are missing");
    for (int column = 0; column < kColumns; ++column) {
        if (row.isNull(column))
            require(row.text(column).empty() && !row.flag(column) && !row.integer(column)
                        && !row.nanoseconds(column, 1'000'000),
                    "NULL has a value");
        if (row.integer(column))
            require(row.nanoseconds(column, 1) == row.integer(column), "a number of nanoseconds is another number");
    }
    for (const std::string &name : sources::neighborNames(row.text(kColumns - 1)))
        require(row.text(kColumns - 1).size() > name.size() / 3, "a name out of nothing");
}

sources::PostgresTable tableWith(std::uint8_t units)
{
    constexpr std::array<const char *, 4> kUnits{"ns", "us", "ms", "s"};
    sources::SourceAddress address;
    address.options = {{"table", "spans"},
                       {"trace-id", "trace"},
                       {"span-id", "span"},
                       {"start", "start"},
                       {"end", "end"},
                       {"duration", "duration"},
                       {"neighbors", "neighbors"},
                       {"time-unit", kUnits[units % kUnits.size()]},
                       {"duration-unit", kUnits[units / kUnits.size() % kUnits.size()]}};
    std::vector<sources::FoundColumn> columns;
    for (const char *name : {"trace", "span", "neighbors"})
        columns.push_back({name, "text", true});
    for (const char *name : {"start", "end", "duration"})
        columns.push_back({name, "bigint", true});
    auto table = sources::PostgresTable::make(address, columns);
    require(table.has_value(), "the table", table ? std::string() : table.error().text());
    return *std::move(table);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Bytes bytes(data, size);
    const sources::PostgresTable table = tableWith(bytes.byte());
    const std::vector<unsigned> types = columnTypes(bytes);
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    std::uint64_t count = 0;
    {
        sources::PostgresRows rows(table, builder, input);
        for (; count < kMostRows && !bytes.isEmpty(); ++count) {
            const Answer answer = emptyRow(types);
            for (int column = 0; column < kColumns; ++column)
                setValue(answer.get(), column, bytes);
            const net::PostgresRow row(answer.get());
            checkValues(row);
            rows.add(row);
        }
        require(rows.count() == count, "rows are counted wrong");
    }
    Progress progress;
    const auto snapshot = builder.build({}, progress);
    require(snapshot.has_value(), "no snapshot");
    require((*snapshot)->spans().size() == count, "a row is no span");
    const std::string broken = test::brokenPromise(**snapshot);
    require(broken.empty(), "promise", broken);
    return 0;
}
