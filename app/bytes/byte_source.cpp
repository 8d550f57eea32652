// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/byte_source.h"

#include "app/bytes/decompress.h"
#include "app/bytes/file_handle.h"
#include "app/bytes/utf16.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace tailspan::bytes {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

class FileSource final : public ByteSource {
public:
    FileSource(FileHandle file, std::uint64_t skip) : m_file(std::move(file)), m_skip(skip) {}
    const std::string &name() const override { return m_file.name(); }
    std::uint64_t sizeBytes() const override { return m_file.sizeBytes() - m_skip; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> target) const override
    {
        return m_file.readAt(offset + m_skip, target);
    }

private:
    FileHandle m_file;
    std::uint64_t m_skip;
};

/// Bytes in memory; grows by realloc, which moves pages instead of copying them when it is large.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(std::string name) : m_name(std::move(name)) {}
    ~MemorySource() override { std::free(m_data); } // NOLINT: pairs with realloc
    MemorySource(const MemorySource &) = delete;
    MemorySource &operator=(const MemorySource &) = delete;

    const std::string &name() const override { return m_name; }
    std::uint64_t sizeBytes() const override { return m_size; }
    std::string_view inMemory() const override { return {m_data, m_size}; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> target) const override
    {
        if (offset >= m_size)
            return std::size_t{0};
        const std::size_t count = std::min<std::size_t>(target.size(), m_size - offset);
        std::memcpy(target.data(), m_data + offset, count);
        return count;
    }

    /// Room for at least `count` further bytes; empty when memory ran out.
    std::span<char> freeSpace(std::size_t count)
    {
        if (m_capacity - m_size < count) {
            const std::size_t wanted = std::max(m_capacity * 2, m_size + count);
            auto *grown = static_cast<char *>(std::realloc(m_data, wanted)); // NOLINT
            if (grown == nullptr)
                return {};
            m_data = grown;
            m_capacity = wanted;
        }
        return {m_data + m_size, m_capacity - m_size};
    }
    void advance(std::size_t count) { m_size += count; }
    void shrink()
    {
        if (auto *fitted = static_cast<char *>(std::realloc(m_data, std::max<std::size_t>(m_size, 1)))) { // NOLINT
            m_data = fitted;
            m_capacity = m_size;
        }
    }

private:
    std::string m_name;
    char *m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

class SourceStream final : public ByteStream {
public:
    explicit SourceStream(std::shared_ptr<const ByteSource> source) : m_source(std::move(source)) {}
    const std::string &name() const override { return m_source->name(); }
    Result<std::size_t> read(std::span<char> target) override
    {
        TS_TRY(const std::size_t count, m_source->readAt(m_position, target));
        m_position += count;
        return count;
    }
    std::uint64_t fileBytes() const override { return m_source->sizeBytes(); }
    std::uint64_t fileBytesRead() const override { return m_position; }

private:
    std::shared_ptr<const ByteSource> m_source;
    std::uint64_t m_position = 0;
};

/// Gives back the bytes that were read to tell the encoding apart, without the byte order mark, then the rest.
class RestoredStream final : public ByteStream {
public:
    RestoredStream(std::unique_ptr<ByteStream> inner, std::string first)
        : m_inner(std::move(inner)), m_first(std::move(first))
    {}
    const std::string &name() const override { return m_inner->name(); }
    Result<std::size_t> read(std::span<char> target) override
    {
        if (m_position == m_first.size())
            return m_inner->read(target);
        const std::size_t count = std::min(target.size(), m_first.size() - m_position);
        std::memcpy(target.data(), m_first.data() + m_position, count);
        m_position += count;
        return count;
    }
    std::uint64_t fileBytes() const override { return m_inner->fileBytes(); }
    std::uint64_t fileBytesRead() const override { return m_inner->fileBytesRead(); }
    bool isTruncated() const override { return m_inner->isTruncated(); }

private:
    std::unique_ptr<ByteStream> m_inner;
    std::string m_first;
    std::size_t m_position = 0;
};

Result<std::unique_ptr<ByteStream>> openRaw(FileHandle file, DecompressionLimits limits)
{
    TS_TRY(const std::string magic, file.head(4));
    if (isCompressed(magic))
        return decompressedStream(std::move(file), limits);
    if (magic.starts_with("PK\x03\x04"))
        return fail(ErrorCode::Unsupported, "is a zip archive; unpack it and open the file inside", file.name());
    return streamOf(std::make_shared<FileSource>(std::move(file), 0));
}

/// Reads exactly `count` bytes unless the stream ends before.
Result<std::string> readFirst(ByteStream &stream, std::size_t count)
{
    std::string first(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
        TS_TRY(const std::size_t got, stream.read(std::span(first).subspan(filled)));
        if (got == 0)
            break;
        filled += got;
    }
    first.resize(filled);
    return first;
}

Result<std::unique_ptr<ByteStream>> decoded(std::unique_ptr<ByteStream> raw)
{
    TS_TRY(std::string first, readFirst(*raw, 4));
    if (first.empty())
        return fail(ErrorCode::Malformed, "is empty", raw->name());
    if (const auto order = utf16OrderOf(first))
        return utf16Stream(std::make_unique<RestoredStream>(std::move(raw), first.substr(2)), *order);
    if (first.starts_with(kUtf8Mark))
        first.erase(0, kUtf8Mark.size());
    return std::make_unique<RestoredStream>(std::move(raw), std::move(first));
}

Result<std::shared_ptr<const ByteSource>> readIntoMemory(ByteStream &stream, std::stop_token stop, Progress &progress)
{
    constexpr std::size_t kStep = 4ULL << 20;
    auto memory = std::make_shared<MemorySource>(stream.name());
    progress.begin("unpacking", stream.fileBytes());
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", stream.name());
        const std::span<char> space = memory->freeSpace(kStep);
        if (space.empty())
            return fail(ErrorCode::LimitReached, "does not fit into memory when unpacked", stream.name());
        TS_TRY(const std::size_t got, stream.read(space));
        if (got == 0)
            break;
        memory->advance(got);
        progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
    }
    memory->shrink();
    return memory;
}

} // namespace

Result<std::unique_ptr<ByteStream>> openStream(const std::string &path, DecompressionLimits limits)
{
    TS_TRY(FileHandle file, FileHandle::open(path));
    TS_TRY(auto raw, openRaw(std::move(file), limits));
    return decoded(std::move(raw));
}

Result<OpenedSource> openSource(const std::string &path, std::stop_token stop, Progress &progress,
                                DecompressionLimits limits)
{
    TS_TRY(FileHandle file, FileHandle::open(path));
    TS_TRY(const std::string first, file.head(4));
    if (first.empty())
        return fail(ErrorCode::Malformed, "is empty", file.name());
    const bool needsDecoding = isCompressed(first) || utf16OrderOf(first) || first.starts_with("PK\x03\x04");
    if (!needsDecoding) {
        const std::uint64_t skip = first.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0;
        if (file.sizeBytes() <= skip)
            return fail(ErrorCode::Malformed, "is empty", file.name());
        return OpenedSource{std::make_shared<FileSource>(std::move(file), skip), false};
    }
    TS_TRY(auto raw, openRaw(std::move(file), limits));
    TS_TRY(auto stream, decoded(std::move(raw)));
    TS_TRY(auto source, readIntoMemory(*stream, stop, progress));
    return OpenedSource{std::move(source), stream->isTruncated()};
}

std::shared_ptr<const ByteSource> sourceFromMemory(std::string name, std::string text)
{
    auto memory = std::make_shared<MemorySource>(std::move(name));
    const std::span<char> space = memory->freeSpace(std::max<std::size_t>(text.size(), 1));
    std::memcpy(space.data(), text.data(), text.size());
    memory->advance(text.size());
    return memory;
}

std::unique_ptr<ByteStream> streamOf(std::shared_ptr<const ByteSource> source)
{
    return std::make_unique<SourceStream>(std::move(source));
}

Result<Head> readHead(const std::string &path)
{
    TS_TRY(auto stream, openStream(path));
    TS_TRY(std::string bytes, readFirst(*stream, kHeadBytes + 1));
    Head head{std::move(bytes), false};
    head.isWhole = head.bytes.size() <= kHeadBytes;
    head.bytes.resize(std::min(head.bytes.size(), kHeadBytes));
    return head;
}

} // namespace tailspan::bytes
