// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/rules.h"

#include <cmath>
#include <limits>

namespace tailspan::advisor {

namespace {

Result<void> checkFinite(std::string_view name, double value)
{
    if (std::isfinite(value))
        return {};
    return fail(ErrorCode::Malformed, "The rule " + std::string(name) + " must be a finite number.");
}

} // namespace

Result<void> Rules::add(std::string name, Rule rule)
{
    TS_CHECK(checkFinite(name, rule.value));
    if (m_rules.contains(name))
        return fail(ErrorCode::Malformed, "The rule " + name + " stands twice.");
    m_rules.emplace(std::move(name), std::move(rule));
    return {};
}

Result<void> Rules::replace(std::string_view name, double value)
{
    TS_CHECK(checkFinite(name, value));
    const auto found = m_rules.find(name);
    if (found == m_rules.end())
        return fail(ErrorCode::Malformed, "There is no rule " + std::string(name) + ".");
    found->second.value = value;
    return {};
}

double Rules::number(std::string_view name) const
{
    const auto found = m_rules.find(name);
    return found == m_rules.end() ? std::numeric_limits<double>::quiet_NaN() : found->second.value;
}

} // namespace tailspan::advisor
