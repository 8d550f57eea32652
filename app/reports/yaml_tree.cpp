// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/yaml_tree.h"

#include <yaml-cpp/yaml.h>

#include <exception>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostValues = 10'000;
constexpr int kDeepest = 32;

/// Copies yaml-cpp's graph into a tree. Throws what yaml-cpp throws; readYaml catches it.
class TreeCopy {
public:
    explicit TreeCopy(const std::string &name) : m_name(name) {}

    Result<YamlNode> copy(const YAML::Node &node, int depth)
    {
        YamlNode result;
        result.line = node.Mark().line + 1;
        const std::string where = m_name + ", line " + std::to_string(result.line);
        if (++m_values > kMostValues)
            return fail(ErrorCode::LimitReached, "the file unfolds to more than 10,000 values", where);
        if (depth > kDeepest)
            return fail(ErrorCode::LimitReached, "values are nested deeper than 32", where);
        if (node.IsScalar()) {
            result.kind = YamlNode::Kind::Text;
            result.text = node.Scalar();
        } else if (node.IsSequence()) {
            result.kind = YamlNode::Kind::List;
            for (const YAML::Node &item : node) {
                TS_TRY(YamlNode copied, copy(item, depth + 1));
                result.items.push_back(std::move(copied));
            }
        } else if (node.IsMap()) {
            result.kind = YamlNode::Kind::Map;
            for (const auto &entry : node) {
                if (!entry.first.IsScalar())
                    return fail(ErrorCode::Malformed, "a key is not a plain word", where);
                TS_TRY(YamlNode copied, copy(entry.second, depth + 1));
                result.map.emplace_back(entry.first.Scalar(), std::move(copied));
            }
        }
        return result;
    }

private:
    const std::string &m_name;
    std::size_t m_values = 0;
};

} // namespace

Result<YamlNode> readYaml(std::string_view text, const std::string &name)
{
    if (text.size() > kMostBytes)
        return fail(ErrorCode::LimitReached, "the file is larger than 1 MiB", name);
    try {
        return TreeCopy(name).copy(YAML::Load(std::string(text)), 0);
    } catch (const YAML::Exception &error) {
        return fail(ErrorCode::Malformed, "this is no YAML: " + error.msg,
                    name + ", line " + std::to_string(error.mark.line + 1));
    } catch (const std::exception &error) {
        return fail(ErrorCode::Malformed, std::string("this is no YAML: ") + error.what(), name);
    }
}

} // namespace tailspan::reports
