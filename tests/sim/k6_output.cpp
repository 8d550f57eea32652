// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/k6_output.h"

#include "tests/sim/metric_writer.h"
#include "tests/sim/stored_record.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>

namespace tailspan::sim {

namespace {

constexpr std::int64_t kS = 1'000'000'000;

struct Declared {
    const char *type;
    const char *contains;
    const char *thresholds;
};

Declared declared(std::string_view metric)
{
    if (metric == "http_req_duration")
        return {"trend", "time", R"(["p(95)<500"])"};
    if (metric == "http_req_failed")
        return {"rate", "default", R"(["rate<0.01"])"};
    if (metric.starts_with("http_req_") || metric == "iteration_duration")
        return {"trend", "time", "[]"};
    if (metric.starts_with("data_"))
        return {"counter", "data", "[]"};
    if (metric.starts_with("vus"))
        return {"gauge", "default", "[]"};
    return {"counter", "default", "[]"};
}

/// "2026-11-23T14:21:33.068358971Z"
std::string stamp(std::int64_t ns)
{
    std::string text = isoTime(ns);
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, "%09lldZ", static_cast<long long>(ns % kS));
    return text.replace(text.size() - 4, 4, fraction);
}

double milliseconds(std::int64_t ns)
{
    return static_cast<double>(ns) / 1e6;
}

class Output {
public:
    explicit Output(const std::string &path) : m_file(path, std::ios::binary) {}

    void point(const char *metric, const std::string &time, double value, const std::string &rest)
    {
        if (m_declared.insert(metric).second)
            declare(metric);
        m_file << R"({"metric":")" << metric << R"(","type":"Point","data":{"time":")" << time << R"(","value":)"
               << number(value) << rest << "}}\n";
    }
    void request(const LoadRequest &request);
    void users(std::int64_t atNs, int count)
    {
        point("vus", stamp(atNs), count, R"(,"tags":{})");
        point("vus_max", stamp(atNs), count, R"(,"tags":{})");
    }
    bool isGood()
    {
        m_file.close();
        return !m_file.fail();
    }

private:
    void declare(const char *metric)
    {
        const Declared d = declared(metric);
        m_file << R"({"type":"Metric","data":{"name":")" << metric << R"(","type":")" << d.type << R"(","contains":")"
               << d.contains << R"(","thresholds":)" << d.thresholds << R"(,"submetrics":null},"metric":")" << metric
               << "\"}\n";
    }

    std::ofstream m_file;
    std::set<std::string> m_declared;
};

/// k6 stamps all samples of a request with its end.
void Output::request(const LoadRequest &request)
{
    const Operation &operation = *request.calls.front().operation;
    const std::string method(operation.name, std::strchr(operation.name, ' '));
    const bool isGood = request.statusCode < 400;
    const std::string url = std::string("http://") + operation.service + std::strchr(operation.name, '/');
    const std::string shared = R"("group":"","method":")" + method + R"(","name":")" + request.endpoint
        + R"(","proto":"HTTP/1.1","scenario":")" + request.stage->scenario + R"(","status":")"
        + std::to_string(request.statusCode) + R"(","url":")" + url + '"';
    const std::string rest = R"(,"tags":{"expected_response":")" + std::string(isGood ? "true" : "false")
        + (isGood ? R"(",)" : R"(","error_code":"1503",)") + shared + R"(},"metadata":{"trace_id":")" + request.traceId
        + R"("})";
    const std::string time = stamp(request.endNs);
    const double ms = milliseconds(request.endNs - request.startNs);
    constexpr double kSendingMs = 0.05;
    constexpr double kReceivingMs = 0.09;
    point("http_reqs", time, 1, rest);
    point("http_req_duration", time, ms, rest);
    point("http_req_blocked", time, 0.004, rest);
    point("http_req_connecting", time, 0, rest);
    point("http_req_tls_handshaking", time, 0, rest);
    point("http_req_sending", time, kSendingMs, rest);
    point("http_req_waiting", time, ms - kSendingMs - kReceivingMs, rest);
    point("http_req_receiving", time, kReceivingMs, rest);
    point("http_req_failed", time, isGood ? 0 : 1, rest);
    const std::string ofIteration = R"(,"tags":{"group":"","scenario":")" + std::string(request.stage->scenario)
        + "\"}";
    point("data_sent", time, 312, ofIteration);
    point("data_received", time, isGood ? 486 : 297, ofIteration);
    point("iteration_duration", time, ms + 0.2, ofIteration);
    point("iterations", time, 1, ofIteration);
}

/// Of each second: those who stand ready, or as many as had to be started since the scenario began.
std::vector<int> usersBySecond(const std::vector<LoadRequest> &run, std::int64_t startNs)
{
    std::vector<int> users;
    double beganS = 0;
    for (const LoadStage &stage : loadStages()) {
        int most = stage.users;
        for (int second = 0; second < static_cast<int>(stage.seconds); ++second) {
            const std::int64_t atNs = startNs + static_cast<std::int64_t>((beganS + second) * 1e9);
            const auto busy = std::count_if(run.begin(), run.end(), [&](const LoadRequest &request) {
                return request.stage == &stage && request.startNs <= atNs && atNs < request.endNs;
            });
            users.push_back(most = std::max(most, static_cast<int>(busy)));
        }
        beganS += stage.seconds;
    }
    return users;
}

} // namespace

Result<> writeK6Output(const std::vector<LoadRequest> &run, std::int64_t startNs, const std::string &path)
{
    std::vector<const LoadRequest *> byEnd;
    for (const LoadRequest &request : run)
        byEnd.push_back(&request);
    std::sort(byEnd.begin(), byEnd.end(),
              [](const LoadRequest *a, const LoadRequest *b) { return a->endNs < b->endNs; });
    const std::vector<int> users = usersBySecond(run, startNs);
    Output output(path);
    std::size_t second = 0;
    for (const LoadRequest *request : byEnd) {
        for (; second < users.size() && startNs + static_cast<std::int64_t>(second) * kS <= request->endNs; ++second)
            output.users(startNs + static_cast<std::int64_t>(second) * kS, users[second]);
        output.request(*request);
    }
    return output.isGood() ? Result<>() : fail(ErrorCode::Internal, "Cannot be written; is there room?", path);
}

} // namespace tailspan::sim
