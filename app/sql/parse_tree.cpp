// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/parse_tree.h"

#include <pg_query.h>

#include <algorithm>
#include <memory>

namespace tailspan::sql {

namespace {

struct FreeParsed {
    PgQueryParseResult result;
    explicit FreeParsed(const char *text) : result(pg_query_parse(text)) {}
    FreeParsed(const FreeParsed &) = delete;
    FreeParsed &operator=(const FreeParsed &) = delete;
    FreeParsed(FreeParsed &&) = delete;
    FreeParsed &operator=(FreeParsed &&) = delete;
    ~FreeParsed() { pg_query_free_parse_result(result); }
};

/// Depth of brackets outside texts: what a walk over the tree has to expect, known before the tree is built.
int depthOf(std::string_view json)
{
    int depth = 0;
    int deepest = 0;
    bool isText = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (isText) {
            i += c == '\\' ? 1 : 0;
            isText = c != '"';
        } else if (c == '"') {
            isText = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

const Node kNothing;

} // namespace

Result<Node> parseStatement(const std::string &text)
{
    if (text.size() > kLongestText)
        return fail(ErrorCode::LimitReached, "The statement is longer than 256 KiB.");
    if (text.find('\0') != std::string::npos)
        return fail(ErrorCode::Malformed, "The statement holds a zero byte.");
    const FreeParsed parsed(text.c_str());
    if (parsed.result.error != nullptr)
        return fail(ErrorCode::Malformed,
                    std::string("The statement does not parse: ") + parsed.result.error->message + " at letter "
                        + std::to_string(parsed.result.error->cursorpos) + ".");
    if (depthOf(parsed.result.parse_tree) > kDeepestTree)
        return fail(ErrorCode::LimitReached, "The statement is nested too deeply to be looked at.");
    Node tree = Node::parse(parsed.result.parse_tree, nullptr, false);
    const Node &statements = member(tree, "stmts");
    if (!statements.is_array() || statements.empty())
        return fail(ErrorCode::Malformed, "There is no statement in the text.");
    if (statements.size() > 1)
        return fail(ErrorCode::Unsupported, "The text holds several statements.");
    return Node(member(statements.front(), "stmt"));
}

std::string withoutConstants(const std::string &text)
{
    if (text.size() > kLongestText || text.find('\0') != std::string::npos)
        return {};
    const PgQueryNormalizeResult result = pg_query_normalize(text.c_str());
    std::string normalised = result.error == nullptr ? std::string(result.normalized_query) : std::string();
    pg_query_free_normalize_result(result);
    return normalised;
}

const Node &member(const Node &node, std::string_view name)
{
    if (!node.is_object())
        return kNothing;
    const auto found = node.find(name);
    return found == node.end() ? kNothing : *found;
}

Typed typed(const Node &node)
{
    if (!node.is_object() || node.size() != 1)
        return {{}, &kNothing};
    return {node.begin().key(), &node.begin().value()};
}

std::string textOf(const Node &node, std::string_view name)
{
    const Node &value = member(node, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> namesOf(const Node &list)
{
    std::vector<std::string> names;
    if (!list.is_array())
        return names;
    for (const Node &item : list) {
        const auto [type, node] = typed(item);
        names.push_back(type == "A_Star" ? "*" : textOf(*node, "sval"));
    }
    return names;
}

} // namespace tailspan::sql
