// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_markdown.h"

#include "models/base/number_text.h"

namespace tailspan::trace {

namespace {

void addRow(std::string &text, std::string_view name, std::string_view value)
{
    text += "| " + markdownText(name) + " | " + markdownText(value) + " |\n";
}

void addTable(std::string &text, std::string_view title, const std::vector<Attribute> &attributes)
{
    if (attributes.empty())
        return;
    text += "\n| " + std::string(title) + " | |\n|---|---|\n";
    for (const Attribute &attribute : attributes)
        addRow(text, attribute.key, attribute.value);
}

} // namespace

std::string markdownText(std::string_view text)
{
    constexpr std::string_view kSpecial = "\\`*_{}[]()#+-.!|<>~&";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            result += ' ';
            continue;
        }
        // A dot or a dash has a meaning at the beginning of a line only, where no text from outside stands.
        if (c != '-' && c != '.' && kSpecial.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

std::string spanAsMarkdown(const TraceSnapshot &snapshot, SpanRow span, const SpanDetails &details,
                           std::string_view link)
{
    const SpanTable &spans = snapshot.spans();
    const TraceSummary &trace = snapshot.traceOf(span);
    std::string text = "**" + markdownText(snapshot.serviceOf(span)) + "** " + markdownText(snapshot.operationOf(span))
        + " \u2014 " + durationText(spans.duration(span)) + (spans.isError(span) ? ", failed" : "") + "\n\n";
    text += "| Span | |\n|---|---|\n";
    addRow(text, "start", isoText(spans.start(span)));
    addRow(text, "since trace start", durationText(spans.start(span) - TimePoint(trace.startNs)));
    addRow(text, "duration", durationText(spans.duration(span)));
    addRow(text, "trace", snapshot.traceIdText(trace));
    addRow(text, "span", snapshot.spanIdText(span));
    addTable(text, "Attribute", details.attributes);
    addTable(text, "Process and resource", details.resource);
    for (const SpanEvent &event : details.events) {
        text += "\nEvent at +" + durationText(event.time - spans.start(span)) + ": " + markdownText(event.name) + "\n";
        addTable(text, "Attribute of the event", event.attributes);
    }
    if (!link.empty())
        text += "\n<" + std::string(link) + ">\n";
    return text;
}

} // namespace tailspan::trace
