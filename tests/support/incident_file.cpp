// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/incident_file.h"

#include <cmath>
#include <random>

namespace tailspan::test {

namespace {

constexpr long kBeginUs = 1'767'225'600'000'000;
constexpr long kLengthUs = 600'000'000;
constexpr long kChangeUs = 420'000'000;

struct Span {
    std::string trace;
    std::string id;
    std::string parent;
    const char *operation = "";
    long startUs = 0;
    long durationUs = 0;
    const char *process = "";
    std::string tags;
};

std::string tag(const std::string &key, const std::string &value)
{
    return R"({"key":")" + key + R"(","type":"string","value":")" + value + R"("})";
}

std::string textOf(const Span &span)
{
    const std::string parent = span.parent.empty()
        ? std::string()
        : R"({"refType":"CHILD_OF","traceID":")" + span.trace + R"(","spanID":")" + span.parent + R"("})";
    return R"({"traceID":")" + span.trace + R"(","spanID":")" + span.id + R"(","operationName":")" + span.operation
        + R"(","references":[)" + parent + R"(],"startTime":)" + std::to_string(span.startUs) + R"(,"duration":)"
        + std::to_string(span.durationUs) + R"(,"tags":[)" + span.tags + R"(],"processID":")" + span.process + R"("})";
}

} // namespace

std::string incidentAsJaeger(int traces)
{
    std::mt19937 random(7);
    std::lognormal_distribution<double> latencyMs(std::log(20.0), 0.4);
    std::string text = R"({"data":[)";
    for (int i = 0; i < traces; ++i) {
        const long offsetUs = kLengthUs / traces * i;
        const bool isNew = offsetUs > kChangeUs && random() % 10 < 4;
        const auto durationUs = static_cast<long>(1000 * (latencyMs(random) + (isNew ? 500 : 0)));
        const std::string id = std::to_string(1'000'000 + i);
        Span request{id, id + "1", "", "POST /charge", kBeginUs + offsetUs, durationUs, "p1", {}};
        request.tags = tag("version", isNew ? "2.14.1" : "2.14.0") + ","
            + tag("region", random() % 3 == 0 ? "eu" : "us") + ","
            + tag("host", "node-" + std::to_string(random() % 5));
        if (random() % 50 == 0)
            request.tags += R"(,{"key":"error","type":"bool","value":true})";
        const Span call{id, id + "2", request.id, "SELECT", kBeginUs + offsetUs, durationUs / 2, "p2", {}};
        text += (i > 0 ? "," : "") + std::string(R"({"traceID":")") + id + R"(","spans":[)" + textOf(request) + ","
            + textOf(call)
            + R"(],"processes":{"p1":{"serviceName":"payment","tags":[]},"p2":{"serviceName":"db","tags":[]}}})";
    }
    return text + "]}";
}

} // namespace tailspan::test
