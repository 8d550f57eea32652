// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_ndjson.h"

#include "app/json/block_reader.h"
#include "app/reports/json_outline.h"
#include "app/reports/k6_watcher.h"
#include "app/reports/report_reader.h"

#include <algorithm>
#include <deque>
#include <mutex>

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

} // namespace

Result<loadtest::LoadTestReport> readK6Ndjson(bytes::ByteStream &stream, std::stop_token stop, Progress &progress,
                                              unsigned workers, const ReadOptions &options)
{
    workers = std::max(workers, 1U);
    progress.begin("reading", stream.fileBytes());
    json::BlockReader blocks(stream, json::CutRule::atLines());
    std::deque<K6Share> shares(workers);
    {
        const K6Watcher watcher(shares, options);
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
