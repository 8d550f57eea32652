// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/spans_from_text.h"

#include "models/trace/trace_builder.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <utility>

namespace tailspan::test {

namespace {

constexpr std::int64_t kEpochNs = 1'767'225'600'000'000'000; // 2026-01-01T00:00:00Z

[[noreturn]] void fail(const std::string &line)
{
    std::fprintf(stderr, "spansFromText cannot read: %s\n", line.c_str());
    std::abort();
}

std::int64_t nanoseconds(const std::string &text, const std::string &line)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string unit(end, text.data() + text.size());
    const std::map<std::string, std::int64_t> units{{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};
    if (error != std::errc() || units.find(unit) == units.end())
        fail(line);
    return number * units.at(unit);
}

/// Details as they were drawn; the record's offset is the number of its line.
class DrawnDetails final : public trace::SpanDetailSource {
public:
    std::map<std::uint64_t, trace::SpanDetails> byLine;

    Result<trace::SpanDetails> details(const trace::SpanAddress &span, trace::Secrets secrets) const override
    {
        const auto found = byLine.find(span.record.offset);
        if (found == byLine.end())
            return tailspan::fail(ErrorCode::NotFound, "no such line");
        trace::SpanDetails details = found->second;
        for (trace::Attribute &attribute : details.attributes) {
            if (attribute.isRedacted && secrets == trace::Secrets::Revealed)
                attribute.isRedacted = false;
            else if (attribute.isRedacted)
                attribute.value = "masked";
        }
        return details;
    }
};

class Drawing {
public:
    trace::TraceSnapshotPtr read(std::string_view text)
    {
        beginFile("drawing.txt");
        std::istringstream lines{std::string(text)};
        for (std::string line; std::getline(lines, line);) {
            if (line.find_first_not_of(' ') != std::string::npos)
                readLine(line);
        }
        m_builder.add(m_file, std::move(m_batch));
        Progress progress;
        auto snapshot = m_builder.build({}, progress);
        if (!snapshot.has_value())
            fail(snapshot.error().text());
        return *snapshot;
    }

private:
    /// What follows is another input.
    void beginFile(const std::string &name)
    {
        if (!m_batch.spans.empty())
            m_builder.add(m_file, std::exchange(m_batch, {}));
        trace::TraceInput input;
        input.name = name;
        input.format = "drawing";
        input.details = m_details;
        m_file = m_builder.addInput(std::move(input));
    }

    void readLine(const std::string &line)
    {
        const std::size_t blanks = line.find_first_not_of(' ');
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word == "file") {
            beginFile(line.substr(line.find("file") + 5));
            return;
        }
        if (word == "trace") {
            words >> m_trace;
            m_parents.clear();
            m_baseIndent = std::string::npos;
            return;
        }
        m_baseIndent = std::min(m_baseIndent, blanks);
        const std::size_t level = (blanks - m_baseIndent) / 2;
        ++m_line;
        trace::SpanDraft span;
        trace::SpanDetails details;
        std::string id = "s" + std::to_string(m_line);
        std::string parent = level > 0 && level <= m_parents.size() ? m_parents[level - 1] : "";
        span.service = m_builder.strings().intern(word);
        std::string operation;
        while (words >> word && word[0] != '@')
            operation += (operation.empty() ? "" : " ") + word;
        if (word.empty() || word[0] != '@')
            fail(line);
        const bool isAbsolute = word.starts_with("@=");
        span.startNs = nanoseconds(word.substr(isAbsolute ? 2 : 1), line) + (isAbsolute ? 0 : kEpochNs);
        span.operation = m_builder.strings().intern(operation);
        while (words >> word)
            readFlag(word, span, details, id, parent, line);
        finish(span, std::move(details), id, parent, line);
        m_parents.resize(level);
        m_parents.push_back(id);
    }

    static void readFlag(const std::string &word, trace::SpanDraft &span, trace::SpanDetails &details, std::string &id,
                         std::string &parent, const std::string &line)
    {
        const std::size_t equals = word.find('=');
        if (word[0] == '+' || word[0] == '-') {
            span.durationNs = nanoseconds(word.substr(word[0] == '+' ? 1 : 0), line);
        } else if (word == "error") {
            span.status = trace::SpanStatus::Error;
        } else if (word == "consumer") {
            span.kind = trace::SpanKind::Consumer;
        } else if (word == "producer") {
            span.kind = trace::SpanKind::Producer;
        } else if (word == "async") {
            span.marks |= trace::kMarkAsynchronous;
        } else if (word == "shared") {
            span.marks |= trace::kMarkSharedId;
        } else if (word == "unended") {
            span.marks |= trace::kMarkMissingDuration;
        } else if (equals == std::string::npos) {
            fail(line);
        } else if (word.substr(0, equals) == "id") {
            id = word.substr(equals + 1);
        } else if (word.substr(0, equals) == "parent") {
            parent = word.substr(equals + 1) == "none" ? "" : word.substr(equals + 1);
        } else if (word.rfind("secret:", 0) == 0) {
            details.attributes.push_back({word.substr(7, equals - 7), word.substr(equals + 1), true});
        } else {
            details.attributes.push_back({word.substr(0, equals), word.substr(equals + 1), false});
        }
    }

    void finish(trace::SpanDraft span, trace::SpanDetails details, const std::string &id, const std::string &parent,
                const std::string &line)
    {
        StringPool &strings = m_builder.strings();
        span.trace = trace::parseId(m_trace, strings);
        span.span = trace::parseId(id, strings);
        span.parent = trace::parseId(parent, strings);
        span.recordOffset = m_line;
        span.recordLength = static_cast<std::uint32_t>(line.size());
        details.rawRecord = line;
        m_details->byLine.emplace(m_line, std::move(details));
        m_batch.spans.push_back(span);
    }

    trace::TraceBuilder m_builder;
    trace::SpanBatch m_batch;
    std::shared_ptr<DrawnDetails> m_details = std::make_shared<DrawnDetails>();
    std::uint16_t m_file = 0;
    std::string m_trace = "t1";
    std::vector<std::string> m_parents;
    std::size_t m_baseIndent = std::string::npos;
    std::uint64_t m_line = 0;
};

} // namespace

trace::TraceSnapshotPtr spansFromText(std::string_view text)
{
    return Drawing().read(text);
}

} // namespace tailspan::test
