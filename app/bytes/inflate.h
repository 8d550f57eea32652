// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tailspan::bytes {

struct Inflated {
    std::string bytes;
    bool isTruncated = false; ///< The packed bytes ended early; `bytes` holds what they gave.
};

/// Unpacks gzip or zlib bytes in memory (told apart by their first bytes); whole files go through decompress.h.
/// Errors: Malformed, LimitReached beyond `maxBytes`. `name` is the context of errors. Thread: any.
[[nodiscard]] Result<Inflated> inflated(std::string_view packed, std::size_t maxBytes, const std::string &name);

} // namespace tailspan::bytes
