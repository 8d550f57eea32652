// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/data_quality.h"
#include "models/trace/span_table.h"

#include <string_view>

namespace tailspan::tracefiles {

/// What the attributes of a span say about its outcome. An explicit status wins; else the `error` tag; else an HTTP
/// status of 500 or more (the OpenTelemetry conventions call that an error on the server's side, and a caller that got
/// one did not get its answer either).
struct StatusEvidence {
    bool saysOk = false;
    bool saysError = false;
    bool hasServerError = false; ///< HTTP status 500 or more.

    [[nodiscard]] trace::SpanStatus status() const
    {
        if (saysError)
            return trace::SpanStatus::Error;
        if (saysOk)
            return trace::SpanStatus::Ok;
        return hasServerError ? trace::SpanStatus::Error : trace::SpanStatus::Unset;
    }
};

/// True for the attributes that noteAttribute looks at: a quick test on the raw key.
[[nodiscard]] inline bool isStatusAttribute(std::string_view key)
{
    switch (key.size()) {
    case 5: return key == "error";
    case 9: return key == "span.kind";
    case 16: return key == "http.status_code" || key == "otel.status_code";
    case 25: return key == "http.response.status_code";
    default: return false;
    }
}

/// Takes status and kind from one attribute, both as written.
void noteAttribute(std::string_view key, std::string_view value, StatusEvidence &evidence, trace::SpanKind &kind,
                   DataQuality &quality);

/// "client", "SPAN_KIND_CLIENT", "3": every way the formats write a kind.
[[nodiscard]] trace::SpanKind parseKind(std::string_view text);

} // namespace tailspan::tracefiles
