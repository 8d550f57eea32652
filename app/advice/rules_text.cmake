# SPDX-License-Identifier: GPL-3.0-or-later
# Compiles resources/rules/advisor.yaml in. In pieces: a literal may have 65,536 characters at least, not more.
set(rules_source ${CMAKE_SOURCE_DIR}/resources/rules/advisor.yaml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rules_source})
file(READ ${rules_source} rules_text)
string(REGEX REPLACE "\n(# ---- )" ")yaml\"\nR\"yaml(\n\\1" rules_text "${rules_text}")
set(rules_text_file ${CMAKE_BINARY_DIR}/generated/rules_text.cpp)
file(CONFIGURE OUTPUT ${rules_text_file} @ONLY CONTENT [=[// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_text.h"

namespace tailspan::advice {

std::string_view builtInRulesText()
{
    return R"yaml(@rules_text@)yaml";
}

} // namespace tailspan::advice
]=])
