// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::reports {

/// A YAML document as plain values: aliases resolved, tags dropped, scalars as text. Bounded, see readYaml.
struct YamlNode {
    enum class Kind : unsigned char { Null, Text, List, Map };
    Kind kind = Kind::Null;
    int line = 0;                                      ///< From 1; 0 where it is not known.
    std::string text;                                  ///< Of Text.
    std::vector<YamlNode> items;                       ///< Of List.
    std::vector<std::pair<std::string, YamlNode>> map; ///< Of Map, in the order of the file.
};

/// One document of at most 1 MiB. Errors: Malformed with the line; LimitReached when aliases unfold to more than
/// 10,000 values (a few lines can name billions), nesting goes deeper than 32, or the text is too long.
[[nodiscard]] Result<YamlNode> readYaml(std::string_view text, const std::string &name);

} // namespace tailspan::reports
