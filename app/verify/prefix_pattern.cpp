// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/prefix_pattern.h"

#include "models/base/utf8.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

constexpr std::size_t kUsualLetters = 4;
constexpr std::size_t kMostLetters = 24;

std::size_t countOf(const std::vector<std::string> &bounds, std::string_view prefix)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(bounds, [prefix](const std::string &bound) { return bound.starts_with(prefix); }));
}

/// The shortest beginning that so small a share of the values has.
std::string_view beginning(const std::string &value, const std::vector<std::string> &bounds,
                           std::optional<double> share)
{
    if (!share)
        return utf8Prefix(value, kUsualLetters);
    const double wanted = *share * static_cast<double>(bounds.size());
    for (std::size_t letters = kUsualLetters; letters < std::min(value.size(), kMostLetters); ++letters) {
        const std::string_view prefix = utf8Prefix(value, letters);
        const std::size_t alike = countOf(bounds, prefix);
        if (static_cast<double>(alike == 0 ? 0 : alike - 1) <= wanted)
            return prefix;
    }
    return utf8Prefix(value, kMostLetters);
}

/// The same letters but for the last, which comes from another value so that no bound begins alike; as it is where
/// every one does.
std::string besideBounds(std::string_view prefix, const std::vector<std::string> &bounds)
{
    for (const std::string &bound : bounds) {
        constexpr unsigned char kFirstOutsideAscii = 0x80;
        const std::size_t last = prefix.size() - 1;
        const bool isLetter = bound.size() > last && static_cast<unsigned char>(bound[last]) < kFirstOutsideAscii
            && static_cast<unsigned char>(prefix[last]) < kFirstOutsideAscii;
        if (!isLetter)
            continue;
        const std::string other = std::string(prefix.substr(0, last)) + bound[last];
        if (countOf(bounds, other) == 0)
            return other;
    }
    return std::string(prefix);
}

} // namespace

std::string prefixPattern(const std::string &value, const std::vector<std::string> &bounds, std::optional<double> share)
{
    const std::string_view prefix = beginning(value, bounds, share);
    const bool isOnlyItself = !prefix.empty() && countOf(bounds, prefix) == 1;
    std::string pattern;
    for (const char c : isOnlyItself ? besideBounds(prefix, bounds) : std::string(prefix)) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

} // namespace tailspan::verify
