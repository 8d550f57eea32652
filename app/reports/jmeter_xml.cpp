// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/jmeter_samples.h"
#include "app/reports/json_outline.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "models/base/utf8.h"

#include <expat.h>

#include <string>
#include <utility>
#include <vector>

namespace tailspan::reports {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::size_t kMaxDepth = 1000;
constexpr std::size_t kMaxTextBytes = 512;

/// A sample whose element is open. Text is copied: the parser's own goes away with the event.
struct OpenSample {
    JmeterSample sample;
    std::string label;
    std::string thread;
    std::string code;
    std::string failureMessage;
    std::string traceId;
    std::size_t depth = 0;
    bool hasSamples = false; ///< Of a transaction: samples lie inside it.

    /// The sample with its texts; valid as long as this one.
    [[nodiscard]] JmeterSample whole() const
    {
        JmeterSample result = sample;
        result.label = label;
        result.thread = thread;
        result.code = code;
        result.failureMessage = failureMessage;
        result.traceId = traceId;
        return result;
    }
};

/// Follows the events of the parser. A transaction is no request: the samples inside it are. Any other sample is one
/// request, and samples inside it (redirects, embedded resources) are parts of it.
class ResultsHandler {
public:
    explicit ResultsHandler(XML_Parser parser) : m_parser(parser)
    {
        XML_SetUserData(parser, this);
        XML_SetElementHandler(
            parser,
            [](void *self, const XML_Char *name, const XML_Char **attributes) {
                static_cast<ResultsHandler *>(self)->begin(name, attributes);
            },
            [](void *self, const XML_Char *) { static_cast<ResultsHandler *>(self)->end(); });
        XML_SetCharacterDataHandler(parser, [](void *self, const XML_Char *text, int length) {
            static_cast<ResultsHandler *>(self)->text({text, static_cast<std::size_t>(length)});
        });
        // No JMeter file declares a document type, and only there could entities be defined that expand without end.
        XML_SetStartDoctypeDeclHandler(
            parser, [](void *self, const XML_Char *, const XML_Char *, const XML_Char *, int) {
                static_cast<ResultsHandler *>(self)->refuse("declares a document type, which no JMeter file does");
            });
    }

    [[nodiscard]] const std::string &refusal() const { return m_refusal; }
    [[nodiscard]] bool isOpen() const { return m_depth > 0; }
    [[nodiscard]] bool hasRoot() const { return m_hasRoot; }
    JmeterSamples samples;
    DataQuality quality;

private:
    void refuse(const char *why)
    {
        m_refusal = why;
        XML_StopParser(m_parser, XML_FALSE);
    }

    void begin(std::string_view name, const XML_Char **attributes)
    {
        if (++m_depth > kMaxDepth) {
            refuse("is nested deeper than 1000 levels; no report looks like that");
            return;
        }
        if (m_depth == 1) {
            m_hasRoot = name == "testResults";
            if (!m_hasRoot)
                refuse("does not begin with testResults");
            return;
        }
        m_isInMessage = name == "failureMessage" && m_open.depth != 0 && m_open.depth + 2 == m_depth;
        const bool isSample = name == "sample" || name == "httpSample";
        if (!isSample || m_open.depth != 0)
            return;
        m_open = OpenSample{};
        m_open.depth = m_depth;
        for (const XML_Char **a = attributes; a[0] != nullptr; a += 2)
            take(a[0], a[1]);
        for (OpenSample &transaction : m_transactions)
            transaction.hasSamples = true;
        if (isTransaction(attributes))
            m_transactions.push_back(std::exchange(m_open, OpenSample{}));
    }

    void end()
    {
        m_isInMessage = false;
        if (m_open.depth == m_depth && m_depth > 1) {
            if (!m_open.sample.stampNs || !m_open.sample.elapsedMs)
                quality.add(QualityIssue::MissingField, 1, where());
            samples.add(m_open.whole());
            m_open.depth = 0;
        }
        if (!m_transactions.empty() && m_transactions.back().depth == m_depth) {
            if (m_transactions.back().hasSamples)
                samples.countTransaction();
            else
                samples.addTransaction(m_transactions.back().whole());
            m_transactions.pop_back();
        }
        --m_depth;
    }

    void text(std::string_view part)
    {
        if (m_isInMessage && m_open.failureMessage.size() < kMaxTextBytes)
            m_open.failureMessage += part.substr(0, kMaxTextBytes);
    }

    static bool isTransaction(const XML_Char **attributes)
    {
        for (const XML_Char **a = attributes; a[0] != nullptr; a += 2) {
            if (std::string_view(a[0]) == "rm")
                return isTransactionMessage(a[1]);
        }
        return false;
    }

    void take(std::string_view name, std::string_view value)
    {
        JmeterSample &sample = m_open.sample;
        if (name == "t")
            sample.elapsedMs = countIn(value);
        else if (name == "ts")
            sample.stampNs = stampIn(value);
        else if (name == "s")
            sample.success = value == "true";
        else if (name == "lb")
            m_open.label = value;
        else if (name == "tn")
            m_open.thread = value;
        else if (name == "rc")
            m_open.code = value.substr(0, kMaxTextBytes);
        else if (name == "by")
            sample.bytesReceived = countIn(value);
        else if (name == "sby")
            sample.bytesSent = countIn(value);
        else if (name == "na")
            sample.allThreads = countIn(value);
        else if (name == "sc")
            sample.sampleCount = static_cast<std::uint64_t>(countIn(value).value_or(1));
        else if (name == "ec")
            sample.errorCount = static_cast<std::uint64_t>(countIn(value).value_or(0));
        else if (loadtest::isTraceIdName(name)) // a variable that the test plan saves
            m_open.traceId = value.substr(0, kMaxTextBytes);
    }

    std::optional<std::int64_t> countIn(std::string_view value)
    {
        const auto number = integerIn(value);
        if (!number || *number < 0) {
            quality.add(number ? QualityIssue::NumberOutOfRange : QualityIssue::NotANumber, 1, where());
            return std::nullopt;
        }
        return number;
    }

    std::optional<std::int64_t> stampIn(std::string_view value)
    {
        const auto ms = countIn(value);
        return ms ? std::optional(saturatingMultiply(*ms, 1'000'000)) : std::nullopt;
    }

    std::string where() const { return "line " + std::to_string(XML_GetCurrentLineNumber(m_parser)); }

    XML_Parser m_parser;
    std::size_t m_depth = 0;
    bool m_hasRoot = false;
    bool m_isInMessage = false;
    OpenSample m_open;
    std::vector<OpenSample> m_transactions; // open ones, the innermost last
    std::string m_refusal;
};

struct ParserDeleter {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using ParserPtr = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserDeleter>;

class JmeterXmlReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"jmeter-xml", "JMeter results (XML)", "JMeter"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view text = withoutLeadingBlanks(head.bytes);
        return text.starts_with("<testResults")
            || (text.starts_with("<?xml") && text.substr(0, 4096).find("<testResults") != std::string_view::npos);
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        PartialReports partials(options);
        progress.begin("reading", stream.fileBytes());
        const ParserPtr parser(XML_ParserCreate(nullptr));
        ResultsHandler handler(parser.get());
        std::vector<char> block(kBlockBytes);
        bool isFirst = true;
        bool isWhole = true;
        bool isOther = false;
        Utf8Blocks utf8; // the parser stops at the first byte that is not UTF-8
        while (isWhole) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled", stream.name());
            TS_TRY(const std::size_t got, stream.read(block));
            progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
            if (partials.isDue())
                partials.give(handler.samples.soFar());
            std::string_view text(block.data(), got);
            if (isFirst)
                text = withoutLeadingBlanks(text); // a blank before the XML declaration is an error to the parser
            if (isFirst && !text.empty())
                isOther = declaresOtherEncoding(text);
            isFirst = isFirst && text.empty() && got > 0;
            if (!isOther)
                text = utf8.take(text);
            isWhole = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), got == 0) != XML_STATUS_ERROR;
            if (got == 0)
                break;
        }
        if (utf8.replaced() > 0)
            handler.quality.add(QualityIssue::InvalidUtf8, utf8.replaced());
        return finished(parser.get(), handler, isWhole, stream);
    }

private:
    /// In the declaration that may begin the file; the parser knows such encodings itself.
    static bool declaresOtherEncoding(std::string_view text)
    {
        const std::string_view declaration = text.substr(0, text.find("?>"));
        const std::size_t at = declaration.find("encoding=");
        constexpr std::size_t kUpToName = 10; // the key, the sign and a quotation mark
        if (!text.starts_with("<?xml") || at == std::string_view::npos || at + kUpToName > declaration.size())
            return false;
        const std::string_view name = declaration.substr(at + kUpToName, 5);
        return name != "UTF-8" && name != "utf-8";
    }

    static Result<loadtest::LoadTestReport> finished(XML_Parser parser, ResultsHandler &handler, bool isWhole,
                                                     const bytes::ByteStream &stream)
    {
        const std::string line = "line " + std::to_string(XML_GetCurrentLineNumber(parser));
        if (!handler.refusal().empty())
            return fail(ErrorCode::Malformed, handler.refusal(), stream.name() + ", " + line);
        if (!isWhole && !handler.hasRoot())
            return fail(ErrorCode::Malformed,
                        std::string("is not valid XML: ") + XML_ErrorString(XML_GetErrorCode(parser)),
                        stream.name() + ", " + line);
        loadtest::LoadTestReport report;
        report.quality = handler.quality;
        if (!isWhole) {
            report.quality.add(QualityIssue::Truncated, 1, line);
            report.contents.isComplete = false;
            report.notes.push_back("The file stops being readable at " + line
                                   + "; JMeter leaves it open like this when it is killed. What came before is shown.");
        }
        std::move(handler.samples).finish(report, true);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeJmeterXmlReader()
{
    return std::make_unique<JmeterXmlReader>();
}

} // namespace tailspan::reports
