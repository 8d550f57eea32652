// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::yaml {

struct Entry;

/// A value of a YAML document, also of JSON: aliases and merge keys (`<<`) unfolded, tags dropped, texts valid UTF-8.
struct Node {
    enum class Kind : unsigned char { Null, Text, List, Map };
    Kind kind = Kind::Null;
    bool isQuoted = false;   ///< Of Text: in quotes or as a block, so that `"8"` and `"true"` are words, not values.
    int line = 1;            ///< From 1; where the value begins. What came by an alias keeps the line of its anchor.
    std::string text;        ///< Of Text.
    std::vector<Node> items; ///< Of List.
    std::vector<Entry> map;  ///< Of Map, in the order of the file; a key that stands twice is here twice.

    [[nodiscard]] bool isNull() const { return kind == Kind::Null; }
    [[nodiscard]] bool isText() const { return kind == Kind::Text; }
    [[nodiscard]] bool isList() const { return kind == Kind::List; }
    [[nodiscard]] bool isMap() const { return kind == Kind::Map; }
    /// Of Map: the value of the key, of the last where it stands twice; null where there is none. Valid as long as this.
    [[nodiscard]] const Node *find(std::string_view key) const;
};

struct Entry {
    std::string key; ///< Empty where it is null.
    int line = 1;    ///< Of the key: the value may begin below it.
    Node value;
};

/// What a file may cost. An alias counts what it unfolds to, because a few lines can name billions of values; texts
/// likewise, up to four times `maxBytes`.
struct Limits {
    std::size_t maxBytes = std::size_t{1} << 20U;
    std::size_t maxValues = 10'000;
    std::size_t maxDepth = 32; ///< Levels of lists and maps.
};

/// The one document of a text; Null for a text without any. `name` is the file's, for errors.
/// Errors, with the line where it is known: Malformed for what is no YAML, a key that is a list or a map, an anchor that
/// contains itself, and more than one document; LimitReached beyond `limits`.
[[nodiscard]] Result<Node> readDocument(std::string_view text, const std::string &name, const Limits &limits = {});

/// All documents of a text, which `---` divides, without the empty ones. The limits are those of all together.
[[nodiscard]] Result<std::vector<Node>> readDocuments(std::string_view text, const std::string &name,
                                                      const Limits &limits = {});

/// The bytes of a file for these functions, plain or packed. Errors: those of bytes::openStream; LimitReached for more
/// than `limits.maxBytes`.
[[nodiscard]] Result<std::string> readText(const std::string &path, const Limits &limits = {});

} // namespace tailspan::yaml
