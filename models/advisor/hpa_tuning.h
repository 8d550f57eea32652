// SPDX-License-Identifier: GPL-3.0-or-later
// Changes of an autoscaler tried on the history of its service.
#pragma once

#include "models/advisor/scaled_service.h"
#include "models/advisor/scaling_findings.h"

#include <functional>
#include <string>

namespace tailspan::advisor {

/// The use of a pod at which users notice, as a ratio of its request, with its 80 % interval.
struct HotRange {
    double low = 1;
    double expected = 1;
    double high = 1;
};
[[nodiscard]] HotRange hotRangeOf(const Slowness &slowness); ///< Of one with a hotRatio.
/// Where latencies do not tell it: around where the controller begins to add pods.
[[nodiscard]] HotRange hotRangeOf(const ScaledService &service);

using ChangeQuestion = std::function<void(ReplayQuestion &)>;
/// The controller as it is and as it would be, over one history.
struct TuningOutcome {
    ReplayResult before;
    ReplayResult after;
    HotRange hot;
    ChangeQuestion change;
    std::stop_token stop;     ///< Of the replays, for those that follow.
    bool isSafe = false;      ///< In neither half of the history are there more such minutes than before.
    bool isSeenTwice = false; ///< In both halves there are fewer, or fewer pod-hours.
    double savedPodShare = 0; ///< Of the pod-hours, 0 to 1; negative: it costs some.

    [[nodiscard]] double hotShareLeft() const; ///< 1 where there was none before.
};
/// Replays both. `change` is kept in the outcome.
[[nodiscard]] TuningOutcome tryChange(const ScaledService &service, const HotRange &hot, ChangeQuestion change,
                                      const std::stop_token &stop);

/// A finding about an autoscaler with what all of them have: subject, confidence by the length of the history, evidence
/// of the series, estimate and picture of the outcome. The estimate replays the change with what is not known drawn from
/// its range: the use at which users notice, how long pods take to get ready, how suddenly the load rises; so does what
/// it is now. `service` is the one that the change was tried on.
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
/// What detectors that tune an autoscaler have in common: they look at services that can be replayed, and that are slow
/// from some use of their pods on.
class TuningDetector : public Detector {
public:
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const final;

protected:
    /// `slowness` has a hotRatio.
    virtual void judge(const ScaledService &service, const Slowness &slowness, const Inputs &inputs, const Rules &rules,
                       const std::stop_token &stop, Output &output) const = 0;
    /// Whether the service is known to wait for something else than CPU: then no pod helps.
    [[nodiscard]] static bool waitsForOthers(const ScaledService &service, const Slowness &slowness,
                                             const Inputs &inputs, const Rules &rules);
};
/// Calls `judge` with every service whose autoscaler can be replayed, until it is stopped.
void forReplayable(const Inputs &inputs, const Rules &rules, const std::stop_token &stop,
                   const std::function<void(const ScaledService &)> &judge);

} // namespace tailspan::advisor
