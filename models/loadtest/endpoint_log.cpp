// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/endpoint_log.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

// A line as a number that sorts by second, tick, endpoint, class, bin.
constexpr unsigned kBinBits = 13;
constexpr unsigned kClassBits = 2;
constexpr unsigned kEndpointBits = 21;
constexpr unsigned kTickBits = 4;
constexpr unsigned kSecondBits = 24;
constexpr unsigned kClassShift = kBinBits;
constexpr unsigned kEndpointShift = kClassShift + kClassBits;
constexpr unsigned kTickShift = kEndpointShift + kEndpointBits;
constexpr unsigned kSecondShift = kTickShift + kTickBits;
static_assert(kSecondShift + kSecondBits == 64);
constexpr std::size_t kBatch = 32768; // half a megabyte: stays in a core's cache
constexpr std::int64_t kFineSeconds = 600;
constexpr std::int64_t kMaxSteps = 7200;

constexpr std::uint64_t field(std::uint64_t key, unsigned shift, unsigned bits)
{
    return key >> shift & ((std::uint64_t{1} << bits) - 1);
}

constexpr std::uint64_t withField(std::uint64_t key, unsigned shift, unsigned bits, std::uint64_t value)
{
    const std::uint64_t mask = ((std::uint64_t{1} << bits) - 1) << shift;
    return (key & ~mask) | value << shift;
}

std::uint32_t capped(std::uint64_t count)
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

/// Equal keys, which stand side by side, become one with the sum of their counts.
void joinEqual(std::vector<KeyedRow> &rows)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept > 0 && rows[kept - 1].key == rows[i].key)
            rows[kept - 1].row = capped(std::uint64_t{rows[kept - 1].row} + rows[i].row);
        else
            rows[kept++] = rows[i];
    }
    rows.resize(kept);
}

/// `runs` ascending by step, row of the endpoint, class, bin.
void takeCells(const std::vector<KeyedRow> &runs, EndpointTimeline &result)
{
    for (const KeyedRow &run : runs) {
        if (run.key == std::numeric_limits<std::uint64_t>::max())
            break;
        const auto step = static_cast<std::uint32_t>(run.key >> kTickShift);
        const auto row = static_cast<std::uint32_t>(field(run.key, kEndpointShift, kEndpointBits));
        const auto c = static_cast<RequestClass>(field(run.key, kClassShift, kClassBits));
        const auto bin = static_cast<std::uint32_t>(field(run.key, 0, kBinBits));
        if (result.cells.empty() || result.cells.back().step != step || result.cells.back().endpoint != row
            || result.cells.back().requestClass != c)
            result.cells.push_back({step, row, c, 0, static_cast<std::uint32_t>(result.bins.size()), 0});
        if (bin == EndpointLog::kRequestBin) {
            result.cells.back().requests += run.row;
            continue;
        }
        result.bins.push_back({bin, run.row});
        ++result.cells.back().binCount;
    }
}

} // namespace

void EndpointLog::add(std::size_t second, std::uint32_t tick, StringId endpoint, RequestClass requestClass,
                      std::uint32_t bin, std::uint64_t count)
{
    if (m_isTooMuch)
        return;
    if (second >> kSecondBits != 0 || endpoint.value() >> kEndpointBits != 0)
        return giveUp();
    const std::uint64_t key = std::uint64_t{second} << kSecondShift
        | std::uint64_t{m_isBySecond ? 0 : tick} << kTickShift | std::uint64_t{endpoint.value()} << kEndpointShift
        | static_cast<std::uint64_t>(requestClass) << kClassShift | bin;
    m_batch.push_back({key, capped(count)});
    if (m_batch.size() >= kBatch)
        takeBatch();
}

void EndpointLog::takeBatch()
{
    radixSort(m_batch);
    joinEqual(m_batch);
    m_runs.insert(m_runs.end(), m_batch.begin(), m_batch.end());
    m_batch.clear();
    if (m_runs.size() > 2 * m_joined + 8 * kBatch)
        joinRuns();
}

void EndpointLog::joinRuns()
{
    radixSort(m_runs);
    joinEqual(m_runs);
    if (m_runs.size() > kMaxRuns && !m_isBySecond) {
        m_isBySecond = true;
        for (KeyedRow &run : m_runs)
            run.key = withField(run.key, kTickShift, kTickBits, 0);
        radixSort(m_runs);
        joinEqual(m_runs);
    }
    m_joined = m_runs.size();
    if (m_joined > kMaxRuns)
        giveUp();
}

void EndpointLog::giveUp()
{
    m_isTooMuch = true;
    m_batch = {};
    m_runs = {};
}

void EndpointLog::merge(const EndpointLog &other, const std::vector<std::size_t> &secondIn,
                        const std::vector<StringId> &nameIn)
{
    if (other.m_isTooMuch)
        giveUp();
    if (m_isTooMuch)
        return;
    takeBatch();
    m_isBySecond = m_isBySecond || other.m_isBySecond;
    m_runs.reserve(m_runs.size() + other.m_runs.size() + other.m_batch.size());
    for (const std::vector<KeyedRow> *runs : {&other.m_runs, &other.m_batch}) {
        for (const KeyedRow &run : *runs) {
            const std::size_t second = secondIn[field(run.key, kSecondShift, kSecondBits)];
            const StringId name = nameIn[field(run.key, kEndpointShift, kEndpointBits)];
            if (second >> kSecondBits != 0 || name.value() >> kEndpointBits != 0)
                return giveUp();
            std::uint64_t key = withField(run.key, kSecondShift, kSecondBits, second);
            key = withField(key, kEndpointShift, kEndpointBits, name.value());
            m_runs.push_back({m_isBySecond ? withField(key, kTickShift, kTickBits, 0) : key, run.row});
        }
    }
    joinRuns();
}

EndpointTimeline EndpointLog::finish(const std::vector<std::int64_t> &secondNumbers,
                                     const std::vector<std::uint32_t> &rowOfName) &&
{
    takeBatch();
    joinRuns();
    EndpointTimeline result;
    if (m_runs.empty())
        return result;
    const auto [first, last] = std::minmax_element(secondNumbers.begin(), secondNumbers.end());
    const std::int64_t length = saturatingSubtract(*last, *first);
    const bool isFine = length < kFineSeconds && !m_isBySecond;
    const std::int64_t perStep = length / kMaxSteps + 1;
    result.begin = TimePoint(saturatingMultiply(*first, 1'000'000'000));
    result.width = isFine ? Duration::milliseconds(1000 / kTicks) : Duration::seconds(perStep);
    for (KeyedRow &run : m_runs) {
        const std::int64_t second = secondNumbers[field(run.key, kSecondShift, kSecondBits)] - *first;
        const std::uint64_t row = rowOfName[field(run.key, kEndpointShift, kEndpointBits)];
        const std::int64_t step = isFine
            ? second * kTicks + static_cast<std::int64_t>(field(run.key, kTickShift, kTickBits))
            : second / perStep;
        run.key = row == kNoRow ? std::numeric_limits<std::uint64_t>::max()
                                : static_cast<std::uint64_t>(step) << kTickShift | row << kEndpointShift
                | (run.key & ((std::uint64_t{1} << kEndpointShift) - 1));
    }
    radixSort(m_runs);
    joinEqual(m_runs);
    takeCells(m_runs, result);
    return result;
}

} // namespace tailspan::loadtest
