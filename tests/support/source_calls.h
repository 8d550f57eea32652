// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "app/sources/trace_source.h"
#include "models/trace/trace_snapshot.h"

#include <QTest>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tailspan::test {

/// A source for a URL; fails the program when the URL is wrong. The password stands apart, as in the product.
[[nodiscard]] std::unique_ptr<sources::TraceSource> sourceOf(const std::string &url, const std::string &password = {},
                                                             const std::string &keyPassphrase = {});
/// The same as one of the stores that a workspace connects to.
[[nodiscard]] sources::SourceToOpen storeOf(const std::string &url, const std::string &password = {},
                                            const std::string &keyPassphrase = {});

/// What a fetch or tail gave, with the spans it added.
struct Fetched {
    sources::FetchOutcome outcome;
    trace::TraceSnapshotPtr snapshot;
};
[[nodiscard]] Result<Fetched> fetched(sources::TraceSource &source, const sources::FetchRequest &request,
                                      std::stop_token stop = {});
[[nodiscard]] Result<Fetched> tailed(sources::TraceSource &source, sources::TailPosition &position,
                                     std::stop_token stop = {});
[[nodiscard]] Result<sources::SearchPage> searched(sources::TraceSource &source, const trace::TraceQuery &query,
                                                   std::stop_token stop = {});
[[nodiscard]] Result<trace::SpanDetails> detailed(sources::TraceSource &source, const trace::SpanAddress &span,
                                                  std::stop_token stop = {});
/// The steps of a probe and how it ended.
struct Probed {
    Result<> outcome;
    std::vector<sources::ProbeStep> steps;
    [[nodiscard]] const sources::ProbeStep *step(const std::string &title) const; ///< Whose title holds that text.
};
[[nodiscard]] Probed probed(sources::TraceSource &source, std::stop_token stop = {});

/// Runs a call on a thread of its own, as the product does, asks it to stop after a while and says how long it took to
/// end after that. The call makes its source itself: a source lives on one thread.
struct Stopped {
    std::chrono::milliseconds after{0};
    Result<> outcome;
};
[[nodiscard]] Stopped stoppedAfter(std::chrono::milliseconds wait,
                                   const std::function<Result<>(std::stop_token)> &call);

/// How long a call takes.
[[nodiscard]] std::chrono::milliseconds timeOf(const std::function<void()> &call);

/// A query with some of its conditions set: `queryWith([](auto &query) { query.errorsOnly = true; })`.
template <class Change>
[[nodiscard]] trace::TraceQuery queryWith(Change &&change)
{
    trace::TraceQuery query;
    change(query);
    return query;
}

/// One record as the target's collector writes it.
struct RecordText {
    std::string trace = "trace-1";
    std::string span = "span-1";
    std::string parent = {};
    std::string service = "auth";
    std::string operation = "GET /login";
    std::int64_t endNs = 0;
    std::int64_t durationMs = 5;
    int statusCode = 200;
    std::string error = {};
    std::string requestJson = "{}";
    std::string responseJson = "{}";
    std::string metadataJson = "{}";
    std::string neighborsJson = "[]";

    [[nodiscard]] std::string text() const;
};
[[nodiscard]] std::int64_t nowNs();
[[nodiscard]] QByteArray why(const Error &error);

} // namespace tailspan::test

/// Fails the test with the error's words when a call gave one.
#define VERIFY_OK(call)                                                                                                \
    do {                                                                                                               \
        const auto &verified = (call);                                                                                 \
        QVERIFY2(verified.has_value(), verified ? "" : ::tailspan::test::why(verified.error()).constData());           \
    } while (false)
