// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/error_causes.h"

#include "models/advisor/endpoint_spans.h"
#include "models/base/key_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tailspan::advisor {

namespace {

using trace::SpanTable;
using trace::TraceSnapshot;

/// Whether a child that is waited for failed too: then the error came from there.
std::vector<bool> hasFailedChild(const SpanTable &spans)
{
    std::vector<bool> has(spans.size(), false);
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (spans.status[row] == trace::SpanStatus::Error && !spans.isRoot(SpanRow(row)))
            has[spans.parent[row]] = true;
    }
    return has;
}

bool isStatusName(std::string_view key)
{
    static constexpr std::array<std::string_view, 5> kNames = {"http.response.status_code", "http.status_code",
                                                               "status_code", "statusCode", "response.status_code"};
    return std::ranges::find(kNames, key) != kNames.end();
}

int statusOf(std::span<const trace::Attribute> attributes)
{
    for (const trace::Attribute &attribute : attributes) {
        if (!isStatusName(attribute.key))
            continue;
        int status = 0;
        const std::string_view text = attribute.value;
        std::from_chars(text.data(), text.data() + text.size(), status);
        if (status >= 100 && status <= 599)
            return status;
    }
    return 0;
}

} // namespace

std::vector<ErrorCause> errorCauses(const TraceSnapshot &snapshot, const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    const std::vector<bool> isPassedOn = hasFailedChild(spans);
    KeyNumbers numbers;
    std::vector<ErrorCause> causes;
    std::vector<std::uint32_t> lastTrace;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % 4096 == 0 && stop.stop_requested())
            return {};
        const std::uint32_t number = numbers.numberOf(pairKey(spans.service[row], spans.operation[row]));
        if (number == causes.size()) {
            causes.push_back({ServiceId(spans.service[row]), OperationId(spans.operation[row]), {}, 0, 0});
            lastTrace.push_back(TraceRow::kNone);
        }
        ErrorCause &cause = causes[number];
        ++cause.total;
        if (spans.status[row] != trace::SpanStatus::Error || isPassedOn[row])
            continue;
        cause.failed.push_back(row);
        cause.traces += lastTrace[number] != spans.trace[row] ? 1 : 0;
        lastTrace[number] = spans.trace[row];
    }
    std::erase_if(causes, [](const ErrorCause &cause) { return cause.failed.empty(); });
    std::ranges::stable_sort(causes, std::ranges::greater(),
                             [](const ErrorCause &cause) { return cause.failed.size(); });
    return causes;
}

ClientErrors clientErrorsOf(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                            const std::stop_token &stop)
{
    constexpr std::size_t kMostRead = 500;
    ClientErrors counted;
    const auto count = [&](std::size_t, std::span<const trace::Attribute> own, std::span<const trace::Attribute>) {
        const int status = statusOf(own);
        counted.told += status > 0 ? 1 : 0;
        counted.clientErrors += status >= 400 && status < 500 ? 1 : 0;
    };
    visitAttributesOf(snapshot, thinned(rows, kMostRead), stop, count);
    return counted;
}

} // namespace tailspan::advisor
