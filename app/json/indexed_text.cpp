// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/indexed_text.h"

#include <algorithm>

namespace tailspan::json {

IndexedText::IndexedText(std::string_view text)
{
    m_buffer.reserve(text.size() + 1);
    std::copy(text.begin(), text.end(), m_buffer.data());
    m_buffer.setSize(text.size());
    m_buffer.seal();
    DataQuality ignored; // what is odd about the text is counted when it is read in full
    m_index.index(m_buffer, ignored);
}

} // namespace tailspan::json
