// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/span_document.h"

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using Kind = Frame::Kind;
using Entry = SpanDocumentFormat::Entry;

class Walk {
public:
    Walk(const SpanDocumentFormat &format, JsonCursor cursor, FrameStack &stack, SpanSink &sink)
        : m_format(format), m_cursor(cursor), m_stack(stack), m_sink(sink)
    {}

    bool run()
    {
        while (!m_cursor.atEnd()) {
            if (!step())
                return false;
        }
        return true;
    }

private:
    bool step()
    {
        if (m_stack.empty())
            return stepOutside();
        const Frame frame = m_stack.back();
        return frame.kind == Kind::Object ? stepInObject(frame.level) : stepInArray(frame);
    }

    /// Between documents.
    bool stepOutside()
    {
        switch (m_cursor.peek()) {
        case '{':
            if (m_format.rootIsSpan())
                return readSpan();
            return enterObject(0);
        case '[':
            m_cursor.advance();
            m_stack.push_back({m_format.rootIsSpan() ? Kind::Spans : Kind::Array, 0});
            return true;
        case ',': m_cursor.advance(); return true;
        default:
            if (!m_format.hasLinePrefix())
                return skipOdd();
            m_cursor.advance();
            return true;
        }
    }

    bool stepInArray(Frame frame)
    {
        m_cursor.take(',');
        switch (m_cursor.peek()) {
        case ']':
            m_cursor.advance();
            m_stack.pop_back();
            return true;
        case '{': return frame.kind == Kind::Spans ? readSpan() : enterObject(frame.level);
        case '[':
            // Zipkin answers searches with a list of traces, each a list of spans.
            if (frame.kind == Kind::Spans) {
                m_cursor.advance();
                m_stack.push_back(frame);
                return true;
            }
            return skipOdd();
        default: return m_cursor.atEnd() || skipOdd();
        }
    }

    bool stepInObject(std::uint8_t level)
    {
        m_cursor.take(',');
        if (m_cursor.take('}')) {
            m_stack.pop_back();
            return true;
        }
        if (m_cursor.atEnd())
            return true;
        std::string_view key;
        if (!m_cursor.readRawString(key) || !m_cursor.take(':'))
            return false;
        const SpanDocumentFormat::FieldAnswer answer = m_format.readField(level, key, m_cursor, m_sink);
        switch (answer.entry) {
        case Entry::Consumed: return true;
        case Entry::Broken: return false;
        case Entry::Skip: return m_cursor.skipValue();
        case Entry::Object: return m_cursor.peek() == '{' ? enterObject(answer.level) : m_cursor.skipValue();
        case Entry::Objects: return enterArray(Kind::Array, answer.level);
        case Entry::Spans: return enterArray(Kind::Spans, answer.level);
        }
        return false;
    }

    bool enterArray(Kind kind, std::uint8_t level)
    {
        if (!m_cursor.take('['))
            return m_cursor.skipValue(); // null where an array belongs
        m_stack.push_back({kind, level});
        return true;
    }

    bool enterObject(std::uint8_t level)
    {
        m_cursor.advance();
        m_stack.push_back({Kind::Object, level});
        if (m_format.beginsContext(level))
            m_sink.beginContext();
        return true;
    }

    bool readSpan()
    {
        const JsonCursor begin = m_cursor;
        if (m_format.readSpan(m_cursor, m_sink))
            return true;
        // Malformed inside but whole as a value: step over it and go on.
        m_cursor = begin;
        if (!m_cursor.skipValue()) {
            m_cursor = begin;
            return false;
        }
        m_sink.quality().add(QualityIssue::MalformedRecord, 1,
                             "byte " + std::to_string(m_sink.fileOffset(begin.offset())));
        return true;
    }

    bool skipOdd()
    {
        m_sink.quality().add(QualityIssue::MalformedRecord, 1,
                             "byte " + std::to_string(m_sink.fileOffset(m_cursor.offset())));
        if (!m_cursor.skipValue())
            m_cursor.advance();
        return true;
    }

    const SpanDocumentFormat &m_format;
    JsonCursor m_cursor;
    FrameStack &m_stack;
    SpanSink &m_sink;
};

} // namespace

bool walkDocument(const SpanDocumentFormat &format, JsonCursor cursor, FrameStack &stack, SpanSink &sink)
{
    return Walk(format, cursor, stack, sink).run();
}

} // namespace tailspan::tracefiles
