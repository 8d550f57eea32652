// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/gatling_records.h"

#include "app/reports/report_text.h"
#include "models/base/number_text.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kMsNs = 1'000'000;
// Keeps twice a time inside 64 bits, and its nanoseconds too.
constexpr std::int64_t kLargestMs = 9'000'000'000'000;

/// "Login,Auth" and "POST" as "Login / Auth / POST".
std::string endpointName(std::string_view group, std::string_view name)
{
    std::string text;
    while (!group.empty()) {
        const std::size_t comma = std::min(group.find(','), group.size());
        text += std::string(group.substr(0, comma)) + " / ";
        group.remove_prefix(std::min(comma + 1, group.size()));
    }
    text += name.empty() ? std::string_view("request without a name") : name;
    return plainName(text);
}

std::string_view withoutBlankText(std::string_view text)
{
    return text == " " ? std::string_view() : text; // Gatling writes one blank for an empty text
}

} // namespace

void GatlingRecords::run(std::string_view simulation, std::string_view description, std::string_view version)
{
    m_simulation = plainName(simulation);
    m_description = plainName(withoutBlankText(description));
    m_version = plainName(withoutBlankText(version));
}

void GatlingRecords::user(bool isStart, std::int64_t ms)
{
    if (ms < -kLargestMs || ms > kLargestMs)
        return;
    m_builder.touch(ms * kMsNs);
    if (m_userEvents.size() < kMaxUserEvents)
        m_userEvents.push_back(ms * 2 + (isStart ? 1 : 0));
    else
        m_hasAllUsers = false;
}

void GatlingRecords::request(std::string_view group, std::string_view name, std::int64_t startMs, std::int64_t endMs,
                             bool isOk, std::string_view message)
{
    group = withoutBlankText(group);
    name = withoutBlankText(name);
    if (!m_lastEndpoint.isValid() || group != m_lastGroup || name != m_lastName) {
        m_lastEndpoint = m_builder.endpoint(endpointName(group, name));
        m_lastGroup = group;
        m_lastName = name;
    }
    const std::int64_t startNs = saturatingMultiply(startMs, kMsNs);
    const std::int64_t endNs = saturatingMultiply(endMs, kMsNs);
    const RequestClass requestClass = isOk ? RequestClass::Ok : RequestClass::Failed;
    m_builder.addWholeRequest(startNs, endNs, requestClass, m_lastEndpoint);
    m_clock.see(endNs);
    if (endMs <= kLargestMs)
        m_lastEndMs = std::max(m_lastEndMs, endMs);
    if (!isOk) {
        const std::string_view why = withoutBlankText(message);
        m_builder.addFailure(endNs, m_builder.failureKind(why.empty() ? "failed, no message" : failureText(why)));
    }
}

void GatlingRecords::error(std::string_view message)
{
    if (m_errors++ == 0)
        m_firstError = failureText(message);
}

/// Users at work: of each second the most that were at work at one moment.
void GatlingRecords::addUsers(TimelineBuilder &builder, std::vector<std::int64_t> events) const
{
    if (!m_hasAllUsers)
        return;
    std::sort(events.begin(), events.end()); // at one moment ends come first
    double users = 0;
    std::int64_t nextMs = 0;
    std::size_t filled = 0;
    // A second in which no user comes or goes has users too; of a run of more than two days not each.
    const auto fillTo = [&](std::int64_t ms) {
        for (; nextMs < ms && filled < kMaxFilledSeconds; nextMs += 1000, ++filled)
            builder.addUsers(nextMs * kMsNs, users);
    };
    for (std::size_t i = 0; i < events.size(); ++i) {
        const bool isStart = (events[i] & 1) != 0;
        const std::int64_t ms = (events[i] - (isStart ? 1 : 0)) / 2;
        if (i > 0)
            fillTo(ms);
        users = std::max(users + (isStart ? 1 : -1), 0.0);
        builder.addUsers(ms * kMsNs, users);
        nextMs = ms - ((ms % 1000) + 1000) % 1000 + 1000;
    }
    if (users > 0)
        fillTo(m_lastEndMs); // those whose end was never written
}

void GatlingRecords::setContents(LoadTestReport &report)
{
    const bool hasRequests = requestCount(report.requests, {}) > 0;
    report.clock = ClockConvention::RequestStart;
    report.contents.hasRequests = hasRequests;
    report.contents.hasFailures = hasRequests;
    report.contents.hasLatency = hasRequests;
    report.contents.latencyDetail = hasRequests ? LatencyDetail::Requests : LatencyDetail::None;
}

LoadTestReport GatlingRecords::soFar() const
{
    LoadTestReport report;
    TimelineBuilder copy;
    copy.merge(m_builder);
    addUsers(copy, m_userEvents);
    std::move(copy).finish(report);
    setContents(report);
    return report;
}

void GatlingRecords::finish(LoadTestReport &report) &&
{
    addUsers(m_builder, std::move(m_userEvents));
    std::move(m_builder).finish(report);
    setContents(report);
    report.tool = m_version.empty() ? "Gatling" : "Gatling " + m_version;
    addNotes(report);
    m_clock.finish(report);
}

void GatlingRecords::addNotes(LoadTestReport &report) const
{
    if (!m_simulation.empty())
        report.notes.push_back("Simulation " + m_simulation
                               + (m_description.empty() ? std::string(".") : ": " + m_description + "."));
    if (!report.contents.hasRequests)
        report.notes.emplace_back("The file holds no requests.");
    else
        report.notes.emplace_back("Percentiles cover every finished request, failed ones included. Gatling does not "
                                  "mark requests of a setup.");
    if (m_groups > 0)
        report.notes.push_back(pluralText(m_groups, "group is", "groups are")
                               + " left out: their requests are counted one by one.");
    if (m_assertions > 0)
        report.notes.push_back("The file holds " + pluralText(m_assertions, "assertion", "assertions")
                               + " in a form that only Gatling reads, so there are no verdicts.");
    else
        report.notes.emplace_back("The file holds no limits.");
    if (m_errors > 0)
        report.notes.push_back("The scripts report " + pluralText(m_errors, "error", "errors")
                               + " beside the requests, first: " + m_firstError);
    if (!m_hasAllUsers)
        report.notes.emplace_back("Users over time are left out: more than 20 million came and went.");
}

} // namespace tailspan::reports
