// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/population.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <string_view>

namespace tailspan::explain {

namespace {

constexpr std::size_t kFewestForUnique = 50; // spans with the attribute, before it can count as unique
constexpr std::size_t kManyNumbers = 12;     // more distinct numbers than this are numbers, fewer are names
constexpr std::size_t kCuts = 7;             // of the design effect of numbers

std::optional<double> numberOf(std::string_view text)
{
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return isWhole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

bool isPlainDigits(std::string_view text)
{
    return !text.empty() && text.size() <= 15 && (text[0] != '0' || text.size() == 1)
        && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool isNamedAsNumber(std::string_view name)
{
    constexpr std::array<std::string_view, 6> kEnds{"size", "bytes", "length", "count", "depth", "attempt"};
    return std::ranges::any_of(kEnds, [&](std::string_view end) { return name.ends_with(end); });
}

/// Lowest numbers of the codes: all that there are, or quantiles of the spans.
std::vector<double> boundsOf(std::vector<double> sorted)
{
    std::vector<double> distinct = sorted;
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() <= PopulationBuilder::kMostBounds)
        return distinct;
    std::vector<double> bounds;
    for (std::size_t i = 0; i < PopulationBuilder::kMostBounds; ++i) {
        const double bound = sorted[i * sorted.size() / PopulationBuilder::kMostBounds];
        if (bounds.empty() || bound > bounds.back())
            bounds.push_back(bound);
    }
    return bounds;
}

std::uint16_t codeIn(const std::vector<double> &bounds, double number)
{
    const auto above = std::ranges::upper_bound(bounds, number);
    return static_cast<std::uint16_t>(Column::kFirstValue + (above - bounds.begin()) - 1);
}

Column leftOut(Column column, std::string why)
{
    Column named;
    named.name = std::move(column.name);
    named.origin = column.origin;
    named.leftOutBecause = std::move(why);
    return named;
}

/// Numbers of the texts, when they are to be compared as numbers.
std::optional<std::vector<double>> numbersOf(std::string_view name, std::span<const std::string> values)
{
    if (values.size() <= kManyNumbers && !isNamedAsNumber(name))
        return std::nullopt;
    std::vector<double> numbers;
    std::size_t odd = 0;
    for (const std::string &value : values) {
        const std::optional<double> number = numberOf(value);
        odd += number ? 0 : 1;
        numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    constexpr std::size_t kOneInTwenty = 20;
    if (odd * kOneInTwenty > values.size() || odd == values.size())
        return std::nullopt;
    return numbers;
}

} // namespace

std::size_t Population::memoryBytes() const
{
    std::size_t bytes = m_traceBegins.capacity() * sizeof(std::uint32_t);
    for (const Column &column : m_columns) {
        bytes += column.codes.capacity() * sizeof(std::uint16_t) + column.bounds.capacity() * sizeof(double)
            + column.counts.capacity() * sizeof(std::uint32_t) + column.designEffects.capacity() * sizeof(float);
        for (const std::string &value : column.values)
            bytes += sizeof value + value.capacity();
    }
    return bytes;
}

PopulationBuilder::PopulationBuilder(std::span<const std::uint32_t> traceOf)
{
    m_population.m_size = traceOf.size();
    for (std::size_t i = 0; i < traceOf.size(); ++i) {
        if (i == 0 || traceOf[i] != traceOf[i - 1])
            m_population.m_traceBegins.push_back(static_cast<std::uint32_t>(i));
    }
    m_population.m_traceBegins.push_back(static_cast<std::uint32_t>(traceOf.size()));
    const std::vector<std::uint32_t> &begins = m_population.m_traceBegins;
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        const double size = begins[t + 1] - begins[t];
        m_sumOfSquaredSizes += size * size;
    }
}

void PopulationBuilder::add(Column column)
{
    (column.leftOutBecause.empty() ? m_population.m_columns : m_population.m_leftOut).push_back(std::move(column));
}

void PopulationBuilder::setCounts(Column &column) const
{
    const std::size_t values = column.isNumber ? column.bounds.size() : column.values.size();
    column.counts.assign(Column::kFirstValue + values, 0);
    for (const std::uint16_t code : column.codes)
        ++column.counts[code];
}

bool PopulationBuilder::isUniqueLike(std::size_t distinct, std::span<const std::uint32_t> valueOf) const
{
    std::size_t present = 0;
    std::size_t tracesWithIt = 0;
    const std::vector<std::uint32_t> &begins = m_population.m_traceBegins;
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        const std::size_t before = present;
        for (std::uint32_t i = begins[t]; i < begins[t + 1]; ++i)
            present += valueOf[i] != kNone ? 1 : 0;
        tracesWithIt += present > before ? 1 : 0;
    }
    // One a trace says as little as one a span; with a single trace only the spans can tell.
    const std::size_t owners = tracesWithIt >= kFewestForUnique ? tracesWithIt : present;
    return present >= kFewestForUnique && distinct * 2 > owners;
}

Column PopulationBuilder::encoded(ColumnOrigin origin, std::string name, std::span<const std::string> values,
                                  std::span<const std::uint32_t> valueOf) const
{
    Column column;
    column.name = std::move(name);
    column.origin = origin;
    std::vector<std::uint32_t> spans(values.size() + 1);
    for (const std::uint32_t value : valueOf) {
        if (value != kNone)
            ++spans[std::min<std::size_t>(value, values.size())];
    }
    if (const auto numbers = numbersOf(column.name, values)) {
        std::vector<double> byPosition(valueOf.size(), std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < valueOf.size(); ++i) {
            if (valueOf[i] < values.size())
                byPosition[i] = (*numbers)[valueOf[i]];
        }
        Column ofNumbers = encoded(origin, std::move(column.name), byPosition);
        ofNumbers.isInDigits = std::ranges::all_of(values, isPlainDigits);
        return ofNumbers;
    }
    if (isUniqueLike(values.size() + (spans.back() > 0 ? 1 : 0), valueOf))
        return leftOut(std::move(column), "nearly every span or trace has a value of its own");
    std::vector<std::uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    const std::size_t kept = std::min(values.size(), kMostValues);
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(kept),
                              [&](auto a, auto b) { return spans[a] != spans[b] ? spans[a] > spans[b] : a < b; });
    std::vector<std::uint16_t> codeOf(values.size() + 1, Column::kRest);
    for (std::size_t i = 0; i < kept; ++i) {
        codeOf[order[i]] = static_cast<std::uint16_t>(Column::kFirstValue + i);
        column.values.push_back(values[order[i]]);
    }
    column.codes.resize(valueOf.size(), Column::kAbsent);
    for (std::size_t i = 0; i < valueOf.size(); ++i) {
        if (valueOf[i] != kNone)
            column.codes[i] = codeOf[std::min<std::size_t>(valueOf[i], values.size())];
    }
    setCounts(column);
    if (std::ranges::count_if(column.counts, [](std::uint32_t count) { return count > 0; }) < 2)
        return leftOut(std::move(column), "the same everywhere");
    setDesignEffects(column);
    return column;
}

Column PopulationBuilder::encoded(ColumnOrigin origin, std::string name, std::span<const double> numbers) const
{
    Column column;
    column.name = std::move(name);
    column.origin = origin;
    column.isNumber = true;
    std::vector<double> sorted;
    std::ranges::copy_if(numbers, std::back_inserter(sorted), [](double number) { return std::isfinite(number); });
    std::ranges::sort(sorted);
    const bool isEverywhere = sorted.size() == numbers.size();
    column.bounds = boundsOf(std::move(sorted));
    if (column.bounds.empty() || (column.bounds.size() == 1 && isEverywhere))
        return leftOut(std::move(column), column.bounds.empty() ? "no number in it" : "the same everywhere");
    column.codes.resize(numbers.size(), Column::kAbsent);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (std::isfinite(numbers[i]))
            column.codes[i] = codeIn(column.bounds, numbers[i]);
    }
    setCounts(column);
    setDesignEffects(column);
    setNumberDesignEffect(column);
    return column;
}

void PopulationBuilder::setDesignEffects(Column &column) const
{
    const std::vector<std::uint32_t> &begins = m_population.m_traceBegins;
    const auto all = static_cast<double>(m_population.m_size);
    std::vector<double> squares(column.codeCount());  // sum of X_t^2
    std::vector<double> products(column.codeCount()); // sum of X_t m_t
    std::vector<std::uint32_t> ofTrace(column.codeCount());
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        const auto codes = std::span(column.codes).subspan(begins[t], begins[t + 1] - begins[t]);
        for (const std::uint16_t code : codes)
            ++ofTrace[code];
        for (const std::uint16_t code : codes) {
            const double spans = ofTrace[code];
            squares[code] += spans * spans; // 0 when the code was met before
            products[code] += spans * static_cast<double>(codes.size());
            ofTrace[code] = 0;
        }
    }
    column.designEffects.assign(column.codeCount(), 1);
    for (std::size_t code = 0; code < column.codeCount(); ++code) {
        const double share = column.counts[code] / all;
        const double variance = all * share * (1 - share);
        const double observed = squares[code] - 2 * share * products[code] + share * share * m_sumOfSquaredSizes;
        if (variance > 0)
            column.designEffects[code] = static_cast<float>(std::max(observed / variance, 1.0));
    }
}

void PopulationBuilder::setNumberDesignEffect(Column &column) const
{
    std::vector<std::uint8_t> cutOf(column.codeCount()); // cuts at or below the code's numbers
    const std::uint64_t present =
        std::accumulate(column.counts.begin() + Column::kFirstValue, column.counts.end(), std::uint64_t{0});
    std::uint64_t below = 0;
    for (std::size_t code = Column::kFirstValue; code < column.codeCount(); ++code) {
        cutOf[code] = static_cast<std::uint8_t>(below * (kCuts + 1) / present);
        below += column.counts[code];
    }
    std::array<double, kCuts + 1> squares{};
    std::array<double, kCuts + 1> products{};
    std::array<double, kCuts + 1> above{};
    double sumOfSizes = 0;
    const std::vector<std::uint32_t> &begins = m_population.m_traceBegins;
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        std::array<std::uint32_t, kCuts + 1> ofTrace{};
        for (std::uint32_t i = begins[t]; i < begins[t + 1]; ++i) {
            if (column.codes[i] >= Column::kFirstValue)
                ++ofTrace[cutOf[column.codes[i]]];
        }
        const double size = std::accumulate(ofTrace.begin(), ofTrace.end(), 0U);
        sumOfSizes += size * size;
        double spans = 0;
        for (std::size_t cut = kCuts; cut > 0 && size > 0; --cut) {
            spans += ofTrace[cut];
            squares[cut] += spans * spans;
            products[cut] += spans * size;
            above[cut] += spans;
        }
    }
    const auto all = static_cast<double>(present);
    double largest = 1;
    for (std::size_t cut = 1; cut <= kCuts; ++cut) {
        const double share = above[cut] / all;
        const double variance = all * share * (1 - share);
        if (variance > 0)
            largest =
                std::max(largest, (squares[cut] - 2 * share * products[cut] + share * share * sumOfSizes) / variance);
    }
    for (std::size_t code = Column::kFirstValue; code < column.codeCount(); ++code)
        column.designEffects[code] = static_cast<float>(largest);
}

} // namespace tailspan::explain
