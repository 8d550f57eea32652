// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/sibling_calls.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kChunkRows = 16'384;

struct ChunkSiblings {
    std::vector<SiblingCalls> siblings;
    std::vector<std::uint32_t> rows;
};

void addParent(const trace::SpanTable &spans, std::span<const std::uint32_t> signatureOf, std::uint32_t parent,
               std::vector<std::pair<std::uint32_t, std::uint32_t>> &calls, ChunkSiblings &found)
{
    calls.clear();
    bool isSorted = true;
    for (std::uint32_t child = parent + 1; child < parent + spans.subtreeSize[parent];
         child += spans.subtreeSize[child]) {
        const std::uint32_t signature = signatureOf[child];
        if (signature == SpanCalls::kNone)
            continue;
        isSorted = isSorted && (calls.empty() || calls.back().first <= signature);
        calls.emplace_back(signature, child);
    }
    if (!isSorted)
        std::ranges::sort(calls);
    for (std::size_t begin = 0, end = 0; begin < calls.size(); begin = end) {
        while (end < calls.size() && calls[end].first == calls[begin].first)
            ++end;
        if (end - begin < 2)
            continue;
        found.siblings.push_back({parent, calls[begin].first, static_cast<std::uint32_t>(found.rows.size()),
                                  static_cast<std::uint32_t>(end - begin)});
        for (std::size_t i = begin; i < end; ++i)
            found.rows.push_back(calls[i].second);
    }
}

} // namespace

void findSiblings(const trace::SpanTable &spans, std::span<const std::uint32_t> signatureOf,
                  std::vector<SiblingCalls> &siblings, std::vector<std::uint32_t> &rows)
{
    std::vector<ChunkSiblings> chunks((spans.size() + kChunkRows - 1) / kChunkRows);
    tbb::parallel_for(std::size_t{0}, chunks.size(), [&](std::size_t c) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> calls;
        const auto end = static_cast<std::uint32_t>(std::min(spans.size(), (c + 1) * kChunkRows));
        for (auto parent = static_cast<std::uint32_t>(c * kChunkRows); parent < end; ++parent) {
            if (spans.subtreeSize[parent] > 2)
                addParent(spans, signatureOf, parent, calls, chunks[c]);
        }
    });
    siblings.clear();
    rows.clear();
    for (const ChunkSiblings &chunk : chunks) {
        for (SiblingCalls calls : chunk.siblings) {
            calls.begin += static_cast<std::uint32_t>(rows.size());
            siblings.push_back(calls);
        }
        rows.insert(rows.end(), chunk.rows.begin(), chunk.rows.end());
    }
}

} // namespace tailspan::advisor
