// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// A stretch of a stream that begins with a line and ends behind one.
struct LineBlock {
    std::string_view text;           ///< In the buffer that was handed in; valid until it is handed in again.
    std::uint64_t firstLine = 1;
    bool isLast = false;             ///< The last line may lack its line feed.
};

/// Hands the lines of a stream out to several workers, a few megabytes at a time: the stream is read by one worker
/// while the others parse. Thread: any number. Errors: Cancelled, LimitReached for a line of more than kMaxLineBytes.
class LineBlocks {
public:
    static constexpr std::size_t kBlockBytes = 2ULL << 20;
    static constexpr std::size_t kMaxLineBytes = 64ULL << 20;

    LineBlocks(bytes::ByteStream &stream, std::stop_token stop, Progress &progress);
    /// Fills `buffer` (kept by the worker) with the next block; an empty text at the end.
    [[nodiscard]] Result<LineBlock> next(std::vector<char> &buffer);

private:
    std::mutex m_mutex; // guards everything below
    bytes::ByteStream &m_stream;
    std::stop_token m_stop;
    Progress &m_progress;
    std::vector<char> m_rest; // the begin of a line, read but not handed out
    std::uint64_t m_nextLine = 1;
    bool m_isAtEnd = false;
};

} // namespace tailspan::reports
