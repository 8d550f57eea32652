// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_resources.h"

#include "app/cli/named_source.h"
#include "app/sources/metric_source.h"
#include "app/workspace/run_resources.h"
#include "models/loadtest/alignment.h"

namespace tailspan::cli {

namespace {

bool isOfStore(ErrorCode code)
{
    return code == ErrorCode::Unreachable || code == ErrorCode::Auth || code == ErrorCode::Timeout;
}

/// Of its own pages: "https://prometheus.example:9090/prefix".
std::string pageOf(const sources::SourceAddress &address)
{
    constexpr int kUsualPort = 9090;
    const bool isNumberWithColons = address.host.find(':') != std::string::npos;
    const std::string host = isNumberWithColons ? "[" + address.host + "]"
        : address.host.empty()                  ? "127.0.0.1"
                                                : address.host;
    return (address.scheme.ends_with("https") ? "https://" : "http://") + host + ":"
        + std::to_string(address.port == 0 ? kUsualPort : address.port)
        + (address.database.empty() ? "" : "/" + address.database);
}

} // namespace

Result<std::vector<loadtest::ResourceAnswer>> askResources(const std::string &store,
                                                           std::span<const loadtest::Limit> limits,
                                                           const loadtest::LoadTestReport &report)
{
    const std::vector<std::string> expressions = loadtest::resourceExpressions(limits);
    if (expressions.empty())
        return std::vector<loadtest::ResourceAnswer>();
    if (store.empty())
        return loadtest::unanswered(limits, "no store of metrics was named (--prometheus URL)");
    const TimeRange run = loadtest::runRangeOf(report);
    if (run.isEmpty() || !report.startedAt)
        return loadtest::unanswered(limits,
                                    "the file does not say when the run was; open it in the window to lay it on the "
                                    "axis");
    TS_TRY(const sources::SourceToOpen source,
           namedSource(store.starts_with("http://") || store.starts_with("https://") ? "prometheus+" + store : store));
    const auto metrics = sources::makeMetricSource(source.address, source.secrets);
    if (!metrics)
        return fail(ErrorCode::Unsupported, "is no store of metrics; --prometheus takes the URL of a Prometheus",
                    source.name);
    Progress progress;
    std::vector<loadtest::ResourceAnswer> answers;
    for (const std::string &expression : expressions) {
        auto answer = metrics->queryRange(workspace::resourceQuestion(expression, run), {{}, progress});
        if (!answer && isOfStore(answer.error().code))
            return tl::unexpected(answer.error());
        if (answer)
            answers.push_back({expression, std::move(answer->series), {}, pageOf(source.address)});
        else
            answers.push_back({expression, {}, answer.error().message, {}});
    }
    return answers;
}

} // namespace tailspan::cli
