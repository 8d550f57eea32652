// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/alert_watch.h"
#include "app/workspace/shown_time.h"
#include "models/items/text_table_model.h"

#include <vector>

namespace tailspan::metrics {

using Rows = std::vector<items::TextTableModel::Row>;

// What stores say of now, as rows of tables; what is wrong comes first.

[[nodiscard]] Rows targetRows(const std::vector<workspace::WatchedStore> &stores, const workspace::ShownTime &times);
[[nodiscard]] Rows alertRows(const std::vector<workspace::WatchedStore> &stores, const workspace::ShownTime &times);
[[nodiscard]] Rows ruleRows(const std::vector<workspace::WatchedStore> &stores);
[[nodiscard]] Rows silenceRows(const std::vector<workspace::WatchedStore> &stores, const workspace::ShownTime &times);

} // namespace tailspan::metrics
