// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_accumulator.h"

#include "app/json/structural_index.h"
#include "app/reports/json_document.h"
#include "app/reports/json_scan.h"
#include "app/reports/report_text.h"
#include "models/base/utf8.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cstring>

namespace tailspan::reports {

using namespace loadtest;

K6Accumulator::K6Accumulator(K6TagReader tagReader) : m_tagReader(std::move(tagReader))
{
    constexpr std::array<std::pair<std::string_view, Role>, 7> kRoles{{{"http_reqs", Role::Requests},
                                                                       {"http_req_duration", Role::Duration},
                                                                       {"http_req_failed", Role::Failed},
                                                                       {"checks", Role::Checks},
                                                                       {"vus", Role::Users},
                                                                       {"data_sent", Role::Sent},
                                                                       {"data_received", Role::Received}}};
    for (const auto &[name, role] : kRoles) {
        const StringId id = m_metricNames.intern(name);
        m_metrics.resize(m_metricNames.size());
        m_metrics[id.value()].role = role;
    }
}

void K6Accumulator::takeBlock(std::string_view text, std::uint64_t block)
{
    std::uint64_t lines = 0;
    const bool isValid = json::isUtf8(text);
    while (!text.empty()) {
        const auto *feed = static_cast<const char *>(std::memchr(text.data(), '\n', text.size()));
        const std::size_t length = feed == nullptr ? text.size() : static_cast<std::size_t>(feed - text.data());
        std::string_view line = text.substr(0, length);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!isValid)
            countInvalidUtf8(line, {block, lines});
        takeLine(line, {block, lines++}, feed != nullptr);
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    setLines(block, lines);
}

void K6Accumulator::countInvalidUtf8(std::string_view line, K6Place place)
{
    std::uint64_t replaced = 0;
    (void)validUtf8(line, replaced);
    if (replaced > 0)
        m_issues.add(QualityIssue::InvalidUtf8, place, replaced);
}

void K6Accumulator::takeLine(std::string_view line, K6Place place, bool isTerminated)
{
    if (skipBlanks(line, 0) >= line.size())
        return;
    const K6Line parsed = m_scanner.scan(line, isTerminated);
    switch (parsed.kind) {
    case K6Line::Kind::OutOfRange:
        m_issues.add(QualityIssue::NumberOutOfRange, place);
        takePoint(parsed);
        break;
    case K6Line::Kind::Point: takePoint(parsed); break;
    case K6Line::Kind::Metric: takeDeclaration(line, parsed.metric, place); break;
    case K6Line::Kind::NotANumber: m_issues.add(QualityIssue::NotANumber, place); break;
    case K6Line::Kind::Malformed: noteMalformed(place, isTerminated); break;
    }
}

void K6Accumulator::noteMalformed(K6Place place, bool isTerminated)
{
    m_issues.add(isTerminated ? QualityIssue::MalformedRecord : QualityIssue::Truncated, place);
    m_isTruncated = m_isTruncated || !isTerminated;
}

void K6Accumulator::takePoint(const K6Line &line)
{
    const StringId id = m_metricNames.intern(line.metric);
    if (id.value() >= m_metrics.size())
        m_metrics.resize(m_metricNames.size());
    Metric &metric = m_metrics[id.value()];
    metric.summary.record(line.value, line.timeNs);
    m_builder.touch(line.timeNs);
    switch (metric.role) {
    case Role::Requests: {
        const RequestTags &tags = requestTags(line.tags);
        m_builder.addRequest(line.timeNs, tags.requestClass, tags.endpoint);
        if (tags.failureKind.isValid())
            m_builder.addFailure(line.timeNs, tags.failureKind);
        break;
    }
    case Role::Duration: takeDuration(line); break;
    case Role::Checks: takeCheck(line); break;
    case Role::Users:
        m_builder.addUsers(line.timeNs, line.value);
        m_clock.see(line.timeNs);
        break;
    case Role::Sent:
        m_builder.addBytes(line.timeNs, 0, static_cast<std::uint64_t>(std::clamp(line.value, 0.0, 9e18)));
        break;
    case Role::Received:
        m_builder.addBytes(line.timeNs, static_cast<std::uint64_t>(std::clamp(line.value, 0.0, 9e18)), 0);
        break;
    case Role::Failed:
    case Role::Other: break;
    }
}

void K6Accumulator::takeDuration(const K6Line &line)
{
    const RequestTags &tags = requestTags(line.tags);
    const std::int64_t latencyNs = std::max<std::int64_t>(nsFromMs(line.value), 0);
    m_builder.addLatency(line.timeNs, tags.requestClass, tags.endpoint, latencyNs);
    m_builder.addTrace(line.timeNs, latencyNs, tags.endpoint, m_lastTrace);
    // The time of a point is the end of its request.
    const std::int64_t begin = saturatingSubtract(line.timeNs, latencyNs);
    m_builder.touch(begin);
    m_builder.addStart(begin);
    m_finerStamps += line.timeNs % 1'000'000'000 != 0 ? 1 : 0;
    countScenario(tags.scenario, begin, line.timeNs);
}

void K6Accumulator::takeCheck(const K6Line &line)
{
    const K6Tags tags = m_tagReader(line.tags);
    auto at = m_checks.find(tags.check);
    if (at == m_checks.end())
        at = m_checks.emplace(std::string(tags.check), Check{tags.text(tags.check), 0, 0}).first;
    ++(line.value > 0 ? at->second.passes : at->second.fails);
}

const K6Accumulator::RequestTags &K6Accumulator::requestTags(std::string_view tags)
{
    if (tags != m_lastTags || !m_lastRequest.endpoint.isValid()) {
        parseRequestTags(tags);
        m_lastTags = tags;
    }
    return m_lastRequest;
}

void K6Accumulator::parseRequestTags(std::string_view text)
{
    const K6Tags tags = m_tagReader(text);
    const bool failed = tags.isFailed();
    const bool setup = tags.isSetup();
    m_hasSetup = m_hasSetup || setup;
    m_withoutExpectation += tags.expected.empty() ? 1 : 0;
    m_lastRequest.requestClass = setup ? (failed ? RequestClass::SetupFailed : RequestClass::SetupOk)
                                       : (failed ? RequestClass::Failed : RequestClass::Ok);
    const std::string_view name = tags.name.empty() ? tags.url : tags.name;
    m_lastRequest.endpoint = tags.isPlain(name) ? m_builder.endpoint(name) : m_builder.endpoint(tags.text(name));
    m_lastRequest.failureKind = failed ? m_builder.failureKind(tags.failureKind()) : StringId();
    m_lastRequest.scenario = m_scenarioNames.intern(tags.scenario);
    m_lastTrace = m_builder.traceId(tags.traceId);
}

void K6Accumulator::countScenario(StringId scenario, std::int64_t beginNs, std::int64_t endNs)
{
    if (scenario.value() >= m_scenarios.size())
        m_scenarios.resize(m_scenarioNames.size());
    ScenarioCount &count = m_scenarios[scenario.value()];
    count.beginNs = count.requests == 0 ? beginNs : std::min(count.beginNs, beginNs);
    count.endNs = count.requests == 0 ? endNs : std::max(count.endNs, endNs);
    ++count.requests;
}

void K6Accumulator::takeDeclaration(std::string_view line, std::string_view metric, K6Place place)
{
    const auto document = parseJsonDocument(line, {});
    if (!document) {
        m_issues.add(QualityIssue::MalformedRecord, place);
        return;
    }
    const Json &data = child(document->root, "data");
    K6MetricDeclaration declaration{textAt(data, "type"), textAt(data, "contains"), {}, {}};
    for (const Json &threshold : child(data, "thresholds")) {
        if (threshold.is_string())
            declaration.thresholds.push_back(threshold.get<std::string>());
    }
    for (const Json &submetric : child(data, "submetrics"))
        declaration.submetrics.push_back(textAt(submetric, "name"));
    m_declarations.try_emplace(K6Tags().text(metric), std::move(declaration));
}

} // namespace tailspan::reports
