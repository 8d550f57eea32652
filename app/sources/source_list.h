// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// The trace sources, in the order of lists; one line each.
#define TAILSPAN_SOURCES(X) X(Redis) X(Postgres)
