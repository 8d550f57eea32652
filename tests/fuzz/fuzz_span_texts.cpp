// SPDX-License-Identifier: GPL-3.0-or-later
// Statements, addresses, keys and names as spans carry them, from arbitrary bytes: taken apart one by one, and as the
// attributes of spans that the advisor reads. Spans are separated by an empty line; the first line of one is its name,
// the others are "key=value".
#include "app/advice/rules_file.h"
#include "models/advisor/call_hints.h"
#include "models/advisor/keyed_requests.h"
#include "models/advisor/run_marks.h"
#include "models/advisor/runner.h"
#include "models/base/utf8.h"
#include "tests/support/planted_traces.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tailspan;

namespace {

constexpr std::size_t kTraces = 22;    // detectors ask for a pattern in 20 places
constexpr std::size_t kMostSpans = 40; // of each

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check(const advisor::CallText &call, std::string_view source)
{
    require(call.text.size() <= advisor::kMostTextBytes);
    require(!isValidUtf8(source) || isValidUtf8(call.text)); // never cut inside a character
}

std::string_view takeUpTo(std::string_view &rest, std::string_view mark)
{
    const std::size_t end = rest.find(mark);
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + mark.size());
    return part;
}

void checkTexts(std::string_view text)
{
    check(advisor::sqlText(text), text);
    check(advisor::redisText(text), text);
    check(advisor::httpText("GET", text), text);
    check(advisor::httpText(text, text), text);
    check(advisor::nameFacts(text).text, text);
    require(advisor::redisKeyPattern(text).size() <= advisor::kMostTextBytes);
    (void)advisor::tablesOf(text);
    require(advisor::isSameEndpoint(text, "POST /pay") == advisor::isSameEndpoint("POST /pay", text));
}

void addTrace(test::PlantedTraces &traces, std::string_view text)
{
    traces.beginTrace();
    const std::size_t root =
        traces.add(test::PlantedTraces::kRoot, {"shop", "GET /cart", trace::SpanKind::Server, 0, 1000, false, {}, {}});
    for (std::size_t i = 0; i < kMostSpans && !text.empty(); ++i) {
        std::string_view lines = takeUpTo(text, "\n\n");
        test::PlantedTraces::Span span;
        span.service = "shop";
        span.operation = takeUpTo(lines, "\n");
        span.beginMs = static_cast<double>(i) * 10;
        span.lengthMs = 8;
        while (!lines.empty()) {
            std::string_view value = takeUpTo(lines, "\n");
            const std::string_view key = takeUpTo(value, "=");
            span.attributes.emplace_back(key, value);
        }
        traces.add(root, std::move(span));
    }
}

trace::TraceSnapshotPtr tracesOf(std::string_view text)
{
    test::PlantedTraces traces;
    for (std::size_t i = 0; i < kTraces; ++i)
        addTrace(traces, text);
    return traces.build();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    checkTexts(text);
    const trace::TraceSnapshotPtr traces = tracesOf(text);
    Progress progress;
    const auto calls = advisor::spanCallsOf(*traces, {}, progress);
    require(calls.has_value() && calls->signatureOf.size() == traces->spans().size());
    for (const advisor::CallSignature &signature : calls->signatures)
        require(!signature.text.empty());
    const auto keyed = advisor::keyedRequestsOf(*traces, *calls, {}, {}, progress);
    require(keyed.has_value());
    for (const advisor::KeyedOperation &operation : keyed->operations)
        require(std::size_t{operation.begin} + operation.count <= keyed->requests.size());
    static const auto detectors = advisor::makeDetectors();
    advisor::Inputs inputs;
    inputs.traces = traces.get();
    inputs.calls = &*calls;
    inputs.keyedRequests = &*keyed;
    const auto advice = advisor::runDetectors(detectors, inputs, advice::builtInRules(), {}, progress);
    require(advice.has_value());
    for (const advisor::Finding &finding : advice->findings)
        require(!finding.id.empty() && !finding.title.empty());
    return 0;
}
