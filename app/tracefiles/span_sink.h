// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/structural_index.h"
#include "models/trace/span_draft.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace tailspan::tracefiles {

/// What stands around the spans in a file and holds for many of them: a trace with its processes (Jaeger) or a
/// resource (OTLP). Spans name it by its number in the block.
struct SpanContext {
    struct Process {
        StringId key;
        StringId service;
        std::uint64_t recordOffset = 0;
        std::uint32_t recordLength = 0;
    };
    StringId service; ///< OTLP: service.name of the resource.
    std::uint64_t recordOffset = 0;
    std::uint32_t recordLength = 0; ///< 0: no record.
    std::vector<Process> processes; ///< Jaeger; by key once the context is whole.

    /// The process with that key. Precondition: sorted.
    [[nodiscard]] std::vector<Process>::const_iterator process(StringId key) const
    {
        const auto found =
            std::lower_bound(processes.begin(), processes.end(), key,
                             [](const Process &process, StringId wanted) { return process.key < wanted; });
        return found != processes.end() && found->key == key ? found : processes.end();
    }
};

/// Collects the spans of one block. Strings go to the worker's pool.
class SpanSink {
public:
    SpanSink(StringPool &pool, std::uint64_t blockOffset, bool hasInvalidUtf8)
        : m_pool(pool), m_blockOffset(blockOffset), m_hasInvalidUtf8(hasInvalidUtf8), m_contexts(1)
    {}

    /// Interns a raw JSON string: unescaped, valid UTF-8.
    StringId intern(std::string_view raw)
    {
        if (!m_hasInvalidUtf8 && raw.find('\\') == std::string_view::npos)
            return m_pool.intern(raw);
        return m_pool.intern(json::decodeString(raw, &m_quality));
    }
    /// A name; null is an empty one.
    StringId name(std::string_view raw) { return intern(raw == "null" ? std::string_view() : raw); }
    /// An id; null is an absent one.
    trace::Id id(std::string_view raw)
    {
        if (raw == "null")
            return {};
        if (!m_hasInvalidUtf8 && raw.find('\\') == std::string_view::npos)
            return trace::parseId(raw, m_pool);
        return trace::parseId(json::decodeString(raw, &m_quality), m_pool);
    }
    /// Trace ids repeat from span to span: only a new one is parsed.
    trace::Id traceId(std::string_view raw)
    {
        if (raw != m_lastTraceText || m_lastTraceText.empty()) {
            m_lastTraceText.assign(raw);
            m_lastTrace = id(raw);
        }
        return m_lastTrace;
    }

    std::int64_t integer(std::string_view raw, std::int64_t absent = 0)
    {
        const json::IntegerResult result = json::parseInteger(raw, m_quality);
        return result.isPresent ? result.value : absent;
    }

    trace::SpanBatch &batch() { return m_batch; }
    DataQuality &quality() { return m_quality; }
    /// What is read next stands elsewhere in the file than the block so far.
    void moveTo(std::uint64_t blockOffset, bool hasInvalidUtf8)
    {
        m_blockOffset = blockOffset;
        m_hasInvalidUtf8 = hasInvalidUtf8;
    }
    [[nodiscard]] std::uint64_t fileOffset(std::uint32_t inBlock) const { return m_blockOffset + inBlock; }

    /// The context of what is read now: 0 is the one the block began in.
    SpanContext &context() { return m_contexts[m_current]; }
    [[nodiscard]] std::uint32_t contextNumber() const { return m_current; }
    void beginContext()
    {
        m_contexts.emplace_back();
        m_current = static_cast<std::uint32_t>(m_contexts.size() - 1);
    }
    std::vector<SpanContext> &contexts() { return m_contexts; }

private:
    StringPool &m_pool;
    std::uint64_t m_blockOffset;
    bool m_hasInvalidUtf8;
    trace::SpanBatch m_batch;
    DataQuality m_quality;
    std::vector<SpanContext> m_contexts;
    std::uint32_t m_current = 0;
    std::string m_lastTraceText;
    trace::Id m_lastTrace;
};

} // namespace tailspan::tracefiles
