// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/structural_index.h"

#include <string_view>

namespace tailspan::json {

/// A copy of a short JSON text, cut off anywhere, with its index: for looking at the head of a file.
class IndexedText {
public:
    explicit IndexedText(std::string_view text);
    /// On the first structural character; valid as long as this lives.
    [[nodiscard]] JsonCursor cursor() const { return m_index.cursor(); }
    [[nodiscard]] const char *data() const { return m_buffer.data(); }

private:
    PaddedBuffer m_buffer;
    StructuralIndex m_index;
};

} // namespace tailspan::json
