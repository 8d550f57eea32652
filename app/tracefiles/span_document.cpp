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
    bool isAsPlanned = true;    ///< Ended between spans, in the state that the next block begins in.
    bool isCutOff = false;      ///< The last block ends inside a value.
    std::size_t wholeLines = 1; ///< At least; counted only where lines were read one by one.
    std::size_t damagedLines = 0;
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
    {}

    /// False when a block did not begin or end where the plan said.
    Result<bool> readBlocks(const CutPlan &plan)
    {
        const std::unique_ptr<bytes::ByteStream> stream = bytes::streamOf(m_context.source);
        json::BlockReader reader(*stream, plan.rule, m_context.blockBytes);
        m_context.progress.begin("reading", stream->fileBytes());
        TS_CHECK(json::forEachBlock(
            reader, static_cast<unsigned>(m_workers.size()), m_context.stop, m_context.progress,
            [&](unsigned worker, json::Block &block) -> Result<> { return readBlock(worker, block, plan); }));
        return std::all_of(m_blocks.begin(), m_blocks.end(), [](const auto &entry) { return entry.second.isAsPlanned; })
            && (m_format.hasLinePrefix() || !plan.isByLine || areLinesDocuments());
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
    /// Where most lines are no documents, the first line only looked like one.
    bool areLinesDocuments() const
    {
        std::size_t whole = 0;
        std::size_t damaged = 0;
        for (const auto &[sequence, block] : m_blocks) {
            whole += block.wholeLines;
            damaged += block.damagedLines;
        }
        return damaged <= whole;
    }

    Result<> readBlock(unsigned workerNumber, json::Block &block, const CutPlan &plan)
    {
        Worker &worker = m_workers[workerNumber];
        ReadBlock result;
        worker.index.index(block.buffer, result.quality);
        SpanSink sink(worker.pool, block.offset, worker.index.hasInvalidUtf8());
        sink.batch().spans.reserve(block.buffer.size() / kTypicalSpanBytes);
        FrameStack stack = block.sequence == 0 ? FrameStack() : plan.stackAtCuts;
        const bool isClosed = walkDocument(m_format, worker.index.cursor(), stack, sink)
            && !worker.index.endsInsideString();
        if (block.isLast)
            result.isCutOff = !isClosed || !stack.empty();
        else
            result.isAsPlanned = isClosed && stack == plan.stackAtCuts;
        take(sink, result);
        if (plan.isByLine && (result.isCutOff || !result.isAsPlanned || !result.quality.isClean())) {
            TS_TRY(result, readLines(worker, block));
        }
        result.worker = workerNumber;
        const std::lock_guard lock(m_mutex);
        m_blocks.emplace(block.sequence, std::move(result));
        return {};
    }

    static void take(SpanSink &sink, ReadBlock &result)
    {
        result.batch = std::move(sink.batch());
        result.contexts = std::move(sink.contexts());
        result.lastContext = sink.contextNumber();
        result.quality.merge(sink.quality());
    }

    /// Reads a block in which something is wrong once more, each line by itself, from the source: a string that is not
    /// closed in its line has spoilt the buffer.
    Result<ReadBlock> readLines(Worker &worker, const json::Block &block) const
    {
        std::string bytes(block.buffer.size(), '\0');
        TS_TRY(const std::size_t got, m_context.source->readAt(block.offset, bytes));
        const std::string_view text = std::string_view(bytes).substr(0, got);
        ReadBlock result;
        SpanSink sink(worker.pool, block.offset, false);
        json::PaddedBuffer buffer;
        result.wholeLines = 0;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            const std::string_view line = text.substr(begin, end - begin);
            const bool isLastLine = block.isLast && text.find_first_not_of(" \r\n\t", end) == std::string_view::npos;
            if (readLine(worker, buffer, line, block.offset + begin, sink)) {
                ++result.wholeLines;
            } else if (isLastLine) {
                result.isCutOff = true;
            } else {
                ++result.damagedLines;
                sink.quality().add(QualityIssue::MalformedRecord, 1, "byte " + std::to_string(block.offset + begin));
            }
            begin = end + 1;
        }
        take(sink, result);
        return result;
    }

    /// False when the line is not a whole document; what was whole in it is in the sink.
    bool readLine(Worker &worker, json::PaddedBuffer &buffer, std::string_view line, std::uint64_t offset,
                  SpanSink &sink) const
    {
        buffer.setSize(0);
        buffer.reserve(line.size() + 1);
        std::copy(line.begin(), line.end(), buffer.data());
        buffer.setSize(line.size());
        buffer.seal();
        worker.index.index(buffer, sink.quality());
        sink.moveTo(offset, worker.index.hasInvalidUtf8());
        FrameStack stack;
        return walkDocument(m_format, worker.index.cursor(), stack, sink) && stack.empty()
            && !worker.index.endsInsideString();
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
        for (SpanContext &context : m_contexts) {
            std::stable_sort(context.processes.begin(), context.processes.end(),
                             [](const auto &a, const auto &b) { return a.key < b.key; });
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
    std::map<std::uint64_t, ReadBlock> m_blocks;       // by place in the file
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
    TS_CHECK(whole.readBlocks({}));
    whole.addToBuilder();
    return {};
}

} // namespace tailspan::tracefiles
