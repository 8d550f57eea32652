// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/line_blocks.h"

#include <algorithm>
#include <cstring>

namespace tailspan::reports {

LineBlocks::LineBlocks(bytes::ByteStream &stream, std::stop_token stop, Progress &progress)
    : m_stream(stream), m_stop(std::move(stop)), m_progress(progress)
{
    progress.begin("reading", stream.fileBytes());
}

Result<LineBlock> LineBlocks::next(std::vector<char> &buffer)
{
    const std::lock_guard lock(m_mutex);
    if (m_stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled", m_stream.name());
    buffer.resize(std::max(kBlockBytes, m_rest.size() * 2));
    std::copy(m_rest.begin(), m_rest.end(), buffer.begin());
    std::size_t filled = m_rest.size();
    std::size_t end = 0; // behind the last line feed
    while (end == 0 && !m_isAtEnd) {
        if (filled == buffer.size()) {
            if (filled >= kMaxLineBytes)
                return fail(ErrorCode::LimitReached, "holds a line of more than 64 MiB; no report looks like that",
                            m_stream.name() + ", line " + std::to_string(m_nextLine));
            buffer.resize(buffer.size() * 2);
        }
        while (filled < buffer.size() && !m_isAtEnd) {
            TS_TRY(const std::size_t got, m_stream.read(std::span(buffer).subspan(filled)));
            filled += got;
            m_isAtEnd = got == 0;
        }
        const auto *feed = static_cast<const char *>(::memrchr(buffer.data(), '\n', filled));
        end = feed == nullptr ? 0 : static_cast<std::size_t>(feed - buffer.data()) + 1;
    }
    if (m_isAtEnd)
        end = filled;
    m_rest.assign(buffer.begin() + static_cast<std::ptrdiff_t>(end), buffer.begin() + static_cast<std::ptrdiff_t>(filled));
    m_progress.done.store(m_stream.fileBytesRead(), std::memory_order_relaxed);
    LineBlock block{{buffer.data(), end}, m_nextLine, m_isAtEnd};
    m_nextLine += static_cast<std::uint64_t>(std::count(block.text.begin(), block.text.end(), '\n'));
    return block;
}

} // namespace tailspan::reports
