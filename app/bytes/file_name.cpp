// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/file_name.h"

namespace tailspan::bytes {

std::string fileNameOf(const std::string &path)
{
    const std::size_t last = path.find_last_not_of('/');
    const std::string trimmed = path.substr(0, last == std::string::npos ? path.size() : last + 1);
    return trimmed.substr(trimmed.find_last_of('/') + 1);
}

} // namespace tailspan::bytes
