// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/clock_watch.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/timeline_builder.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::reports {

/// One row or element of a JMeter result file. Views need to live only for the call that takes the sample.
struct JmeterSample {
    std::optional<std::int64_t> stampNs; ///< As in the file: begin or end, see JmeterSamples.
    std::optional<std::int64_t> elapsedMs;
    std::optional<bool> success;
    std::optional<std::uint64_t> bytesReceived;
    std::optional<std::uint64_t> bytesSent;
    std::optional<std::int64_t> allThreads;
    std::uint64_t sampleCount = 1; ///< More than 1: a row that stands for several requests.
    std::uint64_t errorCount = 0;  ///< Of them; only where sampleCount is above 1.
    std::string_view label;
    std::string_view thread;
    std::string_view code;
    std::string_view failureMessage;
    std::string_view traceId; ///< Or a whole trace context.
};

/// True for the message of a transaction controller: its requests have samples of their own.
[[nodiscard]] bool isTransactionMessage(std::string_view responseMessage);

/// Collects the samples of a JMeter file. JMeter writes the begin of a request as its time stamp, or, with
/// sampleresult.timestamp.start=false, its end; the file does not say which. The first samples are kept back and
/// tested: in one thread a request can not begin before the one ahead of it has ended.
class JmeterSamples {
public:
    void add(const JmeterSample &sample);
    /// A row of a transaction controller. It is left out when requests of its thread lie inside it; without any (JMeter
    /// can write the transaction only) it counts as one request.
    void addTransaction(const JmeterSample &sample);
    /// A transaction whose requests have been added.
    void countTransaction() { ++m_transactions; }

    /// What was read so far, without notes.
    [[nodiscard]] loadtest::LoadTestReport soFar() const;

    /// Fills everything but format, tool and quality. `hasDate`: the time stamps hold a date and not a clock only.
    void finish(loadtest::LoadTestReport &report, bool hasDate) &&;

private:
    static constexpr std::size_t kProbedSamples = 20'000;

    struct Kept {
        std::optional<std::int64_t> stampNs;
        std::optional<std::int64_t> elapsedMs;
        std::optional<bool> success;
        std::optional<std::uint64_t> bytesReceived;
        std::optional<std::uint64_t> bytesSent;
        std::optional<std::int64_t> allThreads;
        std::uint64_t sampleCount = 1;
        std::uint64_t errorCount = 0;
        StringId label;
        StringId failureKind;
        trace::Id traceId;
        bool isTransaction = false;
        bool isEmptyIfStart = false; // a transaction without requests inside it, where stamps are begins
        bool isEmptyIfEnd = false;   // ... where stamps are ends
    };
    [[nodiscard]] Kept keptOf(const JmeterSample &sample);
    void keepOrCount(const JmeterSample &sample, const Kept &kept);
    /// The stamp of the last request of this thread.
    [[nodiscard]] std::optional<std::int64_t> &lastStampOf(std::string_view thread);
    void setContents(loadtest::LoadTestReport &report) const;
    void probe(const JmeterSample &sample);
    void decide();
    void count(const Kept &kept);
    void countAggregate(const Kept &kept, std::int64_t endNs);
    void addNotes(loadtest::LoadTestReport &report, bool hasDate) const;
    [[nodiscard]] StringId kindOf(const JmeterSample &sample);

    struct LastInThread {
        std::int64_t stampNs = 0;
        std::int64_t elapsedNs = 0;
    };
    loadtest::TimelineBuilder m_builder;
    std::vector<Kept> m_kept;
    std::unordered_map<std::string, LastInThread> m_lastInThread;
    bool m_isDecided = false;
    bool m_stampIsEnd = false;
    std::uint64_t m_pairs = 0;
    std::uint64_t m_conflictsIfStart = 0;
    std::uint64_t m_conflictsIfEnd = 0;
    std::uint64_t m_transactions = 0;
    std::uint64_t m_lonelyTransactions = 0;
    std::uint64_t m_finerStamps = 0; // than a second
    StringPool m_threads;
    std::vector<std::optional<std::int64_t>> m_lastStamp; // by StringId of m_threads
    loadtest::ClockWatch m_clock;
    std::uint64_t m_aggregates = 0;
    std::uint64_t m_withStamp = 0;
    std::uint64_t m_withElapsed = 0;
    std::uint64_t m_withSuccess = 0;
};

} // namespace tailspan::reports
