// SPDX-License-Identifier: GPL-3.0-or-later
// Changes of an autoscaler tried on the history of its service.
#pragma once

#include "models/advisor/scaled_service.h"
#include "models/advisor/scaling_findings.h"

#include <functional>
#include <string>

namespace tailspan::advisor {

/// The controller as it is and as it would be, over one history.
struct TuningOutcome {
    ReplayResult before;
    ReplayResult after;
    /// Minutes a day above the use at which users notice, after the change: 80 % interval of drawing hours again.
    double low = 0;
    double expected = 0;
    double high = 0;
    double now = 0;           ///< The same before.
    bool isSafe = false;      ///< In neither half of the history are there more such minutes than before.
    bool isSeenTwice = false; ///< In both halves there are fewer, or fewer pod-hours.
    double savedPodShare = 0; ///< Of the pod-hours, 0 to 1; negative: it costs some.

    [[nodiscard]] double hotShareLeft() const; ///< 1 where there was none before.
};
using ChangeQuestion = std::function<void(ReplayQuestion &)>;
/// Replays both. `hotRatio`: use of a pod at which users notice.
[[nodiscard]] TuningOutcome tryChange(const ScaledService &service, double hotRatio, const ChangeQuestion &change,
                                      const std::stop_token &stop);

/// A finding about an autoscaler with what all of them have: subject, confidence by the length of the history, evidence
/// of the series, estimate and picture of the outcome.
[[nodiscard]] Finding hpaFinding(std::string_view detector, const ScaledService &service);
void addOutcome(Finding &finding, const ScaledService &service, const TuningOutcome &outcome, const Rules &rules);
/// Evidence that p95 suffered, and what it cost.
void addSlowness(Finding &finding, const ScaledService &service, const Slowness &slowness, const Rules &rules);
/// The artifact with the old values as its undo; the action is for conflicts: "hpa payment max".
void addPatch(Finding &finding, const ScaledService &service, const HpaPatch &patch, const HpaPatch &undo,
              std::string title);
/// Why the autoscaler of a service cannot be judged by replaying it; empty where it can. Services that nobody scales
/// have no autoscaler to judge: isScaled().
[[nodiscard]] std::string whyNotReplayed(const ScaledService &service, const Rules &rules);
[[nodiscard]] bool isScaled(const ScaledService &service);
/// Cores of one pod by step.
[[nodiscard]] std::vector<double> coresPerPod(const ScaledService &service);
/// Whether pods fill one thread and no more, and the target is out of reach of that.
[[nodiscard]] bool isOneFullThread(const ScaledService &service, const Rules &rules);
/// Calls `judge` with every service whose autoscaler can be replayed, until it is stopped.
void forReplayable(const Inputs &inputs, const Rules &rules, const std::stop_token &stop,
                   const std::function<void(const ScaledService &)> &judge);

} // namespace tailspan::advisor
