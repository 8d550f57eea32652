// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_ndjson.h"

#include "app/reports/json_outline.h"
#include "app/reports/k6_accumulator.h"
#include "app/reports/line_blocks.h"
#include "app/reports/report_reader.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace tailspan::reports {

namespace {

constexpr unsigned kMaxWorkers = 8;

void takeLines(const LineBlock &block, K6Accumulator &accumulator)
{
    std::uint64_t number = block.firstLine;
    std::string_view rest = block.text;
    while (!rest.empty()) {
        const auto *feed = static_cast<const char *>(std::memchr(rest.data(), '\n', rest.size()));
        const std::size_t length = feed == nullptr ? rest.size() : static_cast<std::size_t>(feed - rest.data());
        std::string_view line = rest.substr(0, length);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        accumulator.takeLine(line, number++, feed != nullptr);
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
}

Result<void> work(LineBlocks &blocks, K6Accumulator &accumulator)
{
    std::vector<char> buffer;
    while (true) {
        TS_TRY(const LineBlock block, blocks.next(buffer));
        if (block.text.empty())
            return {};
        takeLines(block, accumulator);
    }
}

class K6NdjsonReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"k6-ndjson", "k6 JSON output (--out json)", "k6"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("type") && json.has("data") && json.has("metric")
            && (json.has("data.time") || json.has("data.type") || json.has("data.name"));
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        const unsigned workers = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxWorkers);
        return readK6Ndjson(stream, std::move(stop), progress, workers);
    }
};

} // namespace

Result<loadtest::LoadTestReport> readK6Ndjson(bytes::ByteStream &stream, std::stop_token stop, Progress &progress,
                                              unsigned workers)
{
    workers = std::max(workers, 1U);
    LineBlocks blocks(stream, std::move(stop), progress);
    std::vector<K6Accumulator> accumulators(workers);
    std::vector<Result<void>> outcomes(workers);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < workers; ++i)
            threads.emplace_back([&, i] { outcomes[i] = work(blocks, accumulators[i]); });
        outcomes[0] = work(blocks, accumulators[0]);
    }
    for (Result<void> &outcome : outcomes)
        TS_CHECK(outcome);
    for (unsigned i = 1; i < workers; ++i)
        accumulators[0].merge(std::move(accumulators[i]));
    loadtest::LoadTestReport report;
    std::move(accumulators[0]).finish(report);
    return report;
}

std::unique_ptr<const ReportReader> makeK6NdjsonReader()
{
    return std::make_unique<K6NdjsonReader>();
}

} // namespace tailspan::reports
