// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "app/json/structural_index.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace tailspan::json {

/// Where a text may be cut into blocks that can be read apart from each other.
class CutRule {
public:
    /// After a line feed: for files with one record a line.
    [[nodiscard]] static CutRule atLines();
    /// After a line feed that ends a row of a CSV table, not one inside quotes; the text begins with a row. A text of
    /// 4 MiB in which no row ends is cut after any line feed: one stray quote must not swallow the file.
    [[nodiscard]] static CutRule atCsvRows();
    /// Before an object that follows another one and whose bytes are `opening`: between the elements of the array of
    /// spans, whatever else the file holds. `opening` is the object's first bytes as they stand in the file, from
    /// `{` to the key's closing quote, white space included. `secondKey` tells it apart from objects of another kind
    /// that open alike (a trace among its spans); empty where nothing is known of it.
    [[nodiscard]] static CutRule beforeObjects(std::string opening, std::string secondKey = {});

    /// The whole text is one block.
    [[nodiscard]] static CutRule never();

    /// The last place to cut `text`, or npos. Never 0.
    [[nodiscard]] std::size_t lastCut(std::string_view text) const;

private:
    enum class Kind { Lines, CsvRows, Objects, Never };
    Kind m_kind = Kind::Never;
    [[nodiscard]] static std::size_t lastRowEnd(std::string_view text);
    [[nodiscard]] bool hasSecondKey(std::string_view text, std::size_t at) const;

    std::string m_opening;   // of objects
    std::string m_secondKey; // with its quotes
};

/// One block of a text, in its order.
struct Block {
    PaddedBuffer buffer;
    std::uint64_t offset = 0;   ///< Of its first byte in the whole text.
    std::uint64_t sequence = 0; ///< 0, 1, 2, ...
    bool isLast = false;
};

/// Cuts a stream into blocks of about `blockBytes`; a block grows until there is a place to cut.
/// Thread: next() may be called from several.
class BlockReader {
public:
    BlockReader(bytes::ByteStream &stream, CutRule rule, std::size_t blockBytes = kBlockBytes);
    /// False when there is nothing left. The block's buffer is reused and sealed.
    [[nodiscard]] Result<bool> next(Block &block);
    /// Position in the file on disk, for progress.
    [[nodiscard]] std::uint64_t fileBytesRead() const { return m_fileBytesRead.load(std::memory_order_relaxed); }

    static constexpr std::size_t kBlockBytes = 512 * 1024; ///< With its index about what fits a core's second cache.
    static constexpr std::size_t kMaxBlockBytes = 2ULL << 30;

private:
    [[nodiscard]] Result<bool> fill(Block &block);

    std::mutex m_mutex;
    bytes::ByteStream &m_stream;
    CutRule m_rule;
    std::size_t m_blockBytes;
    std::string m_carry; // behind the last cut
    std::uint64_t m_offset = 0;
    std::uint64_t m_sequence = 0;
    bool m_ended = false;
    std::atomic<std::uint64_t> m_fileBytesRead{0};
};

/// What a worker does with a block: `worker` numbers the thread, from 0.
using BlockHandler = std::function<Result<>(unsigned worker, Block &block)>;

/// Reads all blocks on `workers` threads (this one included), each block on one of them, in any order. Stops at the
/// first error and when asked to.
[[nodiscard]] Result<> forEachBlock(BlockReader &reader, unsigned workers, std::stop_token stop, Progress &progress,
                                    const BlockHandler &handle);

/// How many workers suit this machine.
[[nodiscard]] unsigned workerCount();

} // namespace tailspan::json
