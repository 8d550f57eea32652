// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/statement_shape.h"

#include <string>

namespace tailspan::sql {

/// What a normalised statement asks of its tables; StatementShape::problem says why when it cannot be told. Whether it
/// may be planned by EXPLAIN is StatementShape::isReadOnly, together with what the server says of its functions
/// (app/verify asks). Thread: any.
[[nodiscard]] advisor::StatementShape readShape(const std::string &text);

} // namespace tailspan::sql
