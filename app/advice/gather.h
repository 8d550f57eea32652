// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "models/advisor/inputs.h"
#include "models/advisor/rules.h"
#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"
#include "models/trace/trace_snapshot.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::advice {

/// What to advise on: any part may be missing.
struct Question {
    trace::TraceSnapshotPtr traces;                   ///< May be null.
    std::vector<loadtest::LoadTestReportPtr> reports; ///< Never null ones.
    std::vector<std::string> configFiles;             ///< Scaling and Kubernetes YAML.
    std::vector<std::string> notes;                   ///< Of opening the files.
    std::vector<Error> failures;                      ///< Files that could not be read.
    std::vector<sources::SourceToOpen> stores;        ///< Redis, PostgreSQL, Prometheus: asked, never written to.
    TimeRange range;                                  ///< Of metrics; empty: the time of the traces, or the last week.
    TimePoint now;
    /// How long statements of a database are counted. Zero: since its counters began.
    std::chrono::milliseconds statementWindow{0};
    int plansPerMinute = 50; ///< Asked of a database at most; 0: as many as 5 % of its time allow.
};

/// Everything that was gathered, and who keeps it alive. Immutable, shared by the findings' pictures and links.
struct Gathered {
    trace::TraceSnapshotPtr traces;
    std::vector<loadtest::LoadTestReportPtr> reports;
    std::shared_ptr<const advisor::SpanCalls> calls;
    std::shared_ptr<const advisor::MetricHistory> metrics;
    std::shared_ptr<const advisor::PostgresFacts> postgres;
    std::shared_ptr<const advisor::RedisFacts> redis;
    std::shared_ptr<const advisor::KeyedRequests> keyedRequests;
    std::shared_ptr<const advisor::ScalingConfig> scaling;
    std::shared_ptr<const advisor::RecoveryRecords> recovery;
    TimePoint now;
    std::vector<std::string> sources; ///< "48,213 spans", "pg_stat_statements of shop", "scaling-config.yaml"
    std::vector<std::string> notes;   ///< What could not be read, a sentence each.
    std::vector<Error> failures;      ///< Files and stores that were named and gave nothing; notes say it too.

    [[nodiscard]] advisor::Inputs inputs() const;
};

/// Reads what the detectors need. A store that does not answer is a note; the rest goes on. Thread: any; blocks.
/// Errors: Cancelled; the first source's when there is nothing at all to advise on.
[[nodiscard]] Result<Gathered> gather(const Question &question, const advisor::Rules &rules,
                                      const std::stop_token &stop, Progress &progress);

} // namespace tailspan::advice
