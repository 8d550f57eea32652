// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"

#include "app/advice/rules_text.h"
#include "app/yaml/yaml_tree.h"

#include <charconv>
#include <string>

namespace tailspan::advice {

namespace {

using advisor::Rule;
using advisor::Rules;
using yaml::Node;

tl::unexpected<Error> badLine(const Node &node, const std::string &file, std::string message)
{
    return fail(ErrorCode::Malformed, std::move(message), file + ":" + std::to_string(node.line));
}

Result<double> numberOf(const Node &node, const std::string &rule, const std::string &file)
{
    double value = 0;
    const char *end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, value);
    if (!node.isText() || error != std::errc{} || stop != end)
        return badLine(node, file, "The value of " + rule + " must be a number.");
    return value;
}

/// `12` or `{value: 12, unit: ms, source: why}`.
Result<Rule> ruleOf(const Node &node, const std::string &name, const std::string &file)
{
    Rule rule;
    if (node.isText()) {
        TS_TRY(rule.value, numberOf(node, name, file));
        return rule;
    }
    bool hasValue = false;
    for (const auto &[key, line, value] : node.map) {
        if (key == "value") {
            TS_TRY(rule.value, numberOf(value, name, file));
            hasValue = true;
        } else if (key == "unit") {
            rule.unit = value.text;
        } else if (key == "source") {
            rule.source = value.text;
        } else {
            return badLine(value, file, name + " has an unknown key " + key + ".");
        }
    }
    if (!hasValue)
        return badLine(node, file, name + " has no value.");
    return rule;
}

template <class Take>
Result<void> visitRules(std::string_view text, const std::string &file, const Take &take)
{
    TS_TRY(const Node document, yaml::readDocument(text, file));
    if (!document.isMap())
        return badLine(document, file, "Rules are sections of names with values.");
    for (const auto &[section, line, rules] : document.map) {
        if (!rules.isMap())
            return badLine(rules, file, section + " must be a section of names with values.");
        for (const auto &[key, keyLine, node] : rules.map) {
            const std::string name = section + "." + key;
            TS_TRY(Rule rule, ruleOf(node, name, file));
            if (auto taken = take(name, std::move(rule)); !taken)
                return badLine(node, file, taken.error().message);
        }
    }
    return {};
}

/// A value in another unit, or of another sign, would turn a check round without a word.
Result<void> replaceChecked(Rules &rules, const std::string &name, const Rule &own)
{
    if (const auto known = rules.all().find(name); known != rules.all().end()) {
        const Rule &rule = known->second;
        if (!own.unit.empty() && own.unit != rule.unit)
            return fail(ErrorCode::Malformed, name + " is in " + rule.unit + ", not in " + own.unit + ".");
        if (own.value < 0 && rule.value >= 0)
            return fail(ErrorCode::Malformed, name + " cannot be negative.");
    }
    return rules.replace(name, own.value);
}

} // namespace

Result<Rules> parseRules(std::string_view text, const std::string &name)
{
    Rules rules;
    TS_CHECK(
        visitRules(text, name, [&](const std::string &rule, Rule value) { return rules.add(rule, std::move(value)); }));
    return rules;
}

Result<Rules> rulesWith(std::string_view ownText, const std::string &name)
{
    Rules rules = builtInRules();
    TS_CHECK(visitRules(ownText, name,
                        [&](const std::string &rule, const Rule &own) { return replaceChecked(rules, rule, own); }));
    return rules;
}

const Rules &builtInRules()
{
    static const Rules rules = parseRules(builtInRulesText(), "advisor.yaml").value_or(Rules{});
    return rules;
}

} // namespace tailspan::advice
