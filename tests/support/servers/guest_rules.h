// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace tailspan::test {

// What a guest may ask of a store. The lists stand here once more, apart from the product's own: a test that took them
// from the product would agree with whatever it sends. Thread: any.

/// Of the log of a PostgreSQL server that writes kPostgresLogPrefix and every statement: what a client under test sent
/// that is no single SELECT of listed functions inside BEGIN READ ONLY. Clients under test are all but the superuser,
/// and whoever calls itself "tailspan". What PgBouncer sends on its own behalf is no statement of theirs.
inline constexpr const char *kPostgresLogPrefix = "%u|%a|%p|";
[[nodiscard]] QStringList forbiddenSql(const QString &log);

/// Commands of clients under test in the lines of MONITOR. Those of a connection that named itself as one of kWriters
/// are left out: they fill the store.
inline constexpr const char *kTestClient = "test";
inline constexpr const char *kSimulatorClient = "tailspan_sim";
[[nodiscard]] QStringList guestCommands(const QStringList &monitorLines);
/// Those of them that are not on the list, or read what nobody may read.
[[nodiscard]] QStringList forbiddenCommands(const QStringList &guestCommands);

/// Says what was sent to which server and lets the program end with a failure, however its tests went: servers are
/// stopped when the last test is over. Nothing to do for an empty list.
void failForForbidden(const QString &server, const QStringList &forbidden);

} // namespace tailspan::test
