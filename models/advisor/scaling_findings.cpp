// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaling_findings.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

std::string policyText(const ScalingRules::Policy &policy)
{
    return "        - {type: " + std::string(policy.isPercent ? "Percent" : "Pods")
        + ", value: " + figureText(policy.value) + ", periodSeconds: " + figureText(policy.periodSeconds) + "}\n";
}

std::string rulesText(const char *direction, const std::optional<ScalingRules> &rules, double defaultWindow,
                      std::vector<ScalingRules::Policy> policies)
{
    ScalingRules shown = rules.value_or(ScalingRules());
    if (shown.policies.empty())
        shown.policies = std::move(policies);
    const double window = shown.stabilizationSeconds ? shown.stabilizationSeconds->value : defaultWindow;
    std::string text = "    " + std::string(direction) + ":\n      stabilizationWindowSeconds: " + figureText(window)
        + "\n      selectPolicy: "
        + (shown.select == ScalingRules::Select::Most        ? "Max"
               : shown.select == ScalingRules::Select::Least ? "Min"
                                                             : "Disabled")
        + "\n      policies:\n";
    for (const ScalingRules::Policy &policy : shown.policies)
        text += policyText(policy);
    return text;
}

} // namespace

Reference configReference(const Place &place, std::string label)
{
    return {ReferenceKind::Config, place.text(), std::move(label), {}};
}

Reference metricReference(const std::string &query, std::string label, TimeRange range)
{
    return {ReferenceKind::Metric, query, std::move(label), range};
}

std::string figureText(double value)
{
    if (value >= 0 && value < 1e15 && value == std::floor(value))
        return countText(static_cast<std::uint64_t>(value));
    return decimalText(value);
}

std::string coresText(double cores)
{
    return figureText(cores) + (cores == 1 ? " core" : " cores");
}

std::string memoryText(double bytes)
{
    return std::isfinite(bytes) ? bytesText(static_cast<std::uint64_t>(std::clamp(bytes, 0.0, 9e18))) : "not known";
}

std::string coresQuantity(double cores)
{
    if (cores == std::floor(cores) && cores < 1e9)
        return std::to_string(std::llround(cores));
    return std::to_string(std::llround(std::ceil(cores * 1000 - 1e-6))) + "m";
}

std::string memoryQuantity(double bytes)
{
    constexpr double kMi = 1024.0 * 1024;
    const double whole = std::ceil(bytes / kMi - 1e-9);
    if (std::fmod(whole, 1024) == 0)
        return std::to_string(std::llround(whole / 1024)) + "Gi";
    return std::to_string(std::llround(whole)) + "Mi";
}

std::string yamlValue(std::string_view text)
{
    // What older YAML takes for true, false or nothing.
    static constexpr std::string_view kOther[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
    std::string lower;
    bool isPlain = !text.empty();
    for (const char c : text) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        lower += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
        isPlain = isPlain
            && (isUpper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
    }
    const bool isName = isPlain && lower[0] >= 'a' && lower[0] <= 'z';
    if (isName && std::ranges::find(kOther, lower) == std::ranges::end(kOther))
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return quoted + '"';
}

std::string shellWord(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return quoted + '\'';
}

void assume(Finding &finding, std::string text)
{
    if (std::ranges::find(finding.assumptions, text) == finding.assumptions.end())
        finding.assumptions.push_back(std::move(text));
}

std::string patchText(const HpaPatch &patch)
{
    std::string text = std::string(kApplyPartially)
        + "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: " + yamlValue(patch.name);
    if (!patch.nameSpace.empty())
        text += "\n  namespace: " + yamlValue(patch.nameSpace);
    text += "\nspec:\n";
    const auto number = [](double value) { return std::to_string(std::llround(value)); };
    if (patch.minReplicas)
        text += "  minReplicas: " + number(*patch.minReplicas) + "\n";
    if (patch.maxReplicas)
        text += "  maxReplicas: " + number(*patch.maxReplicas) + "\n";
    if (patch.cpuTarget)
        text += "  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target: {type: "
                "Utilization, averageUtilization: "
            + number(*patch.cpuTarget * 100) + "}\n";
    if (patch.behavior)
        text += "  behavior:\n" + *patch.behavior;
    return text;
}

std::string quickBehavior()
{
    return "    scaleUp:\n      stabilizationWindowSeconds: 0\n      selectPolicy: Max\n      policies:\n"
           "        - {type: Percent, value: 100, periodSeconds: 15}\n"
           "        - {type: Pods, value: 4, periodSeconds: 15}\n"
           "    scaleDown:\n      stabilizationWindowSeconds: 300\n      selectPolicy: Max\n      policies:\n"
           "        - {type: Percent, value: 100, periodSeconds: 15}\n";
}

std::string behaviorOf(const HorizontalAutoscaler *declared)
{
    const std::optional<ScalingRules> none;
    return rulesText("scaleUp", declared != nullptr ? declared->up : none, 0, {{true, 100, 15}, {false, 4, 15}})
        + rulesText("scaleDown", declared != nullptr ? declared->down : none, 300, {{true, 100, 15}});
}

} // namespace tailspan::advisor
