// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/cache_replay.h"

#include "models/base/hash.h"
#include "models/base/key_numbers.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerSecond = 1e9;
constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::size_t kBlocks = 20;
constexpr std::size_t kFewestDays = 3;
constexpr std::size_t kRounds = 400;

struct Entry {
    std::int64_t storedNs = 0;
    std::int64_t expiresNs = -1; ///< Before storedNs: nothing is kept.
    std::uint64_t answer = 0;
    bool isThere = false;
};
struct Block {
    double requests = 0;
    double hits = 0;
};

class Replay {
public:
    Replay(const ReplayInput &input, double ttlSeconds)
        : m_input(input), m_ttlNs(std::llround(ttlSeconds * kNsPerSecond)), m_blockNs(blockNs(input.range))
    {
        m_outcome.ttlSeconds = ttlSeconds;
    }

    CacheReplay run()
    {
        for (const KeyedRequest &request : m_input.requests)
            take(request);
        const auto count = std::max(1.0, static_cast<double>(m_input.requests.size()));
        m_outcome.hitRatio = m_hits / count;
        m_outcome.staleShare = m_stale / count;
        m_outcome.memoryBytes = static_cast<double>(m_outcome.mostEntries)
            * (m_sized > 0 ? m_bytes / m_sized : m_input.entryBytes);
        halves();
        interval();
        std::ranges::sort(m_outcome.hitRows);
        return std::move(m_outcome);
    }

private:
    static std::int64_t blockNs(TimeRange range)
    {
        const std::int64_t length = std::max<std::int64_t>(1, range.length().ns());
        if (length >= static_cast<std::int64_t>(kFewestDays) * kDayNs)
            return kDayNs;
        return length / static_cast<std::int64_t>(kBlocks) + 1;
    }

    Block &blockOf(const KeyedRequest &request)
    {
        const std::int64_t at =
            std::max<std::int64_t>(0, saturatingSubtract(request.startNs, m_input.range.begin.ns()));
        constexpr std::size_t kMostBlocks = 10'000; // of times that lie far outside the range
        const std::size_t block = std::min(static_cast<std::size_t>(at / m_blockNs), kMostBlocks);
        if (block >= m_blocks.size())
            m_blocks.resize(block + 1);
        return m_blocks[block];
    }

    void take(const KeyedRequest &request)
    {
        const std::uint32_t number = m_numbers.numberOf(request.key);
        m_entries.resize(m_numbers.size());
        Entry &entry = m_entries[number];
        Block &block = blockOf(request);
        ++block.requests;
        if (request.bytes > 0) {
            ++m_sized;
            m_bytes += request.bytes;
        }
        const bool isHit = entry.isThere && request.startNs >= entry.storedNs && request.startNs < entry.expiresNs;
        if (isHit) {
            ++m_hits;
            ++block.hits;
            m_stale += isStale(entry, request) ? 1 : 0;
            m_outcome.savedNs += std::max(0.0, static_cast<double>(request.durationNs) - m_input.hitNs);
            m_outcome.hitRows.push_back(request.row);
        } else if (!request.isError && (!entry.isThere || request.startNs >= entry.expiresNs)) {
            const std::int64_t storedNs = saturatingAdd(request.startNs, request.durationNs);
            entry = {storedNs, saturatingAdd(storedNs, m_ttlNs), request.answer, true};
            keep(entry);
        }
    }

    [[nodiscard]] bool isStale(const Entry &entry, const KeyedRequest &request) const
    {
        if (request.answer != 0 && entry.answer != 0)
            return request.answer != entry.answer;
        const auto change = std::ranges::upper_bound(m_input.changesNs, entry.storedNs);
        return change != m_input.changesNs.end() && *change <= request.startNs;
    }

    /// All live equally long, so they expire in the order in which they were stored, nearly.
    void keep(const Entry &entry)
    {
        while (!m_expiries.empty() && m_expiries.front() <= entry.storedNs)
            m_expiries.pop_front();
        m_expiries.push_back(entry.expiresNs);
        m_outcome.mostEntries = std::max<std::uint64_t>(m_outcome.mostEntries, m_expiries.size());
    }

    void halves()
    {
        Block first, second;
        for (std::size_t i = 0; i < m_blocks.size(); ++i) {
            Block &half = 2 * i < m_blocks.size() ? first : second;
            half.requests += m_blocks[i].requests;
            half.hits += m_blocks[i].hits;
        }
        m_outcome.firstHalf = first.requests > 0 ? first.hits / first.requests : m_outcome.hitRatio;
        m_outcome.secondHalf = second.requests > 0 ? second.hits / second.requests : m_outcome.hitRatio;
    }

    void interval()
    {
        std::erase_if(m_blocks, [](const Block &block) { return block.requests == 0; });
        std::vector<double> ratios;
        for (std::size_t round = 0; round < kRounds && !m_blocks.empty(); ++round) {
            double requests = 0, hits = 0;
            for (std::size_t i = 0; i < m_blocks.size(); ++i) {
                const Block &block = m_blocks[mixBits((round + 1) * 0x9e3779b97f4a7c15ULL + i) % m_blocks.size()];
                requests += block.requests;
                hits += block.hits;
            }
            ratios.push_back(hits / requests);
        }
        std::ranges::sort(ratios);
        constexpr double kTail = 0.1; // of an 80 % interval
        const auto at = [&](double ratio) {
            return ratios.empty() ? m_outcome.hitRatio
                                  : ratios[static_cast<std::size_t>(ratio * static_cast<double>(ratios.size() - 1))];
        };
        m_outcome.hitLow = std::min({at(kTail), m_outcome.hitRatio, m_outcome.firstHalf, m_outcome.secondHalf});
        m_outcome.hitHigh = std::max({at(1 - kTail), m_outcome.hitRatio, m_outcome.secondHalf});
    }

    const ReplayInput &m_input;
    std::int64_t m_ttlNs;
    std::int64_t m_blockNs;
    CacheReplay m_outcome;
    KeyNumbers m_numbers;
    std::vector<Entry> m_entries;
    std::deque<std::int64_t> m_expiries;
    std::vector<Block> m_blocks;
    double m_hits = 0, m_stale = 0, m_bytes = 0, m_sized = 0;
};

} // namespace

CacheReplay replayCache(const ReplayInput &input, double ttlSeconds)
{
    return Replay(input, ttlSeconds).run();
}

std::vector<std::int64_t> changesOf(const KeyedRequests &requests, const KeyedOperation &operation)
{
    std::vector<std::int64_t> changes;
    for (const TableWrite &write : requests.writes) {
        if (std::ranges::find(operation.tables, write.table) != operation.tables.end())
            changes.push_back(write.atNs);
    }
    return changes;
}

} // namespace tailspan::advisor
