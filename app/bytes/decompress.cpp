// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/decompress.h"

#include "models/base/number_text.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>

namespace tailspan::bytes {

namespace {

struct ArchiveCloser {
    void operator()(archive *a) const { archive_read_free(a); }
};

class ArchiveStream final : public ByteStream {
public:
    ArchiveStream(FileHandle file, DecompressionLimits limits)
        : m_file(std::move(file)), m_limits(limits), m_archive(archive_read_new())
    {}

    Result<> begin()
    {
        archive *a = m_archive.get();
        archive_read_support_filter_gzip(a);
        archive_read_support_filter_zstd(a);
        archive_read_support_format_raw(a);
        archive_entry *entry = nullptr;
        constexpr std::size_t kReadBytes = 256 * 1024;
        const int opened = archive_read_open_fd(a, m_file.descriptor(), kReadBytes);
        const int header = opened == ARCHIVE_OK ? archive_read_next_header(a, &entry) : opened;
        m_ended = header == ARCHIVE_EOF; // nothing was packed
        // Without a filter the library would hand out the compressed bytes as they are: no whole gzip header.
        const bool isUnpacked = m_ended || archive_filter_code(a, 0) != ARCHIVE_FILTER_NONE;
        if ((header != ARCHIVE_OK && !m_ended) || !isUnpacked)
            return fail(ErrorCode::Malformed, "cannot be unpacked: the compressed data is damaged or cut off", name());
        return {};
    }

    const std::string &name() const override { return m_file.name(); }
    std::uint64_t fileBytes() const override { return m_file.sizeBytes(); }
    std::uint64_t fileBytesRead() const override
    {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, archive_filter_bytes(m_archive.get(), -1)));
    }
    bool isTruncated() const override { return m_truncated; }

    Result<std::size_t> read(std::span<char> target) override
    {
        if (target.empty())
            return std::size_t{0};
        while (m_piece.empty() && !m_ended)
            TS_CHECK(unpackSome());
        const std::size_t count = std::min(target.size(), m_piece.size());
        std::memcpy(target.data(), m_piece.data(), count);
        m_piece.remove_prefix(count);
        return count;
    }

private:
    /// One piece at a time: the call that fills a buffer of ours drops what it has when the data breaks off.
    Result<> unpackSome()
    {
        const void *piece = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int outcome = archive_read_data_block(m_archive.get(), &piece, &size, &offset);
        if (outcome == ARCHIVE_OK || outcome == ARCHIVE_WARN) {
            m_piece = {static_cast<const char *>(piece), size};
            m_outputBytes += size;
            return checkLimits();
        }
        m_ended = true;
        m_truncated = outcome != ARCHIVE_EOF;
        if (m_truncated && m_outputBytes == 0)
            return fail(ErrorCode::Malformed, "cannot be unpacked: the compressed data is damaged or cut off", name());
        return {};
    }

    Result<> checkLimits() const
    {
        if (m_outputBytes > m_limits.maxOutputBytes)
            return fail(ErrorCode::LimitReached,
                        "unpacks to more than " + bytesText(m_limits.maxOutputBytes) + "; unpack it to a file first",
                        name());
        if (m_outputBytes > kRatioFreeBytes
            && m_outputBytes / std::max<std::uint64_t>(m_file.sizeBytes(), 1) > m_limits.maxRatio)
            return fail(ErrorCode::LimitReached,
                        "unpacks to more than " + std::to_string(m_limits.maxRatio)
                            + " times its size, which no real report does; unpack it to a file first if it is yours",
                        name());
        return {};
    }

    FileHandle m_file; // outlives the archive, which reads from its descriptor
    DecompressionLimits m_limits;
    std::unique_ptr<archive, ArchiveCloser> m_archive;
    std::string_view m_piece; // unpacked and not yet taken; the archive's memory until the next piece
    std::uint64_t m_outputBytes = 0;
    bool m_ended = false;
    bool m_truncated = false;
};

} // namespace

bool isCompressed(std::string_view head)
{
    return head.starts_with("\x1f\x8b") || head.starts_with("\x28\xb5\x2f\xfd");
}

Result<std::unique_ptr<ByteStream>> decompressedStream(FileHandle file, DecompressionLimits limits)
{
    auto stream = std::make_unique<ArchiveStream>(std::move(file), limits);
    TS_CHECK(stream->begin());
    return stream;
}

} // namespace tailspan::bytes
