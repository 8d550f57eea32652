// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/iso_time.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::reports {

/// The stream to its end. Errors: Cancelled, LimitReached beyond `maxBytes`.
[[nodiscard]] Result<std::string> readWholeText(bytes::ByteStream &stream, std::size_t maxBytes, std::stop_token stop,
                                                Progress &progress);

/// A stream whose first bytes have been looked at: it gives them again. The inner stream must outlive it.
class PeekedStream final : public bytes::ByteStream {
public:
    [[nodiscard]] static Result<PeekedStream> open(bytes::ByteStream &inner);
    /// Up to kHeadBytes from the beginning; valid as long as the stream.
    [[nodiscard]] std::string_view first() const { return m_first; }

    [[nodiscard]] const std::string &name() const override { return m_inner->name(); }
    [[nodiscard]] Result<std::size_t> read(std::span<char> target) override;
    [[nodiscard]] std::uint64_t fileBytes() const override { return m_inner->fileBytes(); }
    [[nodiscard]] std::uint64_t fileBytesRead() const override { return m_inner->fileBytesRead(); }
    [[nodiscard]] bool isTruncated() const override { return m_inner->isTruncated(); }

private:
    explicit PeekedStream(bytes::ByteStream &inner) : m_inner(&inner) {}

    bytes::ByteStream *m_inner;
    std::string m_first;
    std::size_t m_given = 0;
};

/// All of `text` as a decimal integer.
[[nodiscard]] std::optional<std::int64_t> integerIn(std::string_view text);

/// A number of milliseconds as nanoseconds, rounded, kept inside 64 bits.
[[nodiscard]] std::int64_t nsFromMs(double ms);

/// A name from a file: valid UTF-8, at most 500 bytes.
[[nodiscard]] std::string plainName(std::string_view text);

/// What a failure is called: its message without line breaks and with every number as N, because messages of one kind
/// differ in their numbers only ("it took 11 milliseconds", ports, addresses). At most 160 bytes of valid UTF-8.
[[nodiscard]] std::string failureText(std::string_view message);

} // namespace tailspan::reports
