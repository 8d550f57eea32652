// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include "models/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>

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
        const auto spec = std::find_if(known.begin(), known.end(), [&](const OptionSpec &option) { return option.name == name; });
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
        result.options[name] = std::move(value);
    }
    return result;
}

std::string oneLine(std::string_view text)
{
    std::uint64_t replaced = 0;
    const std::string valid = validUtf8(text, replaced);
    std::string result;
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const std::string_view rest = std::string_view(valid).substr(i);
        if (byte < 0x20 || byte == 0x7F) {
            std::array<char, 8> escape{};
            (void)std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
            result += escape.data();
        } else if (rest.starts_with("\xC2") && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) {
            result += "\\u0080"; // a C1 control character
            ++i;
        } else if (rest.starts_with("\xE2\x80") && rest.size() > 2
                   && ((rest[2] >= '\xAA' && rest[2] <= '\xAE') || rest[2] == '\xA8' || rest[2] == '\xA9')) {
            result += "\\u202x"; // direction overrides and line separators
            i += 2;
        } else if (rest.starts_with("\xE2\x81") && rest.size() > 2 && rest[2] >= '\xA6' && rest[2] <= '\xA9') {
            result += "\\u206x"; // direction isolates
            i += 2;
        } else {
            result += valid[i];
        }
    }
    return result;
}

} // namespace tailspan::cli
