// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as YAML: documents within what the limits promise, or an error in words.
#include "app/yaml/yaml_tree.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace tailspan;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Counts the values and looks at each.
std::size_t valuesIn(const yaml::Node &node, std::size_t depth, const yaml::Limits &limits)
{
    require(depth <= limits.maxDepth && node.line >= 1 && isValidUtf8(node.text));
    require(node.isText() || node.text.empty());
    require((node.isList() || node.items.empty()) && (node.isMap() || node.map.empty()));
    std::size_t values = 1;
    for (const yaml::Node &item : node.items)
        values += valuesIn(item, depth + 1, limits);
    for (const auto &[key, line, value] : node.map) {
        require(line >= 1 && isValidUtf8(key) && node.find(key) != nullptr);
        values += 1 + valuesIn(value, depth + 1, limits);
    }
    return values;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const yaml::Limits limits{4096, 300, 12};
    const auto documents = yaml::readDocuments(text, "fuzz.yaml", limits);
    if (!documents) {
        require(!documents.error().message.empty());
        return 0;
    }
    std::size_t values = 0;
    for (const yaml::Node &document : *documents)
        values += valuesIn(document, 0, limits);
    require(values <= limits.maxValues);
    return 0;
}
