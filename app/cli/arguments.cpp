// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include "models/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace tailspan::cli {

Result<Arguments> parseArguments(const std::vector<std::string> &arguments, const std::vector<OptionSpec> &known)
{
    Arguments result;
    bool onlyFiles = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
        if (onlyFiles || !argument.starts_with('-') || argument == "-") {
            result.files.push_back(argument);
            continue;
        }
        if (argument == "--") {
            onlyFiles = true;
            continue;
        }
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const auto spec =
            std::find_if(known.begin(), known.end(), [&](const OptionSpec &option) { return option.name == name; });
        if (spec == known.end())
            return fail(ErrorCode::Unsupported, "does not know the option " + oneLine(name));
        std::string value;
        if (equals != std::string::npos)
            value = argument.substr(equals + 1);
        else if (spec->hasValue && i + 1 < arguments.size())
            value = arguments[++i];
        else if (spec->hasValue)
            return fail(ErrorCode::Unsupported, "option " + name + " lacks its value");
        if (!spec->hasValue && equals != std::string::npos)
            return fail(ErrorCode::Unsupported, "option " + name + " takes no value");
        result.inOrder.emplace_back(name, value);
        result.options[name] = std::move(value);
    }
    return result;
}

namespace {

/// Controls, and what changes the direction of text or cannot be seen.
bool isUnsafe(char32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F)
        || (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF;
}

/// The code point at `at` of well-formed text and how many bytes it has.
std::pair<char32_t, std::size_t> pointAt(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    return {point, length};
}

} // namespace

std::string oneLine(std::string_view text)
{
    std::uint64_t replaced = 0;
    const std::string valid = validUtf8(text, replaced);
    std::string result;
    for (std::size_t at = 0; at < valid.size();) {
        const auto [point, length] = pointAt(valid, at);
        if (isUnsafe(point)) {
            std::array<char, 12> escape{};
            (void)std::snprintf(escape.data(), escape.size(), point < 0x80 ? "\\x%02x" : "\\u%04x",
                                static_cast<unsigned>(point));
            result += escape.data();
        } else {
            result.append(valid, at, length);
        }
        at += length;
    }
    return result;
}

} // namespace tailspan::cli
