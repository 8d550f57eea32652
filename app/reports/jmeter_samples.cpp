// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/jmeter_samples.h"

#include "app/reports/partial_reports.h"
#include "app/reports/report_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kMsNs = 1'000'000;

std::string kindText(std::string_view code, std::string_view failureMessage)
{
    const auto status = integerIn(code);
    if (status && (*status >= 400 || *status < 100))
        return "status " + std::string(code);
    if (!failureMessage.empty())
        return failureText(failureMessage);
    if (status)
        return "failed with status " + std::string(code);
    return code.empty() ? std::string("failed, no response code") : failureText(code);
}

} // namespace

bool isTransactionMessage(std::string_view responseMessage)
{
    return responseMessage.starts_with("Number of samples in transaction");
}

StringId JmeterSamples::kindOf(const JmeterSample &sample)
{
    const bool isFailed = !sample.success.value_or(true) || sample.errorCount > 0;
    return isFailed ? m_builder.failureKind(kindText(sample.code, sample.failureMessage)) : StringId();
}

JmeterSamples::Kept JmeterSamples::keptOf(const JmeterSample &sample)
{
    Kept kept;
    kept.stampNs = sample.stampNs;
    kept.elapsedMs = sample.elapsedMs;
    kept.success = sample.success;
    kept.bytesReceived = sample.bytesReceived;
    kept.bytesSent = sample.bytesSent;
    kept.allThreads = sample.allThreads;
    kept.sampleCount = std::max<std::uint64_t>(sample.sampleCount, 1);
    kept.errorCount = sample.errorCount;
    kept.label = m_builder.endpoint(plainName(sample.label));
    kept.failureKind = kindOf(sample);
    kept.traceId = m_builder.traceId(sample.traceId);
    return kept;
}

void JmeterSamples::add(const JmeterSample &sample)
{
    if (sample.stampNs)
        lastStampOf(sample.thread) = sample.stampNs;
    keepOrCount(sample, keptOf(sample));
}

void JmeterSamples::addTransaction(const JmeterSample &sample)
{
    Kept kept = keptOf(sample);
    kept.isTransaction = true;
    kept.sampleCount = 1;
    kept.errorCount = 0;
    if (sample.stampNs) {
        const std::int64_t elapsedNs = saturatingMultiply(sample.elapsedMs.value_or(0), kMsNs);
        const std::int64_t last = lastStampOf(sample.thread).value_or(std::numeric_limits<std::int64_t>::min());
        kept.isEmptyIfStart = last < *sample.stampNs;
        kept.isEmptyIfEnd = last <= saturatingSubtract(*sample.stampNs, elapsedNs);
    }
    keepOrCount(sample, kept);
}

std::optional<std::int64_t> &JmeterSamples::lastStampOf(std::string_view thread)
{
    const StringId id = m_threads.intern(thread);
    if (id.value() >= m_lastStamp.size())
        m_lastStamp.resize(m_threads.size());
    return m_lastStamp[id.value()];
}

void JmeterSamples::keepOrCount(const JmeterSample &sample, const Kept &kept)
{
    if (m_isDecided) {
        count(kept);
        return;
    }
    if (!kept.isTransaction)
        probe(sample);
    m_kept.push_back(kept);
    if (m_kept.size() >= kProbedSamples)
        decide();
}

void JmeterSamples::probe(const JmeterSample &sample)
{
    if (!sample.stampNs || !sample.elapsedMs || sample.thread.empty())
        return;
    const LastInThread now{*sample.stampNs, saturatingMultiply(*sample.elapsedMs, kMsNs)};
    const auto [at, isNew] = m_lastInThread.try_emplace(std::string(sample.thread), now);
    if (isNew)
        return;
    const LastInThread before = std::exchange(at->second, now);
    ++m_pairs;
    // One millisecond of grace: begin and end are rounded apart.
    if (saturatingAdd(now.stampNs, kMsNs) < saturatingAdd(before.stampNs, before.elapsedNs))
        ++m_conflictsIfStart;
    if (saturatingAdd(saturatingSubtract(now.stampNs, now.elapsedNs), kMsNs) < before.stampNs)
        ++m_conflictsIfEnd;
}

void JmeterSamples::decide()
{
    m_isDecided = true;
    m_stampIsEnd = m_conflictsIfStart > 2 && m_conflictsIfEnd * 4 < m_conflictsIfStart;
    for (const Kept &kept : m_kept)
        count(kept);
    m_kept = {};
    m_lastInThread = {};
}

void JmeterSamples::count(const Kept &kept)
{
    if (kept.isTransaction) {
        const bool isLonely = m_stampIsEnd ? kept.isEmptyIfEnd : kept.isEmptyIfStart;
        ++(isLonely ? m_lonelyTransactions : m_transactions);
        if (!isLonely)
            return;
    }
    m_withStamp += kept.stampNs ? 1 : 0;
    m_withElapsed += kept.elapsedMs ? 1 : 0;
    m_withSuccess += kept.success ? 1 : 0;
    const std::int64_t elapsedNs = saturatingMultiply(std::max<std::int64_t>(kept.elapsedMs.value_or(0), 0), kMsNs);
    std::int64_t end = TimelineBuilder::kNoTime;
    if (kept.stampNs) {
        end = m_stampIsEnd ? *kept.stampNs : saturatingAdd(*kept.stampNs, elapsedNs);
        m_builder.touch(saturatingSubtract(end, elapsedNs));
        m_builder.touch(end);
        m_clock.see(end);
        m_finerStamps += *kept.stampNs % 1'000'000'000 != 0 ? 1 : 0;
        if (kept.elapsedMs && kept.sampleCount == 1)
            m_builder.addStart(end - elapsedNs);
    }
    if (kept.allThreads)
        m_builder.addUsers(end, static_cast<double>(*kept.allThreads));
    if (kept.bytesReceived || kept.bytesSent)
        m_builder.addBytes(end, kept.bytesReceived.value_or(0), kept.bytesSent.value_or(0));
    if (kept.sampleCount > 1) {
        countAggregate(kept, end);
        return;
    }
    const RequestClass requestClass = kept.success.value_or(true) ? RequestClass::Ok : RequestClass::Failed;
    m_builder.addRequest(end, requestClass, kept.label);
    m_builder.addTrace(end, kept.elapsedMs ? elapsedNs : -1, kept.label, kept.traceId);
    if (kept.elapsedMs)
        m_builder.addLatency(end, requestClass, kept.label, elapsedNs);
    if (requestClass == RequestClass::Failed)
        m_builder.addFailure(end, kept.failureKind);
}

void JmeterSamples::countAggregate(const Kept &kept, std::int64_t endNs)
{
    ++m_aggregates;
    const std::uint64_t failed = std::min(kept.errorCount, kept.sampleCount);
    m_builder.addRequest(endNs, RequestClass::Ok, kept.label, kept.sampleCount - failed);
    if (failed > 0) {
        m_builder.addRequest(endNs, RequestClass::Failed, kept.label, failed);
        m_builder.addFailure(endNs, kept.failureKind, failed);
    }
}

void JmeterSamples::setContents(LoadTestReport &report) const
{
    report.contents.hasRequests = true;
    report.contents.hasFailures = m_withSuccess > 0;
    report.contents.hasLatency = m_withElapsed > 0;
    report.contents.latencyDetail = m_withElapsed > 0 ? LatencyDetail::Requests : LatencyDetail::None;
    report.clock = m_stampIsEnd ? ClockConvention::RequestEnd : ClockConvention::RequestStart;
    if (m_finerStamps == 0)
        report.stalls.clear(); // whole seconds do not tell when requests began
}

LoadTestReport JmeterSamples::soFar() const
{
    LoadTestReport report = soFarOf(m_builder);
    setContents(report);
    return report;
}

void JmeterSamples::finish(LoadTestReport &report, bool hasDate) &&
{
    if (!m_isDecided)
        decide();
    std::move(m_builder).finish(report);
    setContents(report);
    if (m_withStamp == 0)
        report.clock = ClockConvention::None;
    else if (!hasDate)
        report.startedAt.reset();
    addNotes(report, hasDate);
    m_clock.finish(report);
}

void JmeterSamples::addNotes(LoadTestReport &report, bool hasDate) const
{
    if (m_withStamp == 0)
        report.notes.emplace_back("No timeline: the file holds no time stamps.");
    else if (m_stampIsEnd)
        report.notes.push_back("Time stamps are taken as the end of a request: in " + countText(m_conflictsIfStart)
                               + " of " + countText(m_pairs)
                               + " cases a thread would otherwise begin a request "
                                 "before its last one ended.");
    else
        report.notes.emplace_back("Time stamps are taken as the begin of a request, as JMeter writes them by default.");
    if (m_withStamp > 0 && !hasDate)
        report.notes.emplace_back("The time stamps hold no date: only their differences mean something.");
    if (m_withSuccess == 0)
        report.notes.emplace_back("The file does not tell failed requests apart.");
    if (m_transactions > 0)
        report.notes.push_back(pluralText(m_transactions, "transaction is", "transactions are")
                               + " left out: their requests are counted one by one.");
    if (m_lonelyTransactions > 0)
        report.notes.push_back(pluralText(m_lonelyTransactions, "transaction counts", "transactions count")
                               + " as one request each: the file holds none of the requests inside.");
    if (m_aggregates > 0)
        report.notes.push_back(pluralText(m_aggregates, "row stands", "rows stand")
                               + " for several requests each: counted, but without latencies.");
    report.notes.emplace_back("Percentiles cover every finished request, failed ones included. JMeter does not mark "
                              "requests of setup thread groups, so they can not be left out.");
    if (report.contents.hasUsers)
        report.notes.emplace_back("Users are the threads of one load generator (allThreads); in a distributed run "
                                  "they are not added up.");
    report.notes.emplace_back("The file holds no limits.");
}

} // namespace tailspan::reports
