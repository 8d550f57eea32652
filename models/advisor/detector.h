// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/inputs.h"
#include "models/advisor/rules.h"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

struct DetectorInfo {
    std::string_view id; ///< "db.missing-index": kind and name, stable.
    FindingKind kind = FindingKind::Database;
    std::string_view title; ///< "Missing index"
    InputSet needs;         ///< Without all of these it does not run.
    InputSet uses;          ///< Makes it sharper where there.
};

/// What could not be judged, and what would help: shown under the findings. Nothing is guessed in its place.
struct Unjudged {
    std::string detector;
    std::string what; ///< "statement 42 of pg_stat_statements"; empty: the whole detector.
    std::string why;  ///< "its text does not parse: syntax error at \"$1\""
    std::string how;  ///< How to provide what is missing; may be empty.
};

/// What a detector gives. Owner: the runner; one a detector.
struct Output {
    std::vector<Finding> findings;
    std::vector<Unjudged> unjudged;
};

/// Looks for one kind of trouble in what was observed. Pure: no clock, no network, no file. Says nothing rather than
/// guess. Thread: any; several detectors run at once, one object may serve several runs.
class Detector {
public:
    virtual ~Detector() = default;
    [[nodiscard]] virtual DetectorInfo info() const = 0;
    /// Called only when all that info().needs is present. Looks at `stop` at least every 4,096 records; what it gave
    /// until then is dropped.
    virtual void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop,
                        Output &output) const = 0;
};

using DetectorPtr = std::unique_ptr<Detector>;
/// All detectors, in the order of detector_list.h.
[[nodiscard]] std::vector<DetectorPtr> makeDetectors();

} // namespace tailspan::advisor
