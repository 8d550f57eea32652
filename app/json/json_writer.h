// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

namespace tailspan::json {

/// Writes JSON front to back without holding it: documents of any size. Keys keep their order; text is valid UTF-8
/// with control characters escaped; numbers that are not finite become null. Misuse (a value without its key) is a
/// mistake of the caller and not checked.
class JsonWriter {
public:
    explicit JsonWriter(std::ostream &out) : m_out(out) {}

    void beginObject() { open('{'); }
    void endObject() { close('}'); }
    void beginArray() { open('['); }
    void endArray() { close(']'); }
    void key(std::string_view name);

    void text(std::string_view value);
    void number(std::int64_t value);
    void number(std::uint64_t value);
    void number(double value);
    void boolean(bool value);
    void null();

    // A key and its value.
    void text(std::string_view name, std::string_view value) { key(name), text(value); }
    void number(std::string_view name, std::int64_t value) { key(name), number(value); }
    void number(std::string_view name, std::uint64_t value) { key(name), number(value); }
    void number(std::string_view name, std::uint32_t value) { key(name), number(std::uint64_t{value}); }
    void number(std::string_view name, double value) { key(name), number(value); }
    void boolean(std::string_view name, bool value) { key(name), boolean(value); }
    template <class Number>
    void optional(std::string_view name, const std::optional<Number> &value)
    {
        key(name);
        if (value)
            number(*value);
        else
            null();
    }
    void optional(std::string_view name, const std::optional<bool> &value)
    {
        key(name);
        if (value)
            boolean(*value);
        else
            null();
    }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void quoted(std::string_view value);

    std::ostream &m_out;
    std::vector<bool> m_hasMembers; // of the open objects and arrays
    bool m_afterKey = false;
};

} // namespace tailspan::json
