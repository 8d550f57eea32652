// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/source_calls.h"

#include "models/base/number_text.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace tailspan::test {

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds since(Clock::time_point began)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
}

template <class Call>
Result<Fetched> snapshotOf(Call &&call)
{
    trace::TraceBuilder builder;
    trace::TraceInput store;
    store.name = "store";
    const std::uint16_t input = builder.addInput(std::move(store));
    TS_TRY(const sources::FetchOutcome outcome, call(builder, input));
    Progress progress;
    TS_TRY(trace::TraceSnapshotPtr snapshot, builder.build({}, progress));
    return Fetched{outcome, std::move(snapshot)};
}

} // namespace

sources::SourceToOpen storeOf(const std::string &url, const std::string &password, const std::string &keyPassphrase)
{
    auto parsed = sources::parseAddress(url);
    if (!parsed) {
        std::fprintf(stderr, "%s: %s\n", url.c_str(), parsed.error().text().c_str());
        std::abort();
    }
    if (!password.empty())
        parsed->secrets.password = password;
    parsed->secrets.keyPassphrase = keyPassphrase;
    return {parsed->address.text(), parsed->address, parsed->secrets};
}

std::unique_ptr<sources::TraceSource> sourceOf(const std::string &url, const std::string &password,
                                               const std::string &keyPassphrase)
{
    const sources::SourceToOpen store = storeOf(url, password, keyPassphrase);
    return sources::makeSource(store.address, store.secrets);
}

Result<Fetched> fetched(sources::TraceSource &source, const sources::FetchRequest &request, std::stop_token stop)
{
    Progress progress;
    return snapshotOf([&](trace::TraceBuilder &builder, std::uint16_t input) {
        return source.fetch(request, builder, input, {stop, progress});
    });
}

Result<Fetched> tailed(sources::TraceSource &source, sources::TailPosition &position, std::stop_token stop)
{
    Progress progress;
    return snapshotOf([&](trace::TraceBuilder &builder, std::uint16_t input) {
        return source.tail(position, builder, input, {stop, progress});
    });
}

Result<sources::SearchPage> searched(sources::TraceSource &source, const trace::TraceQuery &query, std::stop_token stop)
{
    Progress progress;
    return source.search(query, {std::move(stop), progress});
}

Result<trace::SpanDetails> detailed(sources::TraceSource &source, const trace::SpanAddress &span, std::stop_token stop)
{
    Progress progress;
    return source.details(span, {std::move(stop), progress});
}

const sources::ProbeStep *Probed::step(const std::string &title) const
{
    for (const sources::ProbeStep &step : steps) {
        if (step.title.find(title) != std::string::npos)
            return &step;
    }
    return nullptr;
}

Probed probed(sources::TraceSource &source, std::stop_token stop)
{
    Probed result;
    Progress progress;
    result.outcome = source.probe([&](const sources::ProbeStep &step) { result.steps.push_back(step); },
                                  {std::move(stop), progress});
    return result;
}

Stopped stoppedAfter(std::chrono::milliseconds wait, const std::function<Result<>(std::stop_token)> &call)
{
    Stopped stopped;
    Clock::time_point ended;
    Clock::time_point asked;
    {
        std::jthread thread([&](const std::stop_token &stop) {
            stopped.outcome = call(stop);
            ended = Clock::now();
        });
        std::this_thread::sleep_for(wait);
        asked = Clock::now();
    }
    stopped.after = std::chrono::duration_cast<std::chrono::milliseconds>(ended - asked);
    return stopped;
}

std::chrono::milliseconds timeOf(const std::function<void()> &call)
{
    const auto began = Clock::now();
    call();
    return since(began);
}

std::string RecordText::text() const
{
    const auto quoted = [](const std::string &value) { return value.empty() ? "null" : "\"" + value + "\""; };
    return "{\"traceId\":\"" + trace + "\",\"spanId\":\"" + span + "\",\"parentSpanId\":" + quoted(parent)
        + ",\"serviceName\":\"" + service + "\",\"operation\":\"" + operation + "\",\"timestamp\":\""
        + isoText(TimePoint(endNs / 1'000'000 * 1'000'000)) + "\",\"duration\":" + std::to_string(durationMs)
        + ",\"statusCode\":" + std::to_string(statusCode) + ",\"request\":" + requestJson
        + ",\"response\":" + responseJson + ",\"error\":" + quoted(error) + ",\"metadata\":" + metadataJson
        + ",\"neighbors\":" + neighborsJson + "}";
}

std::int64_t nowNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

QByteArray why(const Error &error)
{
    return QByteArray::fromStdString(error.text());
}

} // namespace tailspan::test
