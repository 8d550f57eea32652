// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::metric {

/// An alert as Prometheus or Alertmanager knows it now.
struct MetricAlert {
    enum class State : std::uint8_t { Pending, Firing, Suppressed, Resolved };
    Labels labels; ///< With alertname.
    Labels annotations;
    State state = State::Firing;
    std::optional<std::int64_t> sinceNs;
    std::optional<std::int64_t> endsNs;   ///< When it ends by itself unless it is renewed; of Alertmanager only.
    std::vector<std::string> silencedBy;  ///< Ids of silences; of Alertmanager only.
    std::vector<std::string> inhibitedBy; ///< Fingerprints of alerts; of Alertmanager only.
    std::string fingerprint;
};

/// A rule of Prometheus.
struct MetricRule {
    enum class Kind : std::uint8_t { Alerting, Recording };
    std::string group;
    std::string name;
    std::string query;
    Kind kind = Kind::Alerting;
    std::int64_t forNs = 0; ///< How long the condition must hold.
    std::string state;      ///< "firing", "pending", "inactive"; "" of a recording rule.
    std::string health;     ///< "ok", "err", "unknown".
    std::string lastError;
    Labels labels;
    Labels annotations;
};

struct SilenceMatcher {
    std::string name;
    std::string value;
    bool isRegex = false;
    bool isEqual = true; ///< False: must not match.
};

/// A silence of Alertmanager.
struct Silence {
    std::string id;
    std::string state; ///< "active", "pending", "expired".
    std::vector<SilenceMatcher> matchers;
    std::optional<std::int64_t> startsNs;
    std::optional<std::int64_t> endsNs;
    std::string createdBy;
    std::string comment;
};

} // namespace tailspan::metric
