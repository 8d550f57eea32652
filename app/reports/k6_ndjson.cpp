// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_ndjson.h"

#include "app/json/block_reader.h"
#include "app/reports/json_outline.h"
#include "app/reports/k6_accumulator.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>

namespace tailspan::reports {

namespace {

class K6NdjsonReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"k6-ndjson", "k6 JSON output (--out json)", "k6"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("type") && json.has("data") && json.has("metric")
            && (json.has("data.time") || json.has("data.type") || json.has("data.name"));
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        return readK6Ndjson(stream, std::move(stop), progress, json::workerCount(), options);
    }
};

/// What one worker has learned; the mutex is for whoever looks at it between two blocks.
struct Share {
    std::mutex mutex;
    K6Accumulator accumulator;
};

/// Hands out what all workers have read so far, from a thread of its own, until it is destroyed.
class Watcher {
public:
    Watcher(std::deque<Share> &shares, const ReadOptions &options)
    {
        if (options.partial)
            m_thread = std::jthread([&shares, &options](const std::stop_token &stop) { watch(shares, options, stop); });
    }

private:
    static void watch(std::deque<Share> &shares, const ReadOptions &options, const std::stop_token &stop)
    {
        PartialReports partials(options);
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!wake.wait_for(lock, stop, kBetweenLooks, [] { return false; }) && !stop.stop_requested()) {
            if (!partials.isDue())
                continue;
            try {
                partials.give(soFar(shares));
            } catch (const std::bad_alloc &) {
                return; // the reading itself may still get along
            }
        }
    }

    static loadtest::LoadTestReport soFar(std::deque<Share> &shares)
    {
        loadtest::TimelineBuilder builder;
        builder.skipEndpointTimeline();
        for (Share &share : shares) {
            const std::lock_guard lock(share.mutex);
            share.accumulator.addTo(builder);
        }
        loadtest::LoadTestReport report;
        std::move(builder).finish(report);
        K6Accumulator::setContents(report);
        return report;
    }

    static constexpr std::chrono::milliseconds kBetweenLooks{50};

    std::jthread m_thread;
};

} // namespace

Result<loadtest::LoadTestReport> readK6Ndjson(bytes::ByteStream &stream, std::stop_token stop, Progress &progress,
                                              unsigned workers, const ReadOptions &options)
{
    workers = std::max(workers, 1U);
    progress.begin("reading", stream.fileBytes());
    json::BlockReader blocks(stream, json::CutRule::atLines());
    std::deque<Share> shares(workers);
    {
        const Watcher watcher(shares, options);
        TS_CHECK(json::forEachBlock(blocks, workers, std::move(stop), progress,
                                    [&shares](unsigned worker, json::Block &block) -> Result<> {
                                        const std::lock_guard lock(shares[worker].mutex);
                                        shares[worker].accumulator.takeBlock(block.buffer.text(), block.sequence);
                                        return {};
                                    }));
    }
    for (unsigned i = 1; i < workers; ++i)
        shares[0].accumulator.merge(std::move(shares[i].accumulator));
    loadtest::LoadTestReport report;
    std::move(shares[0].accumulator).finish(report);
    return report;
}

std::unique_ptr<const ReportReader> makeK6NdjsonReader()
{
    return std::make_unique<K6NdjsonReader>();
}

} // namespace tailspan::reports
