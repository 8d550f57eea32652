// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/merge_reports.h"

#include "models/base/number_text.h"
#include "models/loadtest/joined_endpoints.h"
#include "models/loadtest/merge_verdicts.h"
#include "models/loadtest/request_traces.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tailspan::loadtest {

namespace {

std::int64_t slotOf(TimePoint time, Duration width)
{
    const std::int64_t ns = time.ns();
    return ns / width.ns() - (ns % width.ns() < 0 ? 1 : 0);
}

template <class T>
void add(std::optional<T> &target, const std::optional<T> &more)
{
    if (more)
        target = target.value_or(T{}) + *more;
}

void addNote(std::vector<std::string> &notes, const std::string &note)
{
    if (std::find(notes.begin(), notes.end(), note) == notes.end())
        notes.push_back(note);
}

class Merger {
public:
    explicit Merger(std::span<const LoadTestReportPtr> parts) : m_parts(parts)
    {
        m_width = Duration::seconds(1);
        for (const LoadTestReportPtr &part : parts)
            m_width = std::max(m_width, part->bucketWidth);
    }

    LoadTestReport merged()
    {
        const LoadTestReport &first = *m_parts.front();
        m_report.fileName = first.fileName;
        m_report.format = first.format;
        m_report.tool = first.tool;
        m_report.clock = first.clock;
        m_report.omission = first.omission;
        m_report.contents = first.contents;
        for (const LoadTestReportPtr &part : m_parts)
            addPart(*part);
        finishTimeline();
        finishFailures();
        finishEndpoints();
        finishTimes();
        mergeVerdicts(m_parts, m_report);
        addNotes();
        return std::move(m_report);
    }

private:
    void addPart(const LoadTestReport &part)
    {
        m_report.parts.push_back(part.fileName);
        m_report.requests.merge(part.requests);
        m_report.contents.hasUsers = m_report.contents.hasUsers || part.contents.hasUsers;
        m_report.contents.hasSetup = m_report.contents.hasSetup || part.contents.hasSetup;
        m_report.contents.isComplete = m_report.contents.isComplete && part.contents.isComplete;
        m_report.contents.latencyDetail = std::min(m_report.contents.latencyDetail, part.contents.latencyDetail);
        m_report.quality.merge(part.quality);
        m_report.assumed.zone = m_report.assumed.zone || part.assumed.zone;
        m_report.assumed.unit = m_report.assumed.unit || part.assumed.unit;
        m_report.answered.zone = m_report.answered.zone || part.answered.zone;
        m_report.answered.unit = m_report.answered.unit || part.answered.unit;
        m_report.clockStepsBack += part.clockStepsBack;
        m_report.farthestStepBack = std::max(m_report.farthestStepBack, part.farthestStepBack);
        m_report.stalls.insert(m_report.stalls.end(), part.stalls.begin(), part.stalls.end());
        for (const Endpoint &endpoint : part.endpoints) {
            Endpoint &target =
                m_endpoints.try_emplace(endpoint.name, Endpoint{endpoint.name, {}, {}, true}).first->second;
            target.requests.merge(endpoint.requests);
            target.hasFailures = target.hasFailures && endpoint.hasFailures;
        }
        std::vector<std::uint32_t> kindOf;
        for (const std::string &kind : part.failureKinds)
            kindOf.push_back(kindNamed(kind));
        for (const FailureCount &failure : part.failures)
            m_countOfKind[kindOf[failure.kind]] += failure.count;
        for (const Bucket &bucket : part.timeline)
            addBucket(bucket, kindOf);
    }

    std::uint32_t kindNamed(const std::string &name)
    {
        const auto [at, isNew] = m_kinds.try_emplace(name, static_cast<std::uint32_t>(m_report.failureKinds.size()));
        if (isNew)
            m_report.failureKinds.push_back(name);
        return at->second;
    }

    void addBucket(const Bucket &bucket, const std::vector<std::uint32_t> &kindOf)
    {
        Bucket &target = m_steps[slotOf(bucket.range.begin, m_width)];
        target.requests.merge(bucket.requests);
        add(target.bytesReceived, bucket.bytesReceived);
        add(target.bytesSent, bucket.bytesSent);
        for (const FailureCount &failure : bucket.failures) {
            const std::uint32_t kind = kindOf[failure.kind];
            const auto at = std::lower_bound(target.failures.begin(), target.failures.end(), kind,
                                             [](const FailureCount &f, std::uint32_t k) { return f.kind < k; });
            if (at != target.failures.end() && at->kind == kind)
                at->count += failure.count;
            else
                target.failures.insert(at, {kind, failure.count});
        }
    }

    void finishTimeline()
    {
        for (const LoadTestReportPtr &part : m_parts)
            addUsers(*part);
        for (auto &[slot, bucket] : m_steps) {
            const TimePoint begin(saturatingMultiply(slot, m_width.ns()));
            bucket.range = {begin, begin + m_width};
            if (bucket.users)
                m_report.peakUsers = std::max(m_report.peakUsers.value_or(0), *bucket.users);
            m_report.timeline.push_back(std::move(bucket));
        }
        m_report.bucketWidth = m_width;
        std::sort(m_report.stalls.begin(), m_report.stalls.end(),
                  [](const Stall &a, const Stall &b) { return a.range.begin < b.range.begin; });
    }

    /// The users of a part count in every step of its time, also in those in which it did not say so.
    void addUsers(const LoadTestReport &part)
    {
        std::map<std::int64_t, double> ofSlot;
        for (const Bucket &bucket : part.timeline) {
            if (!bucket.users)
                continue;
            double &users = ofSlot.try_emplace(slotOf(bucket.range.begin, m_width), 0.0).first->second;
            users = std::max(users, *bucket.users);
        }
        if (ofSlot.empty())
            return;
        auto known = ofSlot.begin();
        for (auto step = m_steps.lower_bound(ofSlot.begin()->first);
             step != m_steps.end() && step->first <= ofSlot.rbegin()->first; ++step) {
            while (std::next(known) != ofSlot.end() && std::next(known)->first <= step->first)
                ++known;
            step->second.users = step->second.users.value_or(0) + known->second;
        }
    }

    void finishFailures()
    {
        for (const auto &[kind, count] : m_countOfKind)
            m_report.failures.push_back({kind, count});
        std::stable_sort(m_report.failures.begin(), m_report.failures.end(),
                         [](FailureCount a, FailureCount b) { return a.count > b.count; });
    }

    void finishEndpoints()
    {
        for (auto &[name, endpoint] : m_endpoints)
            m_report.endpoints.push_back(std::move(endpoint));
        std::stable_sort(m_report.endpoints.begin(), m_report.endpoints.end(),
                         [](const Endpoint &a, const Endpoint &b) {
                             return requestCount(a.requests, {}) > requestCount(b.requests, {});
                         });
        m_report.endpointTimeline = joinedEndpoints(m_parts, m_report.endpoints);
        std::vector<const LoadTestReport *> parts;
        for (const LoadTestReportPtr &part : m_parts)
            parts.push_back(part.get());
        m_report.requestTraces = joinedTraces(parts, m_report);
    }

    void finishTimes()
    {
        std::optional<TimePoint> end;
        for (const LoadTestReportPtr &part : m_parts) {
            if (!part->startedAt)
                continue;
            m_report.startedAt = std::min(m_report.startedAt.value_or(*part->startedAt), *part->startedAt);
            const TimePoint ended = *part->startedAt + part->duration.value_or(Duration());
            end = std::max(end.value_or(ended), ended);
        }
        if (m_report.startedAt && end)
            m_report.duration = *end - *m_report.startedAt;
    }

    void addNotes()
    {
        std::string names;
        for (const std::string &name : m_report.parts)
            names += (names.empty() ? "" : ", ") + name;
        std::string note = "Joined from " + pluralText(m_parts.size(), "file", "files") + " of one run: " + names
            + ". Requests and latencies are added up second by second";
        note += m_report.contents.hasUsers ? ", and so are users." : ".";
        m_report.notes.insert(m_report.notes.begin(), note);
        for (const LoadTestReportPtr &part : m_parts) {
            for (const std::string &line : part->notes)
                addNote(m_report.notes, line);
        }
    }

    std::span<const LoadTestReportPtr> m_parts;
    Duration m_width;
    LoadTestReport m_report;
    std::map<std::int64_t, Bucket> m_steps;
    std::map<std::string, Endpoint> m_endpoints;
    std::unordered_map<std::string, std::uint32_t> m_kinds;
    std::map<std::uint32_t, std::uint64_t> m_countOfKind;
};

} // namespace

bool areSame(const LoadTestReport &a, const LoadTestReport &b)
{
    return a.format == b.format && a.startedAt == b.startedAt && a.duration == b.duration
        && requestCount(a.requests, {}) == requestCount(b.requests, {}) && a.timeline.size() == b.timeline.size()
        && a.startedAt.has_value();
}

bool areParts(const LoadTestReport &a, const LoadTestReport &b)
{
    if (a.format != b.format || !a.startedAt || !b.startedAt || a.timeline.empty() || b.timeline.empty()
        || areSame(a, b))
        return false;
    const TimeRange first = rangeOf(a.timeline);
    const TimeRange second = rangeOf(b.timeline);
    const Duration shared = std::min(first.end, second.end) - std::max(first.begin, second.begin);
    const std::int64_t shorter = std::min(first.length().ns(), second.length().ns());
    return shared.ns() > 0 && shared.ns() >= shorter / 2;
}

Result<LoadTestReport> mergedParts(std::span<const LoadTestReportPtr> parts)
{
    for (const LoadTestReportPtr &part : parts) {
        if (!part->contents.hasLatency || latencyOf(part->requests, {}).isEmpty())
            return fail(
                ErrorCode::Unsupported,
                "holds percentiles as the tool worked them out. Those of several files cannot be joined, and an "
                "average of percentiles would be wrong, so the files are shown apart",
                part->fileName);
        const bool hasOwnFigures = std::any_of(part->timeline.begin(), part->timeline.end(),
                                               [](const Bucket &b) { return b.reportedLatency || b.reportedRps; });
        if (hasOwnFigures)
            return fail(ErrorCode::Unsupported,
                        "holds figures of each step as the tool worked them out, which cannot be joined",
                        part->fileName);
    }
    if (parts.size() == 1)
        return *parts.front();
    return Merger(parts).merged();
}

LoadTestReport completed(const LoadTestReport &base, const LoadTestReport &more)
{
    LoadTestReport report = base;
    if (report.parts.empty())
        report.parts.push_back(base.fileName);
    report.parts.push_back(more.fileName);
    const std::uint64_t counted = requestCount(base.requests, {});
    const std::uint64_t told = requestCount(more.requests, {});
    if (more.contents.hasRequests && (!base.contents.hasRequests || told > counted)) {
        report.requests = more.requests;
        report.reportedLatency = more.reportedLatency;
        report.contents.hasRequests = true;
        report.contents.hasFailures = more.contents.hasFailures;
        // The file with more requests covers more time; its own rate says how much.
        if (more.reportedThroughputRps.value_or(0) > 0 && base.duration)
            report.duration = std::max(
                *base.duration,
                Duration(static_cast<std::int64_t>(static_cast<double>(told) / *more.reportedThroughputRps * 1e9)));
        if (!base.timeline.empty() && counted > 0)
            report.notes.push_back("The timeline holds " + countText(counted) + " of the " + countText(told)
                                   + " requests that " + more.fileName + " counts: it ends earlier.");
    } else if (more.reportedLatency && told == counted) {
        report.reportedLatency = more.reportedLatency;
    }
    if (!report.reportedThroughputRps)
        report.reportedThroughputRps = more.reportedThroughputRps;
    if (!more.endpoints.empty()) {
        report.endpoints = more.endpoints;
        report.endpointTimeline = more.endpointTimeline; // its rows are those of the endpoints
        report.requestTraces = joinedTraces({&base, &more}, report);
    }
    if (report.failures.empty() && !more.failures.empty()) {
        report.failureKinds = more.failureKinds;
        report.failures = more.failures;
    }
    report.contents.latencyDetail = std::max(base.contents.latencyDetail, more.contents.latencyDetail);
    report.contents.isComplete = base.contents.isComplete && more.contents.isComplete;
    report.quality.merge(more.quality);
    for (const std::string &note : more.notes)
        addNote(report.notes, note);
    return report;
}

} // namespace tailspan::loadtest
