// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// The trace sources, in the order of lists; one line each.
#define TAILSPAN_SOURCES(X) X(Redis) X(Postgres)

/// The stores of metrics, and those of alerts alone.
#define TAILSPAN_METRIC_SOURCES(X) X(Prometheus)
#define TAILSPAN_ALERT_SOURCES(X) X(Alertmanager)
