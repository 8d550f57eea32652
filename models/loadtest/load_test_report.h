// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/data_quality.h"
#include "models/base/log_histogram.h"
#include "models/base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::loadtest {

// One load test as its file tells it, the same for every tool. Filled by a reader (app/reports), never changed after.
// What a file does not hold is absent (nullopt, empty), never 0. All text is plain text from outside.

/// Latencies in nanoseconds as numbers, either of a histogram or as the tool reported them.
struct LatencyStats {
    std::optional<std::int64_t> meanNs;
    std::optional<std::int64_t> p50Ns;
    std::optional<std::int64_t> p90Ns;
    std::optional<std::int64_t> p95Ns;
    std::optional<std::int64_t> p99Ns;
    std::optional<std::int64_t> maxNs;
    friend bool operator==(const LatencyStats &, const LatencyStats &) = default;
};

/// Requests are tallied in these four classes so that failed ones and those of setup/teardown can be left out later.
enum class RequestClass : std::uint8_t { Ok, Failed, SetupOk, SetupFailed };
inline constexpr std::size_t kRequestClassCount = 4;

/// Requests of one class. `latency` may hold fewer than `count` where the file gives no latency for some or all.
struct RequestTally {
    std::uint64_t count = 0;
    LogHistogram latency;
};

/// The requests of one second, one endpoint or one run, by class.
struct RequestTallies {
    std::array<RequestTally, kRequestClassCount> byClass;

    [[nodiscard]] RequestTally &of(RequestClass c) { return byClass[static_cast<std::size_t>(c)]; }
    [[nodiscard]] const RequestTally &of(RequestClass c) const { return byClass[static_cast<std::size_t>(c)]; }
    void merge(const RequestTallies &other);
};

/// Which requests a view counts. The default is every finished request.
struct RequestView {
    bool withFailures = true;
    bool withSetup = true;
    [[nodiscard]] bool isDefault() const { return withFailures && withSetup; }
    friend bool operator==(RequestView, RequestView) = default;
};

/// How often one kind of failure occurred; `kind` is a row of LoadTestReport::failureKinds.
struct FailureCount {
    std::uint32_t kind = 0;
    std::uint64_t count = 0;
};

/// One step of the timeline, [range.begin, range.end). A request counts in the step in which it finished.
struct Bucket {
    TimeRange range;
    std::optional<double> users; ///< Users at work: the highest value seen in this step.
    RequestTallies requests;
    std::optional<std::uint64_t> bytesReceived;
    std::optional<std::uint64_t> bytesSent;
    std::vector<FailureCount> failures;          ///< By kind, ascending, no zeros.
    std::optional<LatencyStats> reportedLatency; ///< The tool's own figures where `requests` holds no latencies.
    std::optional<double> reportedRps;           ///< The tool's own rate where it does not count requests by step.
    std::optional<double> reportedErrorRatio;    ///< Goes with reportedRps.
};

struct Endpoint {
    std::string name;
    RequestTallies requests;
    std::optional<LatencyStats> reportedLatency;
    bool hasFailures = true; ///< False: the file counts its requests but not which of them failed.
};

/// The requests of each endpoint over time, in steps fine enough to be drawn again at random (bootstrap): percentiles
/// of any stretch of time and any set of endpoints are made from its counts. Only from files with single requests.
/// Memory: at most 8 bytes a request, less where requests of a step share a bin.
struct EndpointTimeline {
    struct BinCount {
        std::uint32_t bin = 0; ///< LogHistogram::indexOf
        std::uint32_t count = 0;
    };
    /// Requests of one class of one endpoint that finished in one step.
    struct Cell {
        std::uint32_t step = 0;     ///< [begin + step * width, begin + (step + 1) * width)
        std::uint32_t endpoint = 0; ///< A row of LoadTestReport::endpoints.
        RequestClass requestClass = RequestClass::Ok;
        std::uint64_t requests = 0;
        std::uint32_t firstBin = 0; ///< Its latencies: bins[firstBin], ..., `binCount` of them, ascending.
        std::uint32_t binCount = 0;
    };
    TimePoint begin;
    Duration width;          ///< Of a step: 100 ms up to ten minutes, then one second and more.
    std::vector<Cell> cells; ///< Ascending by step, endpoint, class.
    std::vector<BinCount> bins;
    [[nodiscard]] bool isEmpty() const { return cells.empty(); }
};

/// Who says so: the file, Tailspan from the target's documented limits, or a file of limits that the user gave.
enum class Origin : std::uint8_t { Report, Tailspan, OwnLimits };

/// One limit and what was measured against it.
struct Verdict {
    std::string scenario;        ///< Name of a Scenario of the same report.
    std::string criterion;       ///< "average response", "http_req_duration p(95)"
    std::string comparison;      ///< "<", "<=", ">", ">=", "==", "!=": observed <comparison> limit is wanted.
    std::optional<double> limit; ///< In `unit`; absent where the file gives a verdict without its limit.
    std::optional<double>
        observed;               ///< In `unit`; absent where the file has no number (a verdict of ours then is open).
    std::string unit;           ///< "ms", "%", "users", "s", "" for a bare count or ratio.
    std::optional<bool> passed; ///< nullopt: cannot be judged. Never true where `observed` is absent and ours.
    Origin origin = Origin::Report;
    // Of own limits only:
    std::optional<double> low{}; ///< Interval of `observed` (95 %), in `unit`.
    std::optional<double> high{};
    std::optional<TimeRange> breach{}; ///< The first stretch of time in which the limit did not hold.
    std::string note{};                ///< Why there is no value or no interval; how much of the time was in breach.
};

/// A scenario of the test, or the whole run (kWholeRun) for limits that concern all requests.
struct Scenario {
    std::string name;
    std::optional<Duration> duration;
    std::optional<std::uint64_t> requests;
    std::vector<Verdict> verdicts; ///< In the order of verdict_order.h.
};
inline constexpr const char *kWholeRun = "whole run";

/// A stretch of the load schedule. Nominal: what was planned, the file does not say when it really happened.
struct Stage {
    std::string name;
    std::string load; ///< "3 to 15 arrivals/s", "up to 500 users"
    Duration begin;   ///< Since the start of the run.
    Duration length;
    bool isNominal = true;
};

/// A limit as the file writes it; its evaluation is a Verdict.
struct Threshold {
    std::string metric;
    std::string expression;
};

/// An assertion of the test script.
struct Check {
    std::string name;
    std::uint64_t passes = 0;
    std::uint64_t fails = 0;
};

/// What the time stamps of the file mean. Buckets are always by the end of a request; this says what had to be done.
enum class ClockConvention : std::uint8_t {
    None,         ///< The file holds no time line.
    RequestEnd,   ///< Stamps are ends (k6).
    RequestStart, ///< Stamps are starts; the end is start + duration (JMeter by default).
    BucketStart,  ///< The tool grouped the requests itself; stamps are begins of groups (Artillery 2).
    BucketEnd,    ///< As before, stamps are ends (Artillery 1).
};

/// How well the file knows its latencies: what may be done with them.
enum class LatencyDetail : std::uint8_t {
    None,     ///< It holds none.
    Totals,   ///< Figures of the whole run or of endpoints only, as the tool worked them out.
    Steps,    ///< The tool's own figures of each step of time; they cannot be joined into longer steps.
    Buckets,  ///< Counts by ranges of latency, which add up; how wide the ranges are is in the notes.
    Requests, ///< Each request.
};
/// "none", "totals", "steps", "buckets", "requests": part of the JSON output.
[[nodiscard]] const char *latencyDetailId(LatencyDetail detail);
/// The same as a sentence for the notes.
[[nodiscard]] const char *latencyDetailNote(LatencyDetail detail);

/// Which figures the file holds at all, so that 0 and "not in the file" are never mixed up.
struct Contents {
    bool hasRequests = false; ///< Requests are counted.
    bool hasFailures = false; ///< Failed requests are told apart.
    bool hasLatency = false;  ///< Latency histograms (of the run; of the buckets where there are any).
    bool hasSetup = false;    ///< Requests of setup/teardown are told apart.
    bool hasUsers = false;    ///< Users over time.
    LatencyDetail latencyDetail = LatencyDetail::None;
    bool isComplete = true; ///< False: the file ends in the middle.
};

/// What the file leaves open, so that its reader assumed it. The user is asked once and the answer is remembered for
/// the file (ReadOptions).
struct OpenQuestions {
    bool zone = false; ///< Time stamps are local time without an offset; taken as UTC.
    bool unit = false; ///< Latencies are numbers of an unnamed unit; taken as what the notes say.
};

/// Whether requests that were due while the system stood still are missing from the latencies.
enum class Omission : std::uint8_t {
    Possible,  ///< A user waits for an answer before sending the next request, or the file does not say.
    OpenModel, ///< Requests begin when they are due, or are measured from when they were: nothing is to be added.
    Corrected, ///< The tool itself has already added estimated latencies.
};

/// A stretch in which users were at work and no request began, though by the rate before it many were due.
struct Stall {
    TimeRange range;
    std::uint64_t due = 0; ///< Requests that the rate before it makes for its length.
};

struct RequestTraces;

struct LoadTestReport {
    std::string fileName;           ///< Without its folder. Of a set of files: of its first one.
    std::vector<std::string> parts; ///< Names of all files of a set that belongs together; empty for one file.
    std::string format;             ///< Id of the reader: "k6-ndjson"
    std::string tool;               ///< "k6", "JMeter 5.x", ... as far as the file tells.
    std::optional<TimePoint>
        startedAt; ///< Absent: bucket times count from 0 and only their differences mean something.
    std::optional<Duration> duration;
    ClockConvention clock = ClockConvention::None;
    Contents contents;

    RequestTallies requests; ///< The whole run.
    /// Of the whole run, where `requests` holds no latencies or only coarse ranges of them: what stands here goes first.
    std::optional<LatencyStats> reportedLatency;
    std::optional<double> reportedThroughputRps; ///< The tool's own rate, where there is no duration to divide by.
    std::optional<double> peakUsers;

    Duration bucketWidth;                  ///< Usual length of a bucket; 0 without a timeline.
    std::vector<Bucket> timeline;          ///< Ascending, disjoint; steps in which nothing happened are absent.
    std::vector<std::string> failureKinds; ///< "status 503", "dial: connection refused"
    std::vector<FailureCount> failures;    ///< Of the run, most frequent first.
    std::vector<Endpoint> endpoints;       ///< Most requests first.
    EndpointTimeline endpointTimeline;     ///< Empty where the file does not hold single requests.
    std::shared_ptr<const RequestTraces> requestTraces; ///< Null where no request names its trace.
    std::vector<Scenario> scenarios;                    ///< In file order; kWholeRun first when it is there.
    std::vector<Stage> stages;
    std::vector<Threshold> thresholds;
    std::vector<Check> checks;
    std::vector<std::string> notes; ///< Sentences for the reader: what the file does not hold, which requests count.
    DataQuality quality;

    OpenQuestions assumed;
    OpenQuestions answered; ///< What was open and was given by ReadOptions.
    Omission omission = Omission::Possible;
    std::vector<Stall> stalls;        ///< Ascending; evidence that latencies are missing. Nothing is corrected.
    std::uint64_t clockStepsBack = 0; ///< How often the generator's clock went back by more than a second.
    Duration farthestStepBack;
    /// The begin of the run that the user left out of all figures (counting.h); the timeline still holds it.
    std::optional<TimeRange> warmUp;
    std::string leftOut;    ///< By the user's choice, in words for headings; "" where everything counts.
    bool isPartial = false; ///< What was read so far of a file that is still being read.
};

/// How a finished report is handed around: any thread may read it.
using LoadTestReportPtr = std::shared_ptr<const LoadTestReport>;

} // namespace tailspan::loadtest
