// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/yaml_tree.h"

#include "app/bytes/byte_source.h"
#include "app/yaml/tree_builder.h"
#include "models/base/number_text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <sstream>

namespace tailspan::yaml {

namespace {

std::string place(const std::string &name, int line)
{
    return line > 0 ? name + ", line " + std::to_string(line) : name;
}

} // namespace

const Node *Node::find(std::string_view key) const
{
    const auto found = std::find_if(map.rbegin(), map.rend(), [key](const Entry &entry) { return entry.key == key; });
    return found == map.rend() ? nullptr : &found->value;
}

Result<std::vector<Node>> readDocuments(std::string_view text, const std::string &name, const Limits &limits)
{
    if (text.size() > limits.maxBytes)
        return fail(ErrorCode::LimitReached, "it is larger than " + bytesText(limits.maxBytes), name);
    std::vector<Node> documents;
    TreeBuilder builder(limits);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
            Node root = builder.takeRoot();
            if (!root.isNull())
                documents.push_back(std::move(root));
        }
    } catch (const TreeBuilder::Refusal &refusal) {
        return fail(refusal.code, refusal.message, place(name, refusal.line));
    } catch (const YAML::Exception &error) {
        return fail(ErrorCode::Malformed, "not YAML or JSON: " + error.msg,
                    place(name, error.mark.is_null() ? 0 : error.mark.line + 1));
    } catch (const std::exception &error) {
        return fail(ErrorCode::Malformed, std::string("not YAML or JSON: ") + error.what(), name);
    }
    return documents;
}

Result<Node> readDocument(std::string_view text, const std::string &name, const Limits &limits)
{
    TS_TRY(std::vector<Node> documents, readDocuments(text, name, limits));
    if (documents.empty())
        return Node();
    if (documents.size() > 1)
        return fail(ErrorCode::Malformed, "it holds " + countText(documents.size()) + " documents; only one goes here",
                    place(name, documents[1].line));
    return std::move(documents.front());
}

Result<std::string> readText(const std::string &path, const Limits &limits)
{
    constexpr std::size_t kBlockBytes = 64 * 1024;
    // One byte more than allowed: enough to see that there is more.
    TS_TRY(const std::unique_ptr<bytes::ByteStream> stream,
           bytes::openStream(path, {limits.maxBytes + 1, bytes::DecompressionLimits().maxRatio}));
    std::string text;
    std::string block(kBlockBytes, '\0');
    while (text.size() <= limits.maxBytes) {
        TS_TRY(const std::size_t count, stream->read(std::span(block)));
        if (count == 0)
            return text;
        text.append(block, 0, count);
    }
    return fail(ErrorCode::LimitReached, "it is larger than " + bytesText(limits.maxBytes), stream->name());
}

} // namespace tailspan::yaml
