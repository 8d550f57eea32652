// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/shape_reader.h"

#include "app/sql/statement_walk.h"

namespace tailspan::sql {

using advisor::StatementShape;

StatementShape readShape(const std::string &text)
{
    const auto tree = parseStatement(text);
    if (!tree) {
        StatementShape shape;
        shape.problem = tree.error().message;
        shape.whyNotReadOnly = shape.problem;
        return shape;
    }
    return StatementWalk().read(*tree);
}

} // namespace tailspan::sql
