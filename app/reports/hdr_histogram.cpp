// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/hdr_histogram.h"

#include "app/bytes/base64.h"
#include "app/bytes/inflate.h"
#include "models/base/time.h"

#include <bit>
#include <cmath>
#include <optional>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMaxBytes = 16ULL << 20;    // five digits over the whole of 64 bits take less
constexpr std::uint32_t kCookieMask = 0xFFFFFF0F; // without the size of a word
constexpr std::uint32_t kPacked0 = 0x1c849309;
constexpr std::uint32_t kPacked1 = 0x1c849302;
constexpr std::uint32_t kPacked2 = 0x1c849304;
constexpr std::uint32_t kPlain0 = 0x1c849308;
constexpr std::uint32_t kPlain1 = 0x1c849301;
constexpr std::uint32_t kPlain2 = 0x1c849303;

tl::unexpected<Error> malformed(const char *what)
{
    return fail(ErrorCode::Malformed, what, "histogram");
}

/// Big-endian numbers from the front; nullopt beyond the end.
class Numbers {
public:
    explicit Numbers(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] std::string_view rest() const { return m_rest; }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    void cutAt(std::size_t bytes) { m_rest = m_rest.substr(0, bytes); }

    std::optional<std::int64_t> take(std::size_t bytes)
    {
        if (m_rest.size() < bytes)
            return std::nullopt;
        std::uint64_t value = static_cast<signed char>(m_rest[0]) < 0 ? ~std::uint64_t{0} : 0; // keeps the sign
        for (const char c : m_rest.substr(0, bytes))
            value = value << 8 | static_cast<unsigned char>(c);
        m_rest.remove_prefix(bytes);
        return static_cast<std::int64_t>(value);
    }

    /// Seven bits a byte, lowest first, a ninth byte whole; then the sign in the lowest bit.
    std::optional<std::int64_t> takeZigZag()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift <= 56; shift += 7) {
            if (m_rest.empty())
                return std::nullopt;
            const auto byte = static_cast<unsigned char>(m_rest.front());
            m_rest.remove_prefix(1);
            if (shift == 56) {
                value |= std::uint64_t{byte} << shift;
                break;
            }
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if ((byte & 0x80) == 0)
                break;
        }
        return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
    }

private:
    std::string_view m_rest;
};

/// How values are laid out in the counts.
struct Layout {
    int digits = 0;
    int unitMagnitude = 0;      ///< Values are multiples of 2^this.
    int halfCountMagnitude = 0; ///< The lower half of a range has 2^this steps.
    std::int64_t offset = 0;    ///< By how many counts the values were shifted.
    int wordBytes = 0;          ///< 0: variable.
};

struct Range {
    std::int64_t low = 0;
    std::int64_t width = 1;
};

std::optional<Range> rangeOf(const Layout &layout, std::uint64_t index)
{
    const std::uint64_t half = std::uint64_t{1} << layout.halfCountMagnitude;
    std::int64_t bucket = static_cast<std::int64_t>(index >> layout.halfCountMagnitude) - 1;
    std::uint64_t step = (index & (half - 1)) + half;
    if (bucket < 0) {
        step -= half;
        bucket = 0;
    }
    const std::int64_t shift = bucket + layout.unitMagnitude;
    if (shift > 62 || std::bit_width(step) + shift > 63)
        return std::nullopt;
    return Range{static_cast<std::int64_t>(step << shift), std::int64_t{1} << shift};
}

Result<Layout> layoutOf(Numbers &numbers)
{
    const auto cookie = numbers.take(4);
    if (!cookie)
        return malformed("holds a histogram that is cut off");
    const auto bits = static_cast<std::uint32_t>(*cookie);
    const std::uint32_t kind = bits & kCookieMask;
    Layout layout;
    std::optional<std::int64_t> digits;
    std::optional<std::int64_t> lowest;
    if (kind == kPlain0) {
        digits = numbers.take(4);
        lowest = numbers.take(8);
        (void)numbers.take(8); // highest value
        (void)numbers.take(8); // total count
    } else if (kind == kPlain1 || kind == kPlain2) {
        const auto length = numbers.take(4);
        layout.offset = numbers.take(4).value_or(0);
        digits = numbers.take(4);
        lowest = numbers.take(8);
        (void)numbers.take(8); // highest value
        (void)numbers.take(8); // ratio of integers to doubles
        if (length && *length >= 0)
            numbers.cutAt(static_cast<std::size_t>(*length));
    } else {
        return fail(ErrorCode::Unsupported, "holds a histogram of another kind (of doubles, or newer)", "histogram");
    }
    if (!digits || *digits < 0 || *digits > 5 || !lowest || *lowest < 1)
        return malformed("holds a histogram with an impossible head");
    layout.digits = static_cast<int>(*digits);
    layout.unitMagnitude = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(*lowest))) - 1;
    const auto steps = static_cast<std::uint64_t>(2 * std::llround(std::pow(10, layout.digits)));
    layout.halfCountMagnitude = std::max(static_cast<int>(std::bit_width(steps - 1)), 1) - 1;
    layout.wordBytes = kind == kPlain2 ? 0 : static_cast<int>(bits >> 4 & 0xE);
    if (kind != kPlain2 && layout.wordBytes != 2 && layout.wordBytes != 4 && layout.wordBytes != 8)
        return malformed("holds a histogram with an impossible word size");
    return layout;
}

Result<HdrHistogram> countsOf(Numbers &numbers, const Layout &layout, std::int64_t unitNs)
{
    HdrHistogram histogram;
    histogram.digits = layout.digits;
    if (layout.offset != 0)
        return fail(ErrorCode::Unsupported, "holds a histogram whose values were shifted", "histogram");
    for (std::uint64_t index = 0; !numbers.atEnd();) {
        const auto count = layout.wordBytes == 0 ? numbers.takeZigZag()
                                                 : numbers.take(static_cast<std::size_t>(layout.wordBytes));
        if (!count)
            return malformed("holds a histogram that is cut off");
        if (*count < 0) { // that many counts of zero
            if (layout.wordBytes != 0 || *count < -static_cast<std::int64_t>(kMaxBytes))
                return malformed("holds a histogram with an impossible count");
            index += static_cast<std::uint64_t>(-*count);
            continue;
        }
        if (*count > 0) {
            const auto range = rangeOf(layout, index);
            if (!range)
                return malformed("holds a histogram with values beyond 64 bits");
            histogram.values.record(saturatingMultiply(range->low + range->width / 2, unitNs),
                                    static_cast<std::uint64_t>(*count));
        }
        ++index;
    }
    return histogram;
}

} // namespace

Result<HdrHistogram> decodeHdrHistogram(std::string_view base64, std::int64_t unitNs)
{
    const auto packed = bytes::base64Decoded(base64);
    if (!packed)
        return malformed("holds a histogram that is not base64");
    Numbers numbers(*packed);
    const auto cookie = numbers.take(4);
    const auto length = numbers.take(4);
    const std::uint32_t kind = static_cast<std::uint32_t>(cookie.value_or(0)) & kCookieMask;
    if (kind != kPacked0 && kind != kPacked1 && kind != kPacked2)
        return fail(ErrorCode::Unsupported, "holds a histogram of another kind (of doubles, or newer)", "histogram");
    if (!length || *length < 0 || static_cast<std::size_t>(*length) > numbers.rest().size())
        return malformed("holds a histogram that is cut off");
    TS_TRY(const bytes::Inflated plain,
           bytes::inflated(numbers.rest().substr(0, static_cast<std::size_t>(*length)), kMaxBytes, "histogram"));
    if (plain.isTruncated)
        return malformed("holds a histogram that is cut off");
    Numbers counts(plain.bytes);
    TS_TRY(const Layout layout, layoutOf(counts));
    return countsOf(counts, layout, unitNs);
}

} // namespace tailspan::reports
