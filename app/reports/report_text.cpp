// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/report_text.h"

#include "models/base/number_text.h"
#include "models/base/time.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tailspan::reports {

Result<std::string> readWholeText(bytes::ByteStream &stream, std::size_t maxBytes, std::stop_token stop,
                                  Progress &progress)
{
    constexpr std::size_t kStep = 1ULL << 20;
    progress.begin("reading", stream.fileBytes());
    std::string text;
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", stream.name());
        if (text.size() > maxBytes)
            return fail(ErrorCode::LimitReached, "is larger than " + bytesText(maxBytes)
                            + ", more than a report of this format holds", stream.name());
        const std::size_t filled = text.size();
        text.resize(filled + kStep);
        TS_TRY(const std::size_t got, stream.read(std::span(text).subspan(filled)));
        text.resize(filled + got);
        progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
        if (got == 0)
            return text;
    }
}

std::optional<std::int64_t> integerIn(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::int64_t nsFromMs(double ms)
{
    constexpr double kLargest = 9.2e18;
    return std::llround(std::clamp(ms * 1e6, -kLargest, kLargest));
}

} // namespace tailspan::reports
