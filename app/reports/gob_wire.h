// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// Takes one message of Go's gob encoding apart (the wire format that the package encoding/gob documents). Every step
/// gives nullopt where the message ends or holds something impossible; nothing is read beyond it.
class GobCursor {
public:
    explicit GobCursor(std::string_view message) : m_rest(message) {}

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    [[nodiscard]] std::optional<std::uint64_t> takeUnsigned();
    [[nodiscard]] std::optional<std::int64_t> takeSigned();
    /// A count of bytes and the bytes: a text, a byte slice, a value that encodes itself.
    [[nodiscard]] std::optional<std::string_view> takeBytes();

private:
    std::string_view m_rest;
};

/// The types that a gob stream has declared so far. Bounded: at most kMaxTypes, values nested at most kMaxDepth deep.
class GobTypes {
public:
    static constexpr std::int64_t kBool = 1;
    static constexpr std::int64_t kInt = 2;
    static constexpr std::int64_t kUint = 3;
    static constexpr std::int64_t kBytes = 5;
    static constexpr std::int64_t kString = 6;

    struct Field {
        std::string name;
        std::int64_t type = 0;
    };
    enum class Kind : std::uint8_t { Array, Slice, Struct, Map, SelfEncoded };
    struct Type {
        Kind kind = Kind::Struct;
        std::int64_t key = 0;
        std::int64_t element = 0;
        std::vector<Field> fields;
    };

    /// Reads the declaration of type `id`. False where it cannot be understood.
    [[nodiscard]] bool declare(std::int64_t id, GobCursor &cursor);
    /// nullptr for an unknown or built-in one.
    [[nodiscard]] const Type *find(std::int64_t id) const;
    /// Steps over a value of type `id`.
    [[nodiscard]] bool skip(std::int64_t id, GobCursor &cursor, int depth = 0) const;

private:
    static constexpr std::size_t kMaxTypes = 1000;
    static constexpr std::size_t kMaxFields = 1000;
    static constexpr int kMaxDepth = 32;

    [[nodiscard]] static bool readKind(std::uint64_t kind, GobCursor &cursor, Type &type);
    [[nodiscard]] static bool readFields(GobCursor &cursor, Type &type);
    [[nodiscard]] bool skipDeclared(const Type &type, GobCursor &cursor, int depth) const;

    std::map<std::int64_t, Type> m_types;
};

/// Calls `take(field)` for each field of a struct value that is there; fields that are zero are left out by the
/// encoder. `take` reads the value and answers whether it could. False where the value is not whole.
template <class Take>
bool forEachGobField(GobCursor &cursor, Take take)
{
    constexpr std::uint64_t kMaxField = 100'000;
    std::uint64_t field = 0; // numbers are written as steps, from -1
    while (true) {
        const auto step = cursor.takeUnsigned();
        if (!step || *step > kMaxField)
            return false;
        if (*step == 0)
            return true;
        field += *step;
        if (field > kMaxField || !take(field - 1))
            return false;
    }
}

} // namespace tailspan::reports
