// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/indexed_text.h"

#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::tracefiles {

/// The shape of a JSON file as far as its first bytes show it: which keys its outermost object has, and those of the
/// first object below a key. Works on a head that is cut off anywhere.
class JsonHead {
public:
    explicit JsonHead(std::string_view head);

    struct Object {
        std::vector<std::pair<std::string_view, json::JsonCursor>> fields;
        [[nodiscard]] bool has(std::string_view key) const;
        [[nodiscard]] bool isEmpty() const { return fields.empty(); }
    };
    /// The outermost object; for an array (also of arrays) its first element.
    [[nodiscard]] const Object &root() const { return m_root; }
    /// The object that is the value of `key`, or the first element of the array there; empty when there is none.
    [[nodiscard]] Object firstIn(const Object &object, std::string_view key) const;

private:
    [[nodiscard]] static Object objectAt(json::JsonCursor cursor);

    json::IndexedText m_text;
    Object m_root;
};

} // namespace tailspan::tracefiles
