// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_reading.h"

#include "models/trace/record_visits.h"
#include "models/trace/row_attributes.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kChunkRows = 2'048;

struct Chunk {
    std::span<const std::uint32_t> rows; ///< Of one input.
    bool isStore = false;
    CallReading reading;
};

/// Rows of one input a chunk; of a store all in one, which is asked with few questions.
std::vector<Chunk> chunksOf(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                            std::uint32_t storeRows)
{
    std::vector<Chunk> chunks;
    const trace::SpanTable &spans = snapshot.spans();
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        const std::uint16_t file = spans.file[rows[begin]];
        while (end < rows.size() && spans.file[rows[end]] == file)
            ++end;
        const bool isStore = !hasStoredRecords(snapshot.inputs()[file]);
        if (isStore) {
            chunks.push_back({rows.subspan(begin, std::min<std::size_t>(end - begin, storeRows)), true, {}});
            continue;
        }
        for (std::size_t at = begin; at < end; at += kChunkRows)
            chunks.push_back({rows.subspan(at, std::min(kChunkRows, end - at)), false, {}});
    }
    return chunks;
}

} // namespace

std::size_t callChunks(const trace::TraceSnapshot &snapshot, std::size_t rows)
{
    return rows / kChunkRows + 2 * snapshot.inputs().size() + 1;
}

CallReading readCalls(const trace::TraceSnapshot &snapshot, std::vector<std::uint32_t> rows,
                      std::span<const NameFacts> names, std::uint32_t storeRows, const CallVisitor &visit,
                      const std::stop_token &stop, Progress &progress)
{
    const trace::SpanTable &spans = snapshot.spans();
    std::ranges::sort(rows, {}, [&](std::uint32_t row) { return trace::recordPlace(spans, row); });
    std::vector<Chunk> chunks = chunksOf(snapshot, rows, storeRows);
    progress.begin("reading what spans call", rows.size());
    tbb::parallel_for(std::size_t{0}, chunks.size(), [&](std::size_t c) {
        Chunk &chunk = chunks[c];
        CallHints hints;
        const auto take = [&](std::size_t place, std::span<const trace::Attribute> own,
                              std::span<const trace::Attribute>) {
            hints.clear();
            for (const trace::Attribute &attribute : own)
                hints.take(attribute.key, attribute.value);
            const std::uint32_t row = chunk.rows[place];
            const std::uint32_t operation = spans.operation[row];
            visit(c, row, hints.described(snapshot.operationName(OperationId(operation)), names[operation]));
            ++chunk.reading.readCount;
        };
        const auto miss = [&](std::uint64_t count, const Error &error) {
            chunk.reading.unreadCount += count;
            if (chunk.reading.problem.empty())
                chunk.reading.problem = error.text();
        };
        if (stop.stop_requested())
            return;
        if (chunk.isStore) {
            trace::visitStoreAttributes(snapshot, chunk.rows, stop, progress, take, miss);
            return;
        }
        trace::visitRowAttributes(snapshot, chunk.rows, stop, take, miss);
        progress.done.fetch_add(chunk.rows.size(), std::memory_order_relaxed);
    });
    CallReading all;
    for (const Chunk &chunk : chunks) {
        all.readCount += chunk.reading.readCount;
        all.unreadCount += chunk.reading.unreadCount;
        if (all.problem.empty())
            all.problem = chunk.reading.problem;
    }
    return all;
}

} // namespace tailspan::advisor
