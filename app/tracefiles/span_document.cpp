// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/span_document.h"

#include "app/tracefiles/cut_plan.h"

#include <tbb/parallel_for_each.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace tailspan::tracefiles {

namespace {

/// What one block gave, kept until all are there.
struct ReadBlock {
    trace::SpanBatch batch;
    std::vector<SpanContext> contexts;
    std::uint32_t lastContext = 0;
    DataQuality quality;
    unsigned worker = 0;
    bool isAsPlanned = true; ///< Ended between spans, in the state that the next block begins in.
    bool isCutOff = false;   ///< The last block ends inside a value.
};

/// One worker's tools.
struct Worker {
    StringPool pool;
    json::StructuralIndex index;
};

class DocumentReading {
public:
    DocumentReading(const SpanDocumentFormat &format, const ReadContext &context, unsigned workers)
        : m_format(format), m_context(context), m_workers(workers)
    {
    }

    /// False when a block did not begin or end where the plan said.
    Result<bool> readBlocks(const CutPlan &plan)
    {
        const std::unique_ptr<bytes::ByteStream> stream = bytes::streamOf(m_context.source);
        json::BlockReader reader(*stream, plan.rule);
        m_context.progress.begin("reading", stream->fileBytes());
        TS_CHECK(json::forEachBlock(reader, static_cast<unsigned>(m_workers.size()), m_context.stop, m_context.progress,
                                    [&](unsigned worker, json::Block &block) -> Result<> {
                                        readBlock(worker, block, plan.stackAtCuts);
                                        return {};
                                    }));
        return std::all_of(m_blocks.begin(), m_blocks.end(), [](const auto &entry) { return entry.second.isAsPlanned; });
    }

    void addToBuilder()
    {
        for (const Worker &worker : m_workers)
            m_translations.push_back(trace::internAll(worker.pool, m_context.builder.strings()));
        joinContexts();
        addResources();
        std::vector<std::pair<ReadBlock *, const std::vector<std::uint32_t> *>> jobs;
        for (auto &[sequence, block] : m_blocks)
            jobs.emplace_back(&block, &m_contextNumbers[sequence]);
        tbb::parallel_for_each(jobs, [&](const auto &job) { resolve(*job.first, *job.second); });
        trace::TraceInput &input = m_context.builder.input(m_context.input);
        for (auto &[sequence, block] : m_blocks) {
            input.quality.merge(block.quality);
            if (block.isCutOff) {
                input.isComplete = false;
                input.quality.add(QualityIssue::Truncated);
            }
            m_context.builder.add(m_context.input, std::move(block.batch));
        }
    }

private:
    void readBlock(unsigned workerNumber, json::Block &block, const FrameStack &stackAtCuts)
    {
        Worker &worker = m_workers[workerNumber];
        ReadBlock result;
        worker.index.index(block.buffer, result.quality);
        SpanSink sink(worker.pool, block.offset, worker.index.hasInvalidUtf8());
        sink.batch().spans.reserve(block.buffer.size() / kTypicalSpanBytes);
        FrameStack stack = block.sequence == 0 ? FrameStack() : stackAtCuts;
        const bool isClosed = walkDocument(m_format, worker.index.cursor(), stack, sink) && !worker.index.endsInsideString();
        if (block.isLast)
            result.isCutOff = !isClosed || !stack.empty();
        else
            result.isAsPlanned = isClosed && stack == stackAtCuts;
        result.batch = std::move(sink.batch());
        result.contexts = std::move(sink.contexts());
        result.lastContext = sink.contextNumber();
        result.quality.merge(sink.quality());
        result.worker = workerNumber;
        const std::lock_guard lock(m_mutex);
        m_blocks.emplace(block.sequence, std::move(result));
    }

    /// Numbers the contexts through all blocks: a block's context 0 is the one the block before it ended in.
    void joinContexts()
    {
        m_contexts.emplace_back();
        std::uint32_t open = 0;
        for (auto &[sequence, block] : m_blocks) {
            std::vector<std::uint32_t> &numbers = m_contextNumbers[sequence];
            numbers.push_back(open);
            mergeInto(m_contexts[open], block.contexts[0], m_translations[block.worker]);
            for (std::size_t c = 1; c < block.contexts.size(); ++c) {
                numbers.push_back(static_cast<std::uint32_t>(m_contexts.size()));
                m_contexts.emplace_back();
                mergeInto(m_contexts.back(), block.contexts[c], m_translations[block.worker]);
            }
            open = numbers[block.lastContext];
        }
    }

    static void mergeInto(SpanContext &target, const SpanContext &part, const std::vector<StringId> &translation)
    {
        if (part.recordLength != 0) {
            target.recordOffset = part.recordOffset;
            target.recordLength = part.recordLength;
        }
        if (part.service.isValid())
            target.service = translation[part.service.value()];
        for (SpanContext::Process process : part.processes) {
            process.key = translation[process.key.value()];
            process.service = translation[process.service.value()];
            target.processes.push_back(process);
        }
    }

    void addResources()
    {
        const auto add = [&](std::uint64_t offset, std::uint32_t length) {
            return length == 0 ? trace::SpanTable::kNoResource
                               : m_context.builder.addResource({offset, length, m_context.input});
        };
        for (const SpanContext &context : m_contexts) {
            std::vector<std::uint32_t> &numbers = m_resources.emplace_back();
            numbers.push_back(add(context.recordOffset, context.recordLength));
            for (const SpanContext::Process &process : context.processes)
                numbers.push_back(add(process.recordOffset, process.recordLength));
        }
    }

    void resolve(ReadBlock &block, const std::vector<std::uint32_t> &contextNumbers) const
    {
        trace::translateStrings(block.batch, m_translations[block.worker]);
        for (trace::SpanDraft &span : block.batch.spans) {
            const std::uint32_t context = contextNumbers[span.resource];
            m_format.resolve(span, m_contexts[context], m_resources[context]);
        }
    }

    static constexpr std::size_t kTypicalSpanBytes = 600;

    const SpanDocumentFormat &m_format;
    const ReadContext &m_context;
    std::vector<Worker> m_workers;
    std::mutex m_mutex;
    std::map<std::uint64_t, ReadBlock> m_blocks; // by place in the file
    std::vector<std::vector<StringId>> m_translations; // of each worker's pool
    std::vector<SpanContext> m_contexts;
    std::vector<std::vector<std::uint32_t>> m_resources; // of each context: its own, then one a process
    std::map<std::uint64_t, std::vector<std::uint32_t>> m_contextNumbers;
};

} // namespace

Result<> readSpanDocuments(const SpanDocumentFormat &format, const ReadContext &context)
{
    TS_TRY(const CutPlan plan, planCuts(format, *context.source));
    DocumentReading parallel(format, context, context.workers);
    TS_TRY(const bool isAsPlanned, parallel.readBlocks(plan));
    if (isAsPlanned) {
        parallel.addToBuilder();
        return {};
    }
    DocumentReading whole(format, context, 1);
    TS_TRY(const bool isRead, whole.readBlocks({}));
    (void)isRead;
    whole.addToBuilder();
    return {};
}

} // namespace tailspan::tracefiles
