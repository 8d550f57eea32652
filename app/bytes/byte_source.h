// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::bytes {

/// What decompression may cost: beyond either cap it stops with LimitReached. The ratio counts only once the output
/// is larger than kRatioFreeBytes, so that small repetitive files open.
struct DecompressionLimits {
    std::uint64_t maxOutputBytes = 4ULL << 30;
    std::uint64_t maxRatio = 200;
};
inline constexpr std::uint64_t kRatioFreeBytes = 64ULL << 20;

/// Random access to the (uncompressed) bytes of one input. Reads with pread, never maps: a file that shrinks under
/// us is a short read and an error text, not a crash. Thread: any number of readers.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// The file name without its folder, for messages.
    [[nodiscard]] virtual const std::string &name() const = 0;
    [[nodiscard]] virtual std::uint64_t sizeBytes() const = 0;
    /// Fills `target` from `offset`; fewer bytes only at the end.
    [[nodiscard]] virtual Result<std::size_t> readAt(std::uint64_t offset, std::span<char> target) const = 0;
    /// The bytes themselves where they are in memory anyway, else empty.
    [[nodiscard]] virtual std::string_view inMemory() const { return {}; }
};

/// The uncompressed bytes of one input, front to back. Thread: one.
class ByteStream {
public:
    virtual ~ByteStream() = default;
    [[nodiscard]] virtual const std::string &name() const = 0;
    /// Fills `target` as far as there are bytes; 0 at the end. A compressed input that ends in the middle gives what
    /// was whole and then sets isTruncated().
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> target) = 0;
    /// Size and position in the file on disk (compressed bytes for a compressed file): what progress is made of.
    [[nodiscard]] virtual std::uint64_t fileBytes() const = 0;
    [[nodiscard]] virtual std::uint64_t fileBytesRead() const = 0;
    [[nodiscard]] virtual bool isTruncated() const { return false; }
};

/// Opens a file as a stream: plain, .gz or .zst (told apart by content). A UTF-8 byte order mark is dropped and
/// UTF-16 with a byte order mark is turned into UTF-8. Errors: NotFound, Unsupported (a directory), Malformed (empty).
[[nodiscard]] Result<std::unique_ptr<ByteStream>> openStream(const std::string &path, DecompressionLimits limits = {});

struct OpenedSource {
    std::shared_ptr<const ByteSource> bytes;
    bool isTruncated = false; ///< A compressed file that ends in the middle.
};

/// Opens a file for random access. A plain file is read in place; a compressed one is unpacked into memory here.
[[nodiscard]] Result<OpenedSource> openSource(const std::string &path, std::stop_token stop, Progress &progress,
                                              DecompressionLimits limits = {});

/// A source over bytes in memory, for tests, the clipboard and stores.
[[nodiscard]] std::shared_ptr<const ByteSource> sourceFromMemory(std::string name, std::string text);
/// The stream of a source from its first byte.
[[nodiscard]] std::unique_ptr<ByteStream> streamOf(std::shared_ptr<const ByteSource> source);

inline constexpr std::size_t kHeadBytes = 64 * 1024;

/// The first bytes after unpacking, for telling formats apart. `isWhole` when the input has no more than these.
struct Head {
    std::string bytes;
    bool isWhole = false;
};
[[nodiscard]] Result<Head> readHead(const std::string &path);

} // namespace tailspan::bytes
