// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/postgres_row.h"

#include "models/base/time.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>

#include <libpq-fe.h>

namespace tailspan::net {

namespace {

// Type numbers of PostgreSQL's own types never change (pg_type.dat).
constexpr unsigned kBool = 16;
constexpr unsigned kInt8 = 20;
constexpr unsigned kInt2 = 21;
constexpr unsigned kInt4 = 23;
constexpr unsigned kOid = 26;
constexpr unsigned kFloat4 = 700;
constexpr unsigned kFloat8 = 701;
constexpr unsigned kTimestamp = 1114;
constexpr unsigned kTimestampWithZone = 1184;
constexpr unsigned kInterval = 1186;

constexpr std::int64_t kEpoch2000Us = 946'684'800'000'000;
constexpr std::int64_t kDayNs = 86'400'000'000'000;

std::uint64_t bigEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = (value << 8U) | static_cast<unsigned char>(byte);
    return value;
}

std::int64_t int64At(std::string_view bytes, std::size_t at)
{
    return static_cast<std::int64_t>(bigEndian(bytes.substr(at, 8)));
}

std::int64_t int32At(std::string_view bytes, std::size_t at)
{
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bigEndian(bytes.substr(at, 4))));
}

std::optional<std::int64_t> rounded(double value)
{
    if (std::isnan(value))
        return std::nullopt;
    constexpr double kEdge = 9.2e18;
    if (value >= kEdge)
        return std::numeric_limits<std::int64_t>::max();
    return value <= -kEdge ? std::numeric_limits<std::int64_t>::min() : std::llround(value);
}

std::optional<double> real(unsigned type, std::string_view bytes)
{
    if (type == kFloat8 && bytes.size() == 8)
        return std::bit_cast<double>(bigEndian(bytes));
    if (type == kFloat4 && bytes.size() == 4)
        return std::bit_cast<float>(static_cast<std::uint32_t>(bigEndian(bytes)));
    return std::nullopt;
}

std::optional<std::int64_t> whole(unsigned type, std::string_view bytes)
{
    if (type == kInt8 && bytes.size() == 8)
        return int64At(bytes, 0);
    if (type == kInt4 && bytes.size() == 4)
        return int32At(bytes, 0);
    if (type == kInt2 && bytes.size() == 2)
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(bigEndian(bytes)));
    if ((type == kOid && bytes.size() == 4) || (type == kBool && bytes.size() == 1))
        return static_cast<std::int64_t>(bigEndian(bytes));
    return std::nullopt;
}

std::optional<std::int64_t> timestampNs(std::int64_t microseconds)
{
    using Limits = std::numeric_limits<std::int64_t>;
    if (microseconds == Limits::max() || microseconds == Limits::min()) // infinity
        return std::nullopt;
    return saturatingMultiply(saturatingAdd(microseconds, kEpoch2000Us), 1'000);
}

std::int64_t intervalNs(std::string_view bytes)
{
    const std::int64_t days = int32At(bytes, 8) + 30 * int32At(bytes, 12);
    return saturatingAdd(saturatingMultiply(int64At(bytes, 0), 1'000), saturatingMultiply(days, kDayNs));
}

} // namespace

int PostgresRow::width() const
{
    return PQnfields(m_result);
}

bool PostgresRow::isNull(int column) const
{
    return PQgetisnull(m_result, 0, column) != 0;
}

std::string_view PostgresRow::text(int column) const
{
    return {PQgetvalue(m_result, 0, column), static_cast<std::size_t>(PQgetlength(m_result, 0, column))};
}

bool PostgresRow::flag(int column) const
{
    const std::string_view bytes = text(column);
    return bytes.size() == 1 && bytes[0] != 0;
}

std::optional<std::int64_t> PostgresRow::integer(int column) const
{
    if (isNull(column))
        return std::nullopt;
    const unsigned type = PQftype(m_result, column);
    if (const auto value = whole(type, text(column)))
        return value;
    const auto value = real(type, text(column));
    return value ? rounded(*value) : std::nullopt;
}

std::optional<std::int64_t> PostgresRow::nanoseconds(int column, std::int64_t unitNs) const
{
    if (isNull(column))
        return std::nullopt;
    const unsigned type = PQftype(m_result, column);
    const std::string_view bytes = text(column);
    if ((type == kTimestamp || type == kTimestampWithZone) && bytes.size() == 8)
        return timestampNs(int64At(bytes, 0));
    if (type == kInterval && bytes.size() == 16)
        return intervalNs(bytes);
    if (const auto value = whole(type, bytes))
        return saturatingMultiply(*value, unitNs);
    const auto value = real(type, bytes);
    return value ? rounded(*value * static_cast<double>(unitNs)) : std::nullopt;
}

} // namespace tailspan::net
