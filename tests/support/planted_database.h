// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace tailspan::test {

/// A database with faults of known kinds beside tables that look alike and are healthy, and the load that shows them:
/// rows 1 to 9 of the advisor's benchmark at small scale. All names are stable. Texts to be run one after the other:
/// changes count after the ANALYZE that a transaction of its own brings.
[[nodiscard]] QStringList plantedTables();
/// What applications ask, each statement many times with other values; one text, for the simple protocol.
[[nodiscard]] QString plantedLoad();
/// Statements of an artifact, in order: what psql would run one after the other.
[[nodiscard]] QStringList artifactStatements(const QString &text);

} // namespace tailspan::test
