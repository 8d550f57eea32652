// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace tailspan::advisor {

/// A threshold with where it comes from.
struct Rule {
    double value = 0;
    std::string unit;   ///< "ms", "calls", "ratio", ...
    std::string source; ///< Why this value.
};

/// The thresholds of all detectors by name, "calls.n-plus-one.min-calls": the detector's id and the name. They live in
/// resources/rules/advisor.yaml (read by app/advice/rules_file.h) and nowhere in code. Immutable while detectors run.
class Rules {
public:
    /// Errors: the name is there already, or the value is not finite.
    [[nodiscard]] Result<void> add(std::string name, Rule rule);
    /// Replaces the value of a rule that exists, keeping unit and source: own rules of a user.
    [[nodiscard]] Result<void> replace(std::string_view name, double value);
    /// NaN for a name that does not exist, with which nothing compares as reached; tst_advisor_rules keeps such out.
    [[nodiscard]] double number(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Rule, std::less<>> &all() const { return m_rules; }

private:
    std::map<std::string, Rule, std::less<>> m_rules;
};

} // namespace tailspan::advisor
