// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tailspan::advisor {

/// What a finding is about; the list's filter. Ids in files and JSON: kindId().
enum class FindingKind : std::uint8_t { Database, Calls, Pool, Cache, Scaling, Service, LoadTest, Recovery };
inline constexpr std::size_t kFindingKindCount = 8;
[[nodiscard]] std::string_view kindId(FindingKind kind);   ///< "database": stable, for files.
[[nodiscard]] std::string_view kindText(FindingKind kind); ///< "Database"

/// By impact, never by how sure we are: time that users lose per hour on the critical path, or an outage that is due.
enum class Severity : std::uint8_t { Info, Low, Medium, High, Critical };
[[nodiscard]] std::string_view severityId(Severity severity); ///< "high": stable, for files and --fail-on.
[[nodiscard]] std::optional<Severity> severityOf(std::string_view id);

enum class VerificationState : std::uint8_t { Verified, Refuted, Unverified };
[[nodiscard]] std::string_view verificationId(VerificationState state); ///< "verified": stable, for files.

/// What a finding speaks of, as far as it is known. Plain text from outside. Marks on other pages go by it.
struct Subject {
    std::string service;   ///< "payment"
    std::string operation; ///< "POST /pay": the endpoint that waits
    std::string object;    ///< Table, index, pool, HPA, key pattern, called service
    friend bool operator==(const Subject &, const Subject &) = default;
    [[nodiscard]] std::string text() const; ///< "payment · POST /pay · ledger", parts that are known
};

/// Something a reader can open. `target` by kind:
enum class ReferenceKind : std::uint8_t {
    Trace,     ///< Trace id as written.
    Span,      ///< "traceId/spanId" as written.
    Statement, ///< Query id of pg_stat_statements.
    Metric,    ///< PromQL or the series' name, with a range.
    Plan,      ///< Statement whose plan is meant: the picture of the finding.
    Report,    ///< File name of the load-test report, with a range.
    Config,    ///< "file:line"
    Service,   ///< Service name: opens the map there.
};
[[nodiscard]] std::string_view referenceId(ReferenceKind kind);
struct Reference {
    ReferenceKind kind = ReferenceKind::Trace;
    std::string target;
    std::string label; ///< What the link says: "Slowest of 412 traces, 1.94 s"
    TimeRange range;   ///< Empty where there is none.
};

/// One observed fact, in a sentence with its numbers.
struct Evidence {
    std::string kind; ///< "traces", "statements", "plan", "metrics", "config", "load-test", "redis", "records"
    std::string text;
    std::vector<Reference> references;
};

/// What the fix brings, with its 80 % interval. `now` is what is measured today of the same metric, where there is such.
struct Estimate {
    static constexpr double kCoverage = 0.8;
    std::string metric; ///< "p95 of POST /pay", "database time", "connections"
    std::string unit;   ///< "ms", "ms/h", "%", "connections"
    double low = 0;     ///< low <= expected <= high
    double expected = 0;
    double high = 0;
    std::optional<double> now; ///< Set: low to high are values of the metric after the fix. Unset: they are savings.
    std::string basis;         ///< One sentence: what it was computed from.
    std::string chance = {};   ///< Set: the figures are a chance in percent, nothing is saved. "3 of 4 worked before".
};

struct Verification {
    VerificationState state = VerificationState::Unverified;
    std::string how; ///< What was done, or why it was not: "hypothetical index used by 5 of 5 plans".
};

/// Something to paste. Never run by Tailspan.
struct Artifact {
    std::string language; ///< "sql", "yaml", "js", "ini", "promql", "sh", "http"
    std::string title;
    std::string text;
    std::optional<std::string> undo; ///< Absent where nothing has to be undone (a query, an alert to paste).
};

// Pictures: what the page draws to convince. All texts plain.

/// Two plans side by side, a line a node, indented by depth.
struct PlanPicture {
    struct Line {
        std::uint32_t depth = 0;
        std::string text;
        bool isChanged = false; ///< Differs between both: coloured.
    };
    std::vector<Line> before;
    std::vector<Line> after;
};
/// Lines over one axis: replicas replayed, hit ratio by TTL, memory with its trend, percentiles before and after.
struct CurvePicture {
    struct Curve {
        std::string name;
        std::vector<double> x; ///< Rising. Of times: nanoseconds since 1970.
        std::vector<double> y; ///< NaN: gap.
        bool isAfter = false;  ///< What would be with the fix: drawn in the accent colour.
    };
    std::string xName, xUnit; ///< Unit "time" for nanoseconds since 1970.
    std::string yName, yUnit;
    bool isLogX = false;
    std::vector<Curve> curves;
    std::vector<std::pair<std::string, double>> limits; ///< Level lines: "maximum", 20
    std::optional<double> chosenX;                      ///< Marked: the TTL that is suggested.
};
/// Calls of one trace folded: today's bars and the bars after the fix, on one axis in nanoseconds from the parent's start.
struct CallsPicture {
    struct Bar {
        std::string label;
        std::int64_t beginNs = 0;
        std::int64_t endNs = 0;
        std::uint32_t count = 1; ///< How many calls are folded into it.
    };
    std::vector<Bar> before;
    std::vector<Bar> after;
};
/// Rows of text: a budget, a set of layers, attempts by pod.
struct TablePicture {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> badRows; ///< Marked.
};
using Picture = std::variant<std::monostate, PlanPicture, CurvePicture, CallsPicture, TablePicture>;

/// What a finding would change: findings that pull at one target in different directions are conflicts.
struct Action {
    enum class Verb : std::uint8_t { Add, Remove, Raise, Lower, Set };
    Verb verb = Verb::Add;
    std::string target; ///< "index public.ledger(account_id,created_at)", "pool payment", "hpa payment max"
};

/// One piece of advice, or one thing that was looked at and refuted.
struct Finding {
    std::string id;       ///< Stable over runs of the same situation: detector and subject. findingId().
    std::string detector; ///< "db.missing-index"
    FindingKind kind = FindingKind::Database;
    Severity severity = Severity::Info;
    double confidence = 0; ///< 0 to 1: how sure the diagnosis is.
    std::string title;     ///< "Index ledger (account_id, created_at)"
    Subject subject;
    std::string what; ///< Reasons in plain words, one paragraph.
    /// Time that users lose on the critical path, milliseconds an hour; absent when it is not about time.
    std::optional<double> impactMsPerHour;
    std::string impactText; ///< What the list shows where there is no time: "2,250 > 1,000 connections".
    std::vector<Evidence> evidence;
    std::optional<Estimate> estimate;
    Verification verification;
    std::vector<Artifact> artifacts;
    Picture picture;
    std::vector<Action> actions;
    std::string refutedBy;                ///< "What would refute this", a sentence.
    std::vector<std::string> conflicts;   ///< Titles of findings that gave way to this one or contradict it, with why.
    std::vector<std::string> assumptions; ///< What was assumed because it could not be read.
};

/// The id of a finding: the detector and a hash of the subject and of `what makes it this one`.
[[nodiscard]] std::string findingId(std::string_view detector, const Subject &subject,
                                    std::string_view distinction = {});

} // namespace tailspan::advisor
