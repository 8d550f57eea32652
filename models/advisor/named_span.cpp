// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/named_span.h"

namespace tailspan::advisor {

std::optional<SpanRow> namedSpan(const Finding &finding, const trace::TraceSnapshot &snapshot)
{
    for (const Evidence &evidence : finding.evidence) {
        for (const Reference &reference : evidence.references) {
            const std::size_t slash = reference.target.rfind('/');
            if (reference.kind != ReferenceKind::Span || slash == std::string::npos)
                continue;
            const auto trace = snapshot.findTrace(std::string_view(reference.target).substr(0, slash));
            const auto span = trace ? snapshot.findSpan(*trace, std::string_view(reference.target).substr(slash + 1))
                                    : std::nullopt;
            if (span)
                return span;
        }
    }
    return std::nullopt;
}

} // namespace tailspan::advisor
