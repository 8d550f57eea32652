// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/span_status.h"

#include "app/json/structural_index.h"

#include <algorithm>
#include <array>

namespace tailspan::tracefiles {

namespace {

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

} // namespace

void noteAttribute(std::string_view key, std::string_view value, StatusEvidence &evidence, trace::SpanKind &kind,
                   DataQuality &quality)
{
    if (key == "error") {
        evidence.saysError = evidence.saysError || equalsIgnoringCase(value, "true") || value == "1";
    } else if (key == "span.kind") {
        kind = parseKind(value);
    } else if (key == "otel.status_code") {
        evidence.saysError = evidence.saysError || equalsIgnoringCase(value, "ERROR");
        evidence.saysOk = evidence.saysOk || equalsIgnoringCase(value, "OK");
    } else if (key == "http.status_code" || key == "http.response.status_code") {
        const json::IntegerResult code = json::parseInteger(value, quality);
        evidence.hasServerError = evidence.hasServerError || (code.isPresent && code.value >= 500 && code.value < 600);
    }
}

trace::SpanKind parseKind(std::string_view text)
{
    constexpr std::string_view kPrefix = "SPAN_KIND_";
    if (text.starts_with(kPrefix))
        text.remove_prefix(kPrefix.size());
    using trace::SpanKind;
    // The numbers are those of OpenTelemetry's protocol.
    struct Name {
        std::string_view word;
        std::string_view number;
        SpanKind kind;
    };
    constexpr std::array<Name, 5> kNames{{{"internal", "1", SpanKind::Internal},
                                          {"server", "2", SpanKind::Server},
                                          {"client", "3", SpanKind::Client},
                                          {"producer", "4", SpanKind::Producer},
                                          {"consumer", "5", SpanKind::Consumer}}};
    for (const Name &name : kNames) {
        if (text == name.number || equalsIgnoringCase(text, name.word))
            return name.kind;
    }
    return SpanKind::Unspecified;
}

} // namespace tailspan::tracefiles
