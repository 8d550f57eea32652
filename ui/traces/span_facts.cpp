// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/span_facts.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/trace/redaction.h"
#include "models/trace/trace_link.h"

#include <algorithm>

namespace tailspan::traces {

using trace::Attribute;

namespace {

std::string pairsText(const std::vector<Attribute> &attributes)
{
    std::string text;
    for (const Attribute &attribute : attributes)
        text += "\n" + attribute.key + " = " + (attribute.isRedacted ? std::string(trace::kMask) : attribute.value);
    return text;
}

bool anySecret(const std::vector<Attribute> &attributes)
{
    return std::any_of(attributes.begin(), attributes.end(), [](const Attribute &each) { return each.isSecret; });
}

std::string parentText(const trace::TraceSnapshot &snapshot, SpanRow span)
{
    const SpanRow parent = snapshot.spans().parentOf(span);
    return parent.isValid() ? snapshot.spanIdText(parent) : std::string("none, this is a root");
}

} // namespace

QString kindText(trace::SpanKind kind)
{
    switch (kind) {
    case trace::SpanKind::Internal: return QStringLiteral("internal");
    case trace::SpanKind::Server: return QStringLiteral("server");
    case trace::SpanKind::Client: return QStringLiteral("client");
    case trace::SpanKind::Producer: return QStringLiteral("producer");
    case trace::SpanKind::Consumer: return QStringLiteral("consumer");
    case trace::SpanKind::Unspecified: break;
    }
    return {};
}

std::vector<Attribute> placeFacts(const trace::TraceSnapshot &snapshot, SpanRow span)
{
    const trace::SpanTable &spans = snapshot.spans();
    std::vector<Attribute> facts;
    const Duration offset = spans.start(span) - TimePoint(snapshot.traceOf(span).startNs);
    facts.push_back({"start", isoText(spans.start(span))});
    const std::int64_t movedNs = snapshot.clockOffsetNs(ServiceId(spans.service[span.value()]));
    if (movedNs != 0) {
        facts.push_back({"clock corrected by", (movedNs > 0 ? "+" : "") + durationText(Duration(movedNs))});
        facts.push_back({"start as recorded", isoText(spans.start(span) - Duration(movedNs))});
    }
    if (!spans.hasMark(span, trace::kMarkTimeOutOfRange))
        facts.push_back({"since trace start", durationText(offset)});
    facts.push_back({"duration", countText(static_cast<std::uint64_t>(spans.durationNs[span.value()])) + " ns"});
    facts.push_back({"span id", snapshot.spanIdText(span)});
    facts.push_back({"parent", parentText(snapshot, span)});
    const std::string recorded = snapshot.recordedParentText(span);
    if (!recorded.empty() && recorded != parentText(snapshot, span))
        facts.push_back({"recorded parent", recorded});
    const std::uint16_t file = spans.file[span.value()];
    if (file < snapshot.inputs().size())
        facts.push_back({"from", snapshot.inputs()[file].name + ", " + snapshot.inputs()[file].format});
    return facts;
}

std::vector<Attribute> eventFacts(const trace::SpanDetails &details, TimePoint spanStart)
{
    std::vector<Attribute> facts;
    for (const trace::SpanEvent &event : details.events) {
        const Duration offset = event.time - spanStart;
        std::string when(offset.ns() >= 0 ? 1 : 0, '+');
        when += durationText(offset);
        std::string text = event.name.empty() ? std::string("event") : event.name;
        text += pairsText(event.attributes);
        const bool isSecret = anySecret(event.attributes) || trace::maskedText(event.name) != event.name;
        facts.push_back({std::move(when), std::move(text), false, isSecret});
    }
    return facts;
}

std::vector<Attribute> linkFacts(const trace::SpanDetails &details)
{
    std::vector<Attribute> facts;
    for (const trace::SpanLink &link : details.links)
        facts.push_back({link.kind, "trace " + link.traceId + "\nspan " + link.spanId + pairsText(link.attributes),
                         false, anySecret(link.attributes)});
    return facts;
}

std::vector<std::string> linkTargets(const trace::SpanDetails &details)
{
    std::vector<std::string> targets;
    for (const trace::SpanLink &link : details.links)
        targets.push_back(link.traceId.empty() ? std::string() : trace::linkText({link.traceId, link.spanId, {}, {}}));
    return targets;
}

} // namespace tailspan::traces
