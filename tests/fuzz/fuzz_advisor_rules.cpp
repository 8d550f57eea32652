// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a file of thresholds for the advisor: an error in words, or rules whose values are numbers.
#include "app/advice/rules_file.h"

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

void check(const Result<advisor::Rules> &rules)
{
    if (!rules) {
        require(!rules.error().message.empty());
        return;
    }
    for (const auto &[name, rule] : rules->all())
        require(!name.empty() && std::isfinite(rule.value));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    check(advice::parseRules(text, "fuzz.yaml"));
    check(advice::rulesWith(text, "fuzz.yaml"));
    return 0;
}
