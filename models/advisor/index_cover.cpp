// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_cover.h"

#include "models/advisor/index_text.h"

#include <algorithm>
#include <cctype>

namespace tailspan::advisor {

namespace {

bool isSameKey(const IndexPart &part, const CandidateKey &key)
{
    if (part.isExpression != key.isExpression)
        return false;
    const bool isSameText = part.isExpression ? comparableExpression(part.text) == comparableExpression(key.text)
                                              : part.text == key.text;
    // An operator class that the candidate needs must be there; one that it does not need only serves equality.
    return isSameText && (key.operatorClass.empty() || part.operatorClass.starts_with(key.operatorClass));
}

/// Whether the condition of a partial index is about one of these columns: then it holds the rows that are meant.
bool isAbout(const std::string &predicate, const CandidateKey &key)
{
    const std::string condition = comparableExpression(predicate);
    const std::string column = comparableExpression(key.text);
    for (std::size_t at = condition.find(column); at != std::string::npos; at = condition.find(column, at + 1)) {
        const auto isNameLetter = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
        const std::size_t end = at + column.size();
        if ((at == 0 || !isNameLetter(condition[at - 1])) && (end == condition.size() || !isNameLetter(condition[end])))
            return true;
    }
    return false;
}

/// The keys that the index's own keys have to hold: all, or those that a partial index's condition leaves open.
std::vector<CandidateKey> keysLeft(const IndexFacts &index, const IndexCandidate &candidate, std::size_t &anyOrder)
{
    std::vector<CandidateKey> left;
    std::size_t equal = 0;
    const bool isSamePart = comparableExpression(index.predicate) == comparableExpression(candidate.predicate);
    for (std::size_t i = 0; i < candidate.keys.size(); ++i) {
        const bool isSaid = !index.predicate.empty() && !isSamePart && i < anyOrder
            && isAbout(index.predicate, candidate.keys[i]);
        if (isSaid)
            continue;
        left.push_back(candidate.keys[i]);
        equal += i < anyOrder ? 1 : 0;
    }
    anyOrder = equal;
    return left;
}

bool isInOrder(const IndexFacts &index, const std::vector<CandidateKey> &keys, std::size_t from)
{
    bool isForward = true;
    bool isBackward = true;
    for (std::size_t i = from; i < keys.size(); ++i) {
        if (!isSameKey(index.keys[i], keys[i]))
            return false;
        const bool isSame = index.keys[i].isDescending == keys[i].isDescending
            && index.keys[i].isNullsFirst == keys[i].isNullsFirst;
        const bool isOpposite = index.keys[i].isDescending != keys[i].isDescending
            && index.keys[i].isNullsFirst != keys[i].isNullsFirst;
        isForward = isForward && isSame;
        isBackward = isBackward && isOpposite;
    }
    return isForward || isBackward;
}

bool holds(const IndexFacts &index, const IndexCandidate &candidate, std::size_t anyOrder)
{
    const bool isSamePart = comparableExpression(index.predicate) == comparableExpression(candidate.predicate);
    const std::vector<CandidateKey> keys = keysLeft(index, candidate, anyOrder);
    if (!index.predicate.empty() && !isSamePart && keys.size() == candidate.keys.size())
        return false;
    if (keys.size() > index.keys.size())
        return false;
    const auto isLeading = [&](const CandidateKey &key) {
        const auto end = index.keys.begin() + static_cast<std::ptrdiff_t>(anyOrder);
        return std::any_of(index.keys.begin(), end, [&](const IndexPart &part) { return isSameKey(part, key); });
    };
    const auto equalEnd = keys.begin() + static_cast<std::ptrdiff_t>(anyOrder);
    if (!std::all_of(keys.begin(), equalEnd, isLeading))
        return false;
    return index.method != "btree" || isInOrder(index, keys, anyOrder);
}

} // namespace

const IndexFacts *coveringIndex(const PostgresFacts &facts, const IndexCandidate &candidate, std::size_t anyOrder)
{
    for (const IndexFacts &index : facts.indexes) {
        const bool isThere = index.isValid && index.table == candidate.table && index.schema == candidate.schema;
        const auto isHeld = [&](const std::string &column) {
            return std::ranges::find(index.included, column) != index.included.end()
                || std::ranges::find(index.keys, column, &IndexPart::text) != index.keys.end();
        };
        if (isThere && holds(index, candidate, std::min(anyOrder, candidate.keys.size()))
            && std::ranges::all_of(candidate.included, isHeld))
            return &index;
    }
    return nullptr;
}

bool servesAs(const IndexFacts &wide, const IndexFacts &narrow)
{
    if (wide.method != narrow.method || wide.keys.size() < narrow.keys.size()
        || comparableExpression(wide.predicate) != comparableExpression(narrow.predicate))
        return false;
    const bool isPrefix = narrow.method == "btree" || wide.keys.size() == narrow.keys.size();
    for (std::size_t i = 0; isPrefix && i < narrow.keys.size(); ++i) {
        const IndexPart &ours = wide.keys[i];
        const IndexPart &theirs = narrow.keys[i];
        if (comparableExpression(ours.text) != comparableExpression(theirs.text)
            || ours.operatorClass != theirs.operatorClass || ours.isDescending != theirs.isDescending
            || ours.isNullsFirst != theirs.isNullsFirst)
            return false;
    }
    const auto isHeld = [&](const std::string &column) {
        return std::ranges::find(wide.included, column) != wide.included.end()
            || std::ranges::find(wide.keys, column, &IndexPart::text) != wide.keys.end();
    };
    return isPrefix && std::ranges::all_of(narrow.included, isHeld);
}

} // namespace tailspan::advisor
