// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tailspan::explain {

/// What a column tells of a span.
enum class ColumnOrigin : std::uint8_t {
    Service,
    Operation,
    Kind,
    Status,
    Caller,    ///< The service of the span it hangs under.
    Attribute, ///< Of the span itself or, where it has none of that name, of its process or resource.
    Calls,     ///< How often an operation of a service is called below the span; 0 is a value.
    CallTime,  ///< Nanoseconds that these calls took outside of what they called themselves.
};

/// One thing known of every span, as small numbers. Absent is a value of its own.
///
/// Categories: code kFirstValue + i stands for values[i], most frequent first; values beyond the most frequent share
/// kRest. Numbers: code kFirstValue + i stands for numbers from bounds[i] up to bounds[i + 1]; each distinct number has
/// a code of its own, unless there are thousands; kRest are texts that are no numbers.
struct Column {
    static constexpr std::uint16_t kAbsent = 0;
    static constexpr std::uint16_t kRest = 1;
    static constexpr std::uint16_t kFirstValue = 2;

    std::string name; ///< "host.name"; of Calls and CallTime "inventory: GET /stock".
    ColumnOrigin origin = ColumnOrigin::Attribute;
    bool isNumber = false;
    bool isInDigits = false;          ///< All its numbers are written as plain digits, so that a pattern can tell them.
    std::vector<std::string> values;  ///< Of categories. Plain text from outside, secrets masked.
    std::vector<double> bounds;       ///< Of numbers, rising.
    std::vector<std::uint16_t> codes; ///< By position.
    std::vector<std::uint32_t> counts; ///< Spans by code.
    /// How many times larger than among independent spans the variance of a code's count is when whole traces are
    /// chosen at random: sum over traces of (spans with it - expected)^2 over N p (1 - p) (Kish, Survey Sampling, 5.4).
    /// Of numbers the largest of seven cuts among the spans that have one.
    std::vector<float> designEffects;
    std::string leftOutBecause; ///< Set: nothing but the name is kept.

    [[nodiscard]] std::size_t codeCount() const { return counts.size(); }
};

/// The spans that are looked at, by position, and everything known of them: built once, asked for many selections.
/// Two bytes a span and column. Immutable. Thread: any number of readers.
class Population {
public:
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] const std::vector<Column> &columns() const { return m_columns; }
    /// Columns that say nothing, with the reason.
    [[nodiscard]] const std::vector<Column> &leftOut() const { return m_leftOut; }
    [[nodiscard]] std::size_t traceCount() const { return m_traceBegins.empty() ? 0 : m_traceBegins.size() - 1; }
    /// Positions [begins[t], begins[t + 1]) are of trace t.
    [[nodiscard]] std::span<const std::uint32_t> traceBegins() const { return m_traceBegins; }
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    friend class PopulationBuilder;
    std::size_t m_size = 0;
    std::vector<std::uint32_t> m_traceBegins;
    std::vector<Column> m_columns;
    std::vector<Column> m_leftOut;
};

/// Makes a population. Thread: encoding from any number of threads, the rest from one.
class PopulationBuilder {
public:
    static constexpr std::size_t kMostValues = 1000; ///< Of a category; the rest share one code.
    static constexpr std::size_t kMostBounds = 4096;
    static constexpr std::uint32_t kNone = 0xffffffff;

    /// The trace of each position, by any number; the positions of one trace stand together.
    explicit PopulationBuilder(std::span<const std::uint32_t> traceOf);

    /// Texts: the number in `values` of each position, kNone where there is none, values.size() for one that is not in
    /// the list. Becomes numbers when all of them are and there are many, or the name says so ("size", "bytes", ...).
    [[nodiscard]] Column encoded(ColumnOrigin origin, std::string name, std::span<const std::string> values,
                                 std::span<const std::uint32_t> valueOf) const;
    /// Numbers; what is not finite counts as absent.
    [[nodiscard]] Column encoded(ColumnOrigin origin, std::string name, std::span<const double> numbers) const;
    void add(Column column);
    [[nodiscard]] std::size_t size() const { return m_population.m_size; }
    [[nodiscard]] Population finish() && { return std::move(m_population); }

private:
    void setDesignEffects(Column &column) const;
    void setNumberDesignEffect(Column &column) const;
    void setCounts(Column &column) const;
    [[nodiscard]] bool isUniqueLike(std::size_t distinct, std::span<const std::uint32_t> valueOf) const;

    Population m_population;
    double m_sumOfSquaredSizes = 0;
};

} // namespace tailspan::explain
