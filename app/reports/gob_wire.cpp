// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/gob_wire.h"

namespace tailspan::reports {

std::optional<std::uint64_t> GobCursor::takeUnsigned()
{
    if (m_rest.empty())
        return std::nullopt;
    const auto first = static_cast<unsigned char>(m_rest.front());
    m_rest.remove_prefix(1);
    if (first < 128)
        return first;
    // The complement of the number of bytes that follow, highest byte first.
    const std::size_t length = 256U - first;
    if (length > sizeof(std::uint64_t) || length > m_rest.size())
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : m_rest.substr(0, length))
        value = value << 8 | static_cast<unsigned char>(c);
    m_rest.remove_prefix(length);
    return value;
}

std::optional<std::int64_t> GobCursor::takeSigned()
{
    const auto value = takeUnsigned();
    if (!value)
        return std::nullopt;
    // The lowest bit says that the others are to be complemented.
    const std::uint64_t bits = *value >> 1;
    return static_cast<std::int64_t>((*value & 1) != 0 ? ~bits : bits);
}

std::optional<std::string_view> GobCursor::takeBytes()
{
    const auto length = takeUnsigned();
    if (!length || *length > m_rest.size())
        return std::nullopt;
    const std::string_view bytes = m_rest.substr(0, static_cast<std::size_t>(*length));
    m_rest.remove_prefix(bytes.size());
    return bytes;
}

const GobTypes::Type *GobTypes::find(std::int64_t id) const
{
    const auto at = m_types.find(id);
    return at == m_types.end() ? nullptr : &at->second;
}

bool GobTypes::declare(std::int64_t id, GobCursor &cursor)
{
    Type type;
    bool hasKind = false;
    // A declaration has one of seven fields: what kind of type it is.
    const bool isWhole = forEachGobField(cursor, [&](std::uint64_t kind) {
        hasKind = true;
        return readKind(kind, cursor, type);
    });
    if (!isWhole || !hasKind || m_types.size() >= kMaxTypes)
        return false;
    m_types[id] = std::move(type);
    return true;
}

bool GobTypes::readKind(std::uint64_t kind, GobCursor &cursor, Type &type)
{
    constexpr Kind kKinds[] = {Kind::Array,       Kind::Slice,       Kind::Struct,     Kind::Map,
                               Kind::SelfEncoded, Kind::SelfEncoded, Kind::SelfEncoded};
    if (kind >= std::size(kKinds))
        return false;
    type.kind = kKinds[kind];
    return forEachGobField(cursor, [&](std::uint64_t field) {
        if (field == 0) // the name and the number of the type
            return forEachGobField(cursor, [&](std::uint64_t part) {
                return part == 0 ? cursor.takeBytes().has_value() : cursor.takeSigned().has_value();
            });
        if (type.kind == Kind::Struct && field == 1)
            return readFields(cursor, type);
        const auto number = cursor.takeSigned();
        if (type.kind == Kind::Map && field == 1)
            type.key = number.value_or(0);
        else if (type.kind == Kind::Map || field == 1)
            type.element = number.value_or(0);
        return number.has_value();
    });
}

bool GobTypes::readFields(GobCursor &cursor, Type &type)
{
    const auto count = cursor.takeUnsigned();
    if (!count || *count > kMaxFields)
        return false;
    for (std::uint64_t i = 0; i < *count; ++i) {
        Field field;
        const bool isWhole = forEachGobField(cursor, [&](std::uint64_t part) {
            if (part == 0) {
                const auto name = cursor.takeBytes();
                field.name = name.value_or(std::string_view());
                return name.has_value();
            }
            const auto number = cursor.takeSigned();
            field.type = number.value_or(0);
            return number.has_value();
        });
        if (!isWhole)
            return false;
        type.fields.push_back(std::move(field));
    }
    return true;
}

bool GobTypes::skip(std::int64_t id, GobCursor &cursor, int depth) const
{
    constexpr std::int64_t kFloat = 4;
    constexpr std::int64_t kComplex = 7;
    if (depth > kMaxDepth)
        return false;
    switch (id) {
    case kBool:
    case kInt:
    case kUint:
    case kFloat: return cursor.takeUnsigned().has_value();
    case kBytes:
    case kString: return cursor.takeBytes().has_value();
    case kComplex: return cursor.takeUnsigned() && cursor.takeUnsigned();
    default: break;
    }
    const Type *type = find(id);
    return type != nullptr && skipDeclared(*type, cursor, depth);
}

bool GobTypes::skipDeclared(const Type &type, GobCursor &cursor, int depth) const
{
    if (type.kind == Kind::SelfEncoded)
        return cursor.takeBytes().has_value();
    if (type.kind == Kind::Struct)
        return forEachGobField(cursor, [&](std::uint64_t field) {
            return field < type.fields.size() && skip(type.fields[field].type, cursor, depth + 1);
        });
    const auto count = cursor.takeUnsigned();
    if (!count)
        return false;
    for (std::uint64_t i = 0; i < *count; ++i) { // ends with the message at the latest: each value takes a byte
        if (type.kind == Kind::Map && !skip(type.key, cursor, depth + 1))
            return false;
        if (!skip(type.element, cursor, depth + 1))
            return false;
    }
    return true;
}

} // namespace tailspan::reports
