// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/cut_plan.h"

#include "app/json/indexed_text.h"

#include <algorithm>
#include <optional>

namespace tailspan::tracefiles {

namespace {

constexpr std::size_t kProbeBytes = 1 << 20;

/// Is the first line a whole document, with more to come behind it?
bool hasDocumentPerLine(std::string_view text)
{
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos || text.find_first_not_of(" \r\n\t", newline) == std::string_view::npos)
        return false;
    const json::IndexedText line(text.substr(0, newline));
    json::JsonCursor cursor = line.cursor();
    return (cursor.peek() == '{' || cursor.peek() == '[') && cursor.skipValue() && cursor.atEnd();
}

/// Looks for the first span only.
class FirstSpanFormat final : public SpanDocumentFormat {
public:
    explicit FirstSpanFormat(const SpanDocumentFormat &inner) : m_inner(inner) {}
    bool rootIsSpan() const override { return m_inner.rootIsSpan(); }
    bool readSpan(json::JsonCursor &cursor, SpanSink &sink) const override
    {
        json::JsonCursor inside = cursor;
        std::string_view key;
        inside.advance();
        if (!m_first && inside.readRawString(key)) {
            m_first = First{static_cast<std::size_t>(sink.fileOffset(cursor.offset())),
                            static_cast<std::size_t>(inside.offset() - cursor.offset()),
                            {}};
            std::string_view second;
            if (inside.take(':') && inside.peek() != '{' && inside.peek() != '[' && inside.skipValue()
                && inside.take(',') && inside.readRawString(second))
                m_first->secondKey = second;
        }
        return cursor.skipValue();
    }
    FieldAnswer readField(std::uint8_t level, std::string_view key, json::JsonCursor &cursor,
                          SpanSink &sink) const override
    {
        return m_inner.readField(level, key, cursor, sink);
    }

    struct First {
        std::size_t begin;
        std::size_t openingBytes; ///< From its brace to before the colon behind its first key.
        std::string secondKey;    ///< Empty where the first value is an object.
    };
    const std::optional<First> &first() const { return m_first; }

private:
    const SpanDocumentFormat &m_inner;
    mutable std::optional<First> m_first;
};

FrameStack stackAfter(const SpanDocumentFormat &format, std::string_view text)
{
    const json::IndexedText indexed(text);
    StringPool pool;
    SpanSink sink(pool, 0, true);
    FrameStack stack;
    (void)walkDocument(format, indexed.cursor(), stack, sink); // a probe mostly ends inside a value
    return stack;
}

} // namespace

Result<CutPlan> planCuts(const SpanDocumentFormat &format, const bytes::ByteSource &source)
{
    std::string probe(std::min<std::uint64_t>(kProbeBytes, source.sizeBytes()), '\0');
    TS_TRY(const std::size_t got, source.readAt(0, probe));
    probe.resize(got);
    if (format.hasLinePrefix() || hasDocumentPerLine(probe))
        return CutPlan{json::CutRule::atLines(), {}, true};

    const FirstSpanFormat finder(format);
    (void)stackAfter(finder, probe);
    if (!finder.first())
        return CutPlan();
    // Up to the first span the walk leaves the state in which every span of the file is read.
    CutPlan plan;
    plan.stackAtCuts = stackAfter(format, std::string_view(probe).substr(0, finder.first()->begin));
    if (plan.stackAtCuts.empty() || plan.stackAtCuts.back().kind != Frame::Kind::Spans)
        return CutPlan();
    plan.rule = json::CutRule::beforeObjects(probe.substr(finder.first()->begin, finder.first()->openingBytes),
                                             finder.first()->secondKey);
    return plan;
}

} // namespace tailspan::tracefiles
