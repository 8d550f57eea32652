// SPDX-License-Identifier: GPL-3.0-or-later
// Taurus, module final-stats with dump-xml.
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "app/reports/taurus_groups.h"
#include "models/base/utf8.h"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMaxBytes = 256ULL << 20;
constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxTextBytes = 64;
constexpr std::size_t kMaxGroups = 100'000;

struct ParserDeleter {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using ParserPtr = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserDeleter>;

/// Follows the events of the parser: groups are children of the root, their figures children of a group.
class StatusHandler {
public:
    explicit StatusHandler(XML_Parser parser) : m_parser(parser)
    {
        XML_SetUserData(parser, this);
        XML_SetElementHandler(
            parser,
            [](void *self, const XML_Char *name, const XML_Char **attributes) {
                static_cast<StatusHandler *>(self)->begin(name, attributes);
            },
            [](void *self, const XML_Char *) { static_cast<StatusHandler *>(self)->end(); });
        XML_SetCharacterDataHandler(parser, [](void *self, const XML_Char *text, int length) {
            static_cast<StatusHandler *>(self)->text({text, static_cast<std::size_t>(length)});
        });
        // Only in a document type could entities be defined that expand without end.
        XML_SetStartDoctypeDeclHandler(
            parser, [](void *self, const XML_Char *, const XML_Char *, const XML_Char *, int) {
                static_cast<StatusHandler *>(self)->refuse("declares a document type, which no Taurus file does");
            });
    }

    std::vector<TaurusGroup> groups;
    std::optional<Duration> duration;
    DataQuality quality;
    std::string refusal;
    bool hasRoot = false;

private:
    void refuse(const char *why)
    {
        refusal = why;
        XML_StopParser(m_parser, XML_FALSE);
    }

    void begin(std::string_view name, const XML_Char **attributes)
    {
        if (++m_depth > kMaxDepth)
            return refuse("is nested deeper than 100 levels; no report looks like that");
        m_isInDuration = m_depth == 2 && name == "TestDuration";
        m_text.clear();
        if (m_depth == 1) {
            hasRoot = name == "FinalStatus";
            if (!hasRoot)
                refuse("does not begin with FinalStatus");
        } else if (m_depth == 2) {
            m_isInGroup = name == "Group";
            if (m_isInGroup)
                groups.push_back({plainName(attribute(attributes, "label")), {}, {}, {}, {}, {}, {}});
            if (groups.size() > kMaxGroups)
                refuse("holds more labels than Tailspan shows");
        } else if (m_depth == 3 && m_isInGroup) {
            if (!groups.back().set(name, attribute(attributes, "param"), attribute(attributes, "value")))
                quality.add(QualityIssue::NotANumber, 1, where());
        }
    }

    void end()
    {
        if (m_isInDuration && m_depth == 2) {
            if (const auto ns = nsFromSecondsText(trimmed(m_text)))
                duration = Duration(*ns);
            m_isInDuration = false;
        }
        --m_depth;
    }

    void text(std::string_view part)
    {
        if (m_isInDuration && m_text.size() < kMaxTextBytes)
            m_text += part.substr(0, kMaxTextBytes);
    }

    static std::string_view attribute(const XML_Char **attributes, std::string_view name)
    {
        for (const XML_Char **a = attributes; a[0] != nullptr; a += 2) {
            if (name == a[0])
                return a[1];
        }
        return {};
    }

    std::string where() const { return "line " + std::to_string(XML_GetCurrentLineNumber(m_parser)); }

    XML_Parser m_parser;
    std::size_t m_depth = 0;
    bool m_isInGroup = false;
    bool m_isInDuration = false;
    std::string m_text;
};

class TaurusXmlReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"taurus-xml", "Taurus final statistics (XML)", "Taurus"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view text = withoutLeadingBlanks(head.bytes);
        return text.starts_with("<FinalStatus")
            || (text.starts_with("<?xml") && text.substr(0, 2048).find("<FinalStatus") != std::string_view::npos);
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const std::string raw, readWholeText(stream, kMaxBytes, std::move(stop), progress));
        std::uint64_t replaced = 0;
        const std::string text = validUtf8(withoutLeadingBlanks(raw), replaced); // the parser stops at bad bytes
        const ParserPtr parser(XML_ParserCreate("UTF-8"));
        StatusHandler handler(parser.get());
        const bool isWhole = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE)
            != XML_STATUS_ERROR;
        const std::string line = "line " + std::to_string(XML_GetCurrentLineNumber(parser.get()));
        if (!handler.refusal.empty())
            return fail(ErrorCode::Malformed, handler.refusal, stream.name() + ", " + line);
        if (!isWhole && !handler.hasRoot)
            return fail(ErrorCode::Malformed,
                        std::string("is not valid XML: ") + XML_ErrorString(XML_GetErrorCode(parser.get())),
                        stream.name() + ", " + line);
        loadtest::LoadTestReport report;
        report.quality = handler.quality;
        if (replaced > 0)
            report.quality.add(QualityIssue::InvalidUtf8, replaced);
        if (!isWhole) {
            report.quality.add(QualityIssue::Truncated, 1, line);
            report.contents.isComplete = false;
        }
        fillFromTaurus(handler.groups, handler.duration, report);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeTaurusXmlReader()
{
    return std::make_unique<TaurusXmlReader>();
}

} // namespace tailspan::reports
