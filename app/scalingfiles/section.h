// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/yaml_tree.h"
#include "models/advisor/scaling_config.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::scalingfiles {

using Node = yaml::Node;

/// What one file is read into.
struct Reading {
    advisor::ScalingConfig &config;
    std::string file; ///< Without its folder.

    [[nodiscard]] advisor::Place placeOf(const Node &node) const { return {file, node.line}; }
    void problem(const Node &node, std::string text) { config.problems.push_back({std::move(text), placeOf(node)}); }
};

/// A map of a file. Remembers which of its keys were asked for, so that the others can be listed; a value that is not
/// what it should be is a problem of the file and reads as absent. Refers to the node and the reading: both outlive it.
class Section {
public:
    Section(const Node &node, std::string path, Reading &reading);

    [[nodiscard]] const Node *find(std::string_view key);
    [[nodiscard]] std::optional<Section> section(std::string_view key);
    /// The maps of a list; empty where there is none.
    [[nodiscard]] std::vector<Section> list(std::string_view key);
    /// The maps by name: `payment: {…}`.
    [[nodiscard]] std::vector<std::pair<std::string, Section>> named(std::string_view key);
    [[nodiscard]] std::vector<std::pair<std::string, Section>> named();
    [[nodiscard]] std::string text(std::string_view key);
    [[nodiscard]] std::optional<bool> flag(std::string_view key);
    // Numbers with units: quantity.h.
    [[nodiscard]] advisor::MaybeDeclared count(std::string_view key); ///< A whole number.
    [[nodiscard]] advisor::MaybeDeclared number(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared quantity(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared cores(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared bytes(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared seconds(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared ratio(std::string_view key);
    [[nodiscard]] advisor::MaybeDeclared percent(std::string_view key); ///< "80" is 0.8, always.

    /// Keys that are known and tell nothing that is needed here.
    void ignore(std::initializer_list<std::string_view> keys);
    /// Adds the keys that nobody asked for to the unknown ones.
    void listUnknown() const;
    /// Below it everything is somebody else's business.
    void ignoreAll() { m_asked.assign(m_asked.size(), true); }

    [[nodiscard]] const Node &node() const { return *m_node; }
    [[nodiscard]] advisor::Place place() const { return m_reading->placeOf(*m_node); }
    [[nodiscard]] const std::string &path() const { return m_path; }
    [[nodiscard]] std::string pathOf(std::string_view key) const;
    [[nodiscard]] Reading &reading() { return *m_reading; }

private:
    using Parse = std::optional<double> (*)(std::string_view);
    [[nodiscard]] advisor::MaybeDeclared value(std::string_view key, Parse parse, const char *what);

    const Node *m_node;
    std::string m_path; ///< "performance.caching"; empty at the top.
    Reading *m_reading;
    std::vector<bool> m_asked; ///< By entry of the map.
};

} // namespace tailspan::scalingfiles
