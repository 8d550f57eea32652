// SPDX-License-Identifier: GPL-3.0-or-later
// One line a detector: X(Name) declares and registers make<Name>Detector() of detectors/<name>.cpp.
#pragma once

// Database
#define TAILSPAN_DATABASE_DETECTORS(X)                                                                                 \
    X(MissingIndex)                                                                                                    \
    X(RedundantIndex)                                                                                                  \
    X(UnusedIndex)                                                                                                     \
    X(StaleStatistics)                                                                                                 \
    X(LargeResult)                                                                                                     \
    X(SlowQuery)                                                                                                       \
    X(LockWaits)
// Calls
#define TAILSPAN_CALLS_DETECTORS(X)                                                                                    \
    X(NPlusOne) X(SequentialCalls) X(BatchableRpc) X(SlowUpstream) X(RetryStorm) X(ChattyCalls)
// Pool
#define TAILSPAN_POOL_DETECTORS(X) X(PoolTooSmall) X(PoolFleetOverLimit) X(PoolTooWide) X(PoolLeaked)
// Cache
#define TAILSPAN_CACHE_DETECTORS(X)                                                                                    \
    X(WorthCaching) X(TtlTooShort) X(TtlTooLong) X(LowHitRatio) X(StaticAssets) X(CacheLayers)
// Scaling
#define TAILSPAN_SCALING_DETECTORS(X)                                                                                  \
    X(HpaPinned)                                                                                                       \
    X(HpaTooSlow)                                                                                                      \
    X(HpaOversized)                                                                                                    \
    X(HpaWrongTarget)                                                                                                  \
    X(HpaMetricRequest)                                                                                                \
    X(HpaMinForBurst)                                                                                                  \
    X(HpaVpaConflict)                                                                                                  \
    X(ScalingQuota)                                                                                                    \
    X(ClusterAutoscaler)                                                                                               \
    X(ScalingWillNotHelp)                                                                                              \
    X(ScalingCapacity)                                                                                                 \
    X(ConfigContradictions)
// Service
#define TAILSPAN_SERVICE_DETECTORS(X) X(MemoryLeak) X(CpuLatency) X(ErrorHotspot) X(BadInstance)
// Load test
#define TAILSPAN_LOADTEST_DETECTORS(X) X(LoadTestBreach) X(SlowRecovery)
// Recovery
#define TAILSPAN_RECOVERY_DETECTORS(X) X(RecoveryPlan)

#define TAILSPAN_DETECTORS(X)                                                                                          \
    TAILSPAN_DATABASE_DETECTORS(X)                                                                                     \
    TAILSPAN_CALLS_DETECTORS(X)                                                                                        \
    TAILSPAN_POOL_DETECTORS(X)                                                                                         \
    TAILSPAN_CACHE_DETECTORS(X)                                                                                        \
    TAILSPAN_SCALING_DETECTORS(X)                                                                                      \
    TAILSPAN_SERVICE_DETECTORS(X)                                                                                      \
    TAILSPAN_LOADTEST_DETECTORS(X)                                                                                     \
    TAILSPAN_RECOVERY_DETECTORS(X)
