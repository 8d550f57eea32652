// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/vegeta_hits.h"

#include "app/reports/partial_reports.h"
#include "app/reports/report_text.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::string kindOf(const VegetaHit &hit)
{
    if (hit.code > 0 && (hit.code < 200 || hit.code >= 400))
        return "status " + std::to_string(hit.code);
    return hit.error.empty() ? std::string("no response") : failureText(hit.error);
}

} // namespace

bool isVegetaFailure(std::int64_t code, bool hasError)
{
    return code < 200 || code >= 400 || hasError;
}

StringId VegetaHits::endpointOf(const VegetaHit &hit)
{
    if (hit.url.empty()) {
        ++m_withoutUrl;
        return m_builder.endpoint(plainName(hit.attack));
    }
    m_name.assign(hit.method);
    m_name += m_name.empty() ? "" : " ";
    m_name += hit.url;
    return m_builder.endpoint(plainName(m_name));
}

void VegetaHits::add(const VegetaHit &hit)
{
    ++m_hits;
    m_withoutResponse += hit.code == 0 ? 1 : 0;
    const std::int64_t latencyNs = std::max<std::int64_t>(hit.latencyNs, 0);
    const std::int64_t endNs = saturatingAdd(hit.startNs, latencyNs);
    const bool isFailed = isVegetaFailure(hit.code, !hit.error.empty());
    const RequestClass requestClass = isFailed ? RequestClass::Failed : RequestClass::Ok;
    const StringId endpoint = endpointOf(hit);
    m_builder.addWholeRequest(hit.startNs, endNs, requestClass, endpoint);
    m_builder.addBytes(endNs, hit.bytesIn, hit.bytesOut);
    if (isFailed)
        m_builder.addFailure(endNs, m_builder.failureKind(kindOf(hit)));
}

void VegetaHits::setContents(LoadTestReport &report) const
{
    report.clock = ClockConvention::RequestStart;
    report.omission = Omission::OpenModel; // requests begin at their rate, whatever the answers do
    report.contents.hasRequests = true;
    report.contents.hasFailures = true;
    report.contents.hasLatency = m_hits > 0;
    if (m_hits > 0)
        report.contents.latencyDetail = LatencyDetail::Requests;
}

LoadTestReport VegetaHits::soFar() const
{
    LoadTestReport report = soFarOf(m_builder);
    setContents(report);
    return report;
}

void VegetaHits::finish(LoadTestReport &report) &&
{
    std::move(m_builder).finish(report);
    setContents(report);
    report.notes.emplace_back("Percentiles cover every finished request, failed ones included.");
    if (m_withoutResponse > 0)
        report.notes.push_back(pluralText(m_withoutResponse, "request", "requests")
                               + " got no response at all. Vegeta keeps the time until they failed among the "
                                 "latencies, so a refused connection counts as a fast request; leave failed ones out "
                                 "to see the others.");
    if (m_withoutUrl > 0)
        report.notes.emplace_back("The file does not say which URL a request went to; requests are named after the "
                                  "attack.");
    report.notes.emplace_back("Vegeta sends at a rate and does not wait for answers, unless it ran out of workers "
                              "(-max-workers), which the file does not say.");
    report.notes.emplace_back("The file holds no number of users and no limits.");
}

} // namespace tailspan::reports
