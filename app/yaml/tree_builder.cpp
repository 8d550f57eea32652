// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/tree_builder.h"

#include "models/base/number_text.h"
#include "models/base/utf8.h"

#include <yaml-cpp/mark.h>

#include <algorithm>
#include <set>

namespace tailspan::yaml {

namespace {

int lineOf(const YAML::Mark &mark)
{
    return mark.line + 1;
}

std::string cleanText(const std::string &text)
{
    std::uint64_t replaced = 0;
    return validUtf8(text, replaced);
}

bool isMerge(const Entry &entry)
{
    const auto isMap = [](const Node &node) { return node.isMap(); };
    return entry.key == "<<"
        && (entry.value.isMap() || (entry.value.isList() && std::ranges::all_of(entry.value.items, isMap)));
}

/// The entries of `source` that the map does not have yet.
void addMissing(std::vector<Entry> &map, std::set<std::string> &keys, Node source)
{
    for (Entry &entry : source.map) {
        if (keys.insert(entry.key).second)
            map.push_back(std::move(entry));
    }
}

/// `<<` brings the entries of a map, or of several, of which the first has precedence; own ones win.
void unfoldMerges(std::vector<Entry> &map)
{
    const auto firstMerge = std::stable_partition(map.begin(), map.end(), [](const Entry &e) { return !isMerge(e); });
    if (firstMerge == map.end())
        return;
    std::vector<Entry> merges{std::make_move_iterator(firstMerge), std::make_move_iterator(map.end())};
    map.erase(firstMerge, map.end());
    std::set<std::string> keys;
    for (const Entry &entry : map)
        keys.insert(entry.key);
    for (Entry &merge : merges) {
        if (merge.value.isMap())
            addMissing(map, keys, std::move(merge.value));
        for (Node &source : merge.value.items)
            addMissing(map, keys, std::move(source));
    }
}

} // namespace

Node TreeBuilder::takeRoot()
{
    m_anchors.clear();
    return std::exchange(m_root, Node());
}

void TreeBuilder::OnDocumentStart(const YAML::Mark &mark)
{
    m_open.clear();
    m_anchors.clear();
    m_root = Node();
    m_root.line = lineOf(mark);
}

void TreeBuilder::OnNull(const YAML::Mark &mark, YAML::anchor_t anchor)
{
    Node node;
    node.line = lineOf(mark);
    charge({1, 0, 0}, node.line);
    complete(std::move(node), {1, 0, 0}, anchor);
}

void TreeBuilder::OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                           const std::string &value)
{
    Node node;
    node.kind = Node::Kind::Text;
    node.isQuoted = tag != "?"; // the parser's tag of a plain word; one with a tag of its own is meant as it says
    node.line = lineOf(mark);
    node.text = cleanText(value);
    const Cost cost{1, node.text.size(), 0};
    charge(cost, node.line);
    complete(std::move(node), cost, anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor)
{
    const auto found = m_anchors.find(anchor);
    if (found == m_anchors.end()) // known to the parser, so it is one of those that are still open
        throw Refusal{ErrorCode::Malformed, "an anchor contains itself", lineOf(mark)};
    charge(found->second.cost, lineOf(mark));
    complete(found->second.node, found->second.cost, 0);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark &mark, const std::string & /*tag*/, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/)
{
    open(mark, Node::Kind::List, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark &mark, const std::string & /*tag*/, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/)
{
    open(mark, Node::Kind::Map, anchor);
}

void TreeBuilder::open(const YAML::Mark &mark, Node::Kind kind, YAML::anchor_t anchor)
{
    Open opened;
    opened.node.kind = kind;
    opened.node.line = lineOf(mark);
    opened.cost = {1, 0, 1};
    opened.anchor = anchor;
    charge(opened.cost, opened.node.line);
    m_open.push_back(std::move(opened));
}

void TreeBuilder::close()
{
    Open closed = std::move(m_open.back());
    m_open.pop_back();
    if (closed.node.isMap())
        unfoldMerges(closed.node.map);
    complete(std::move(closed.node), closed.cost, closed.anchor);
}

void TreeBuilder::complete(Node node, const Cost &cost, YAML::anchor_t anchor)
{
    if (anchor != 0) {
        charge({cost.values, cost.textBytes, 0}, node.line); // the copy kept for aliases takes as much
        m_anchors.insert_or_assign(anchor, Anchored{node, cost});
    }
    if (m_open.empty())
        m_root = std::move(node);
    else
        addTo(m_open.back(), std::move(node), cost);
}

void TreeBuilder::addTo(Open &parent, Node node, const Cost &cost)
{
    parent.cost.values += cost.values;
    parent.cost.textBytes += cost.textBytes;
    parent.cost.depth = std::max(parent.cost.depth, cost.depth + 1);
    if (parent.node.isList()) {
        parent.node.items.push_back(std::move(node));
    } else if (parent.key) {
        parent.key->value = std::move(node);
        parent.node.map.push_back(std::move(*parent.key));
        parent.key.reset();
    } else if (node.isText() || node.isNull()) {
        parent.key = Entry{std::move(node.text), node.line, Node()};
    } else {
        throw Refusal{ErrorCode::Malformed, "a key is not a plain word", node.line};
    }
}

void TreeBuilder::charge(const Cost &cost, int line)
{
    m_total.values += cost.values;
    m_total.textBytes += cost.textBytes;
    if (m_open.size() + cost.depth > m_limits.maxDepth)
        throw Refusal{ErrorCode::LimitReached, "nested too deep: more than " + countText(m_limits.maxDepth) + " levels",
                      line};
    if (m_total.values > m_limits.maxValues)
        throw Refusal{ErrorCode::LimitReached, "it unfolds to more than " + countText(m_limits.maxValues) + " values",
                      line};
    if (m_total.textBytes > 4 * m_limits.maxBytes)
        throw Refusal{ErrorCode::LimitReached, "its aliases unfold to more than " + bytesText(4 * m_limits.maxBytes),
                      line};
}

} // namespace tailspan::yaml
