# SPDX-License-Identifier: GPL-3.0-or-later
# Compiles the statements of resources/sql in: sql_texts.h says how they are asked for.
file(GLOB sql_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/resources/sql/*.sql)
set(sql_entries "")
foreach(sql_file ${sql_files})
    get_filename_component(sql_name ${sql_file} NAME_WE)
    file(READ ${sql_file} sql_text)
    string(APPEND sql_entries "    {\"${sql_name}\", R\"sql(${sql_text})sql\"},\n")
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sql_files})
set(sql_texts_file ${CMAKE_BINARY_DIR}/generated/sql_texts.cpp)
file(CONFIGURE OUTPUT ${sql_texts_file} @ONLY CONTENT [=[// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/sql_texts.h"

#include <array>
#include <utility>

namespace tailspan::sources {

std::string_view sqlText(std::string_view name)
{
    static constexpr std::pair<std::string_view, std::string_view> kTexts[] = {
@sql_entries@    };
    for (const auto &[known, text] : kTexts) {
        if (known == name)
            return text;
    }
    return {};
}

} // namespace tailspan::sources
]=])
