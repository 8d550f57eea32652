// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_head.h"

#include <algorithm>

namespace tailspan::tracefiles {

JsonHead::JsonHead(std::string_view head) : m_text(head), m_root(objectAt(m_text.cursor())) {}

bool JsonHead::Object::has(std::string_view key) const
{
    return std::any_of(fields.begin(), fields.end(), [&](const auto &field) { return field.first == key; });
}

JsonHead::Object JsonHead::firstIn(const Object &object, std::string_view key) const
{
    for (const auto &[name, value] : object.fields) {
        if (name == key)
            return objectAt(value);
    }
    return {};
}

JsonHead::Object JsonHead::objectAt(json::JsonCursor cursor)
{
    constexpr int kNestedArrays = 2;
    for (int i = 0; i < kNestedArrays && cursor.peek() == '['; ++i)
        cursor.advance();
    Object object;
    if (cursor.peek() == '{') {
        (void)json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
            object.fields.emplace_back(key, value);
            return value.skipValue();
        });
    }
    return object;
}

} // namespace tailspan::tracefiles
