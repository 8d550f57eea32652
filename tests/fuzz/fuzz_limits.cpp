// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a file of limits: the reader must end with limits within what it promises or with an error, and every
// limit it hands out must be judged on a report that holds nothing without passing.
#include "app/reports/limit_file.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tailspan;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto limits = reports::parseLimits(text, "fuzz.yaml");
    if (!limits) {
        require(!limits.error().message.empty());
        return 0;
    }
    require(!limits->empty() && limits->size() <= 10'000);
    const loadtest::LoadTestReport nothing;
    for (const loadtest::Verdict &verdict : loadtest::judgeLimits(nothing, *limits, {})) {
        require(!verdict.passed.value_or(false));
        require(verdict.limit && std::isfinite(*verdict.limit));
    }
    return 0;
}
