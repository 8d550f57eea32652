// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/request_traces.h"

#include "models/base/number_text.h"
#include "models/loadtest/load_test_report.h"

#include <algorithm>
#include <array>

namespace tailspan::loadtest {

namespace {

constexpr std::size_t kLongestName = 16;
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kTraceparentSize = 55; // 00-<32>-<16>-<2>
constexpr std::size_t kTraceparentIdSize = 32;

void sortByEnd(std::vector<TracedRequest> &requests)
{
    std::stable_sort(requests.begin(), requests.end(),
                     [](const TracedRequest &a, const TracedRequest &b) { return a.endNs < b.endNs; });
}

} // namespace

bool isTraceIdName(std::string_view name)
{
    if (name.size() < 7 || name.size() > kLongestName)
        return false;
    std::array<char, kLongestName> letters{};
    std::size_t count = 0;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != '.')
            letters[count++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    const std::string_view plain(letters.data(), count);
    return plain == "traceid" || plain == "traceparent" || plain == "ubertraceid" || plain == "xtraceid";
}

std::string_view traceIdIn(std::string_view value)
{
    const bool isTraceparent = value.size() >= kTraceparentSize && value[2] == '-'
        && value[3 + kTraceparentIdSize] == '-';
    if (isTraceparent)
        return value.substr(3, kTraceparentIdSize);
    const std::string_view id = value.substr(0, value.find(':'));
    return id.size() > kLongestId ? std::string_view() : id;
}

trace::Id RequestTraceLog::idOf(std::string_view id)
{
    if (m_isGivenUp || id.empty())
        return {};
    if (m_strings == nullptr)
        m_strings = std::make_shared<StringPool>();
    const bool isFull = m_requests.size() >= RequestTraces::kMost; // then no text is kept any more
    return isFull ? trace::findId(id, *m_strings) : trace::parseId(id, *m_strings);
}

void RequestTraceLog::add(std::int64_t endNs, std::int64_t latencyNs, StringId endpoint, const trace::Id &id)
{
    if (id.isPresent() && !m_isGivenUp)
        addKept({endNs, latencyNs, id, endpoint.value()});
}

void RequestTraceLog::addKept(const TracedRequest &request)
{
    if (m_requests.size() < RequestTraces::kMost)
        m_requests.push_back(request);
    else
        ++m_leftOut;
}

void RequestTraceLog::giveUp()
{
    m_isGivenUp = true;
    m_requests = {};
    m_strings.reset();
}

void RequestTraceLog::merge(const RequestTraceLog &other, const std::vector<StringId> &nameIn)
{
    if (m_isGivenUp)
        return;
    for (const TracedRequest &from : other.m_requests) {
        TracedRequest request = from;
        request.endpoint = nameIn[from.endpoint].value();
        if (from.id.form == trace::IdForm::Text)
            request.id = idOf(idText(from.id, *other.m_strings));
        addKept(request);
    }
    m_leftOut += other.m_leftOut;
}

RequestTracesPtr RequestTraceLog::finish(const std::vector<std::uint32_t> &rowOfName) &&
{
    if (m_requests.empty())
        return nullptr;
    auto traces = std::make_shared<RequestTraces>();
    traces->requests = std::move(m_requests);
    traces->strings = m_strings != nullptr ? std::move(m_strings) : std::make_shared<StringPool>();
    traces->leftOut = m_leftOut;
    for (TracedRequest &request : traces->requests)
        request.endpoint = rowOfName[request.endpoint];
    sortByEnd(traces->requests);
    return traces;
}

RequestTracesPtr joinedTraces(const std::vector<const LoadTestReport *> &parts, const LoadTestReport &report)
{
    std::unordered_map<std::string_view, std::uint32_t> rows;
    std::vector<std::uint32_t> itself;
    for (const Endpoint &endpoint : report.endpoints) {
        itself.push_back(static_cast<std::uint32_t>(itself.size()));
        rows.try_emplace(endpoint.name, itself.back());
    }
    RequestTraceLog log;
    for (const LoadTestReport *part : parts) {
        if (part->requestTraces == nullptr)
            continue;
        for (const TracedRequest &request : part->requestTraces->requests) {
            const auto row = request.endpoint < part->endpoints.size()
                ? rows.find(part->endpoints[request.endpoint].name)
                : rows.end();
            if (row != rows.end())
                log.add(request.endNs, request.latencyNs, StringId(row->second),
                        log.idOf(part->requestTraces->textOf(request)));
        }
    }
    return std::move(log).finish(itself);
}

RequestTracesPtr movedTraces(const RequestTracesPtr &traces, Duration by)
{
    if (traces == nullptr)
        return nullptr;
    auto moved = std::make_shared<RequestTraces>(*traces);
    for (TracedRequest &request : moved->requests)
        request.endNs = (TimePoint(request.endNs) + by).ns();
    return moved;
}

std::string tracesNote(const RequestTracesPtr &traces)
{
    if (traces == nullptr)
        return {};
    std::string note = pluralText(traces->requests.size(), "request names its trace", "requests name their traces")
        + ": a click on the latency lane leads to just those.";
    if (traces->leftOut > 0)
        note += " The ids of " + countText(traces->leftOut) + " more are left out.";
    return note;
}

} // namespace tailspan::loadtest
