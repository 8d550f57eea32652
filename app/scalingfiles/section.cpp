// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/section.h"

#include "app/scalingfiles/quantity.h"

#include <cmath>

namespace tailspan::scalingfiles {

namespace {

using advisor::MaybeDeclared;

/// Much longer texts are no numbers, and would only fill a list of problems.
std::string shown(const std::string &text)
{
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

std::optional<double> parseCount(std::string_view text)
{
    const auto value = parseNumber(text);
    return value && *value == std::floor(*value) && *value <= 1e9 ? value : std::nullopt;
}

std::optional<double> parsePercent(std::string_view text)
{
    if (text.ends_with('%'))
        text.remove_suffix(1);
    const auto value = parseNumber(text);
    return value ? std::optional(*value / 100) : std::nullopt;
}

std::optional<double> parsePlainSeconds(std::string_view text)
{
    return parseSeconds(text);
}

} // namespace

Section::Section(const Node &node, std::string path, Reading &reading)
    : m_node(&node), m_path(std::move(path)), m_reading(&reading), m_asked(node.map.size(), false)
{}

std::string Section::pathOf(std::string_view key) const
{
    return m_path.empty() ? std::string(key) : m_path + "." + std::string(key);
}

const Node *Section::find(std::string_view key)
{
    const Node *found = nullptr;
    for (std::size_t i = 0; i < m_node->map.size(); ++i) {
        const auto &[name, line, value] = m_node->map[i];
        if (name != key)
            continue;
        m_asked[i] = true;
        if (found != nullptr)
            m_reading->problem(value, pathOf(key) + " stands here again; this one counts");
        found = &value;
    }
    return found != nullptr && !found->isNull() ? found : nullptr;
}

std::optional<Section> Section::section(std::string_view key)
{
    const Node *node = find(key);
    if (node == nullptr)
        return std::nullopt;
    if (node->kind != Node::Kind::Map) {
        m_reading->problem(*node, pathOf(key) + " should hold names with values");
        return std::nullopt;
    }
    return Section(*node, pathOf(key), *m_reading);
}

std::vector<Section> Section::list(std::string_view key)
{
    std::vector<Section> sections;
    const Node *node = find(key);
    if (node == nullptr)
        return sections;
    if (node->kind != Node::Kind::List)
        m_reading->problem(*node, pathOf(key) + " should be a list");
    for (const Node &item : node->items) {
        if (item.kind == Node::Kind::Map)
            sections.emplace_back(item, pathOf(key), *m_reading);
        else
            m_reading->problem(item, "an entry of " + pathOf(key) + " should hold names with values");
    }
    return sections;
}

std::vector<std::pair<std::string, Section>> Section::named()
{
    std::vector<std::pair<std::string, Section>> sections;
    for (std::size_t i = 0; i < m_node->map.size(); ++i) {
        const auto &[name, line, value] = m_node->map[i];
        m_asked[i] = true;
        if (value.kind == Node::Kind::Map)
            sections.emplace_back(name, Section(value, pathOf(name), *m_reading));
        else
            m_reading->problem(value, pathOf(name) + " should hold names with values");
    }
    return sections;
}

std::vector<std::pair<std::string, Section>> Section::named(std::string_view key)
{
    std::optional<Section> found = section(key);
    return found ? found->named() : std::vector<std::pair<std::string, Section>>();
}

std::string Section::text(std::string_view key)
{
    const Node *node = find(key);
    if (node == nullptr)
        return {};
    if (node->kind != Node::Kind::Text) {
        m_reading->problem(*node, pathOf(key) + " should be a word");
        return {};
    }
    return node->text;
}

std::optional<bool> Section::flag(std::string_view key)
{
    const Node *node = find(key);
    if (node == nullptr)
        return std::nullopt;
    if (node->text == "true" || node->text == "yes" || node->text == "on")
        return true;
    if (node->text == "false" || node->text == "no" || node->text == "off")
        return false;
    m_reading->problem(*node, pathOf(key) + " should be true or false");
    return std::nullopt;
}

MaybeDeclared Section::value(std::string_view key, Parse parse, const char *what)
{
    const Node *node = find(key);
    if (node == nullptr)
        return std::nullopt;
    const auto number = node->kind == Node::Kind::Text ? parse(node->text) : std::nullopt;
    if (!number) {
        const std::string written = node->kind == Node::Kind::Text ? ", not \"" + shown(node->text) + "\"" : "";
        m_reading->problem(*node, pathOf(key) + " should be " + what + written);
        return std::nullopt;
    }
    return advisor::Declared{*number, node->text, m_reading->placeOf(*node)};
}

MaybeDeclared Section::count(std::string_view key)
{
    return value(key, parseCount, "a whole number");
}

MaybeDeclared Section::number(std::string_view key)
{
    return value(key, parseNumber, "a number");
}

MaybeDeclared Section::quantity(std::string_view key)
{
    return value(key, parseQuantity, "a quantity such as 100 or 500m");
}

MaybeDeclared Section::cores(std::string_view key)
{
    return value(key, parseCores, "cores such as 2 or 500m");
}

MaybeDeclared Section::bytes(std::string_view key)
{
    return value(key, parseBytes, "bytes such as 512Mi or 2Gi");
}

MaybeDeclared Section::seconds(std::string_view key)
{
    return value(key, parsePlainSeconds, "seconds, or a time such as 5m");
}

MaybeDeclared Section::ratio(std::string_view key)
{
    return value(key, parseRatio, "a share such as 0.8 or 80% (1 can be 1 % and 100 %)");
}

MaybeDeclared Section::percent(std::string_view key)
{
    return value(key, parsePercent, "a percentage such as 80");
}

void Section::ignore(std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        for (std::size_t i = 0; i < m_node->map.size(); ++i)
            m_asked[i] = m_asked[i] || m_node->map[i].key == key;
    }
}

void Section::listUnknown() const
{
    for (std::size_t i = 0; i < m_node->map.size(); ++i) {
        const yaml::Entry &entry = m_node->map[i];
        if (!m_asked[i])
            m_reading->config.unknownKeys.push_back({shown(pathOf(entry.key)), {m_reading->file, entry.line}});
    }
}

} // namespace tailspan::scalingfiles
