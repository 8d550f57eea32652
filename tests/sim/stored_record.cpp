// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/stored_record.h"

#include <chrono>
#include <cstdio>

namespace tailspan::sim {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

/// What every call between services carries.
std::string innerHeaders(const Call &call, std::uint16_t port)
{
    return R"({"accept":"application/json, text/plain, */*","x-trace-id":)" + jsonText(call.traceId)
        + R"(,"x-span-id":)" + jsonText(call.parentHiddenId) + R"(,"x-tenant":)" + jsonText(call.tenant)
        + R"(,"x-api-key":"canary-apikey-5d08","user-agent":"axios/1.21.1","accept-encoding":)"
        + R"("gzip, compress, deflate, br","host":"127.0.0.1:)" + std::to_string(port)
        + R"(","connection":"keep-alive"})";
}

/// What a request from outside carries.
std::string outerHeaders(std::uint16_t port)
{
    return R"({"host":"127.0.0.1:)" + std::to_string(port)
        + R"(","connection":"keep-alive","authorization":"Bearer canary-bearer-7f3a","cookie":"sid=canary-cookie-91c2"})";
}

std::string requestOf(const Call &call)
{
    const std::string_view name = call.operation->name;
    const std::size_t blank = name.find(' ');
    const std::uint16_t port = findService(call.operation->service)->port;
    const bool isOuter = call.parentHiddenId.empty();
    return R"({"method":)" + jsonText(name.substr(0, blank)) + R"(,"path":)" + jsonText(name.substr(blank + 1))
        + R"(,"query":)" + (isOuter ? R"({"access_token":"canary-query-e810"})" : "{}") + R"(,"body":)"
        + call.operation->body + R"(,"headers":)" + (isOuter ? outerHeaders(port) : innerHeaders(call, port)) + "}";
}

std::string responseOf(const Call &call)
{
    const std::string status = std::to_string(call.statusCode);
    const std::string body = call.statusCode < 500 ? call.operation->answer
                                                   : R"({"status":)" + status + R"(,"error":)"
            + jsonText(call.error.empty() ? "Internal error" : call.error) + "}";
    return R"({"statusCode":)" + status + R"(,"body":)" + body + "}";
}

/// Of the client, and of the instance that wrote the record.
std::string metadataOf(const Call &call)
{
    const Instance &instance = *call.instance;
    return std::string(call.parentHiddenId.empty() ? R"({"ip":"203.0.113.7")"
                                                   : R"({"ip":"127.0.0.1","userAgent":"axios/1.21.1")")
        + R"(,"version":)" + jsonText(instance.version) + R"(,"instance":)" + jsonText(instance.name) + R"(,"region":)"
        + jsonText(instance.region) + R"(,"tenant":)" + jsonText(call.tenant) + "}";
}

std::string namesOf(const std::vector<const char *> &neighbors)
{
    std::string text = "[";
    for (const char *neighbor : neighbors)
        text += (text.size() > 1 ? "," : "") + jsonText(neighbor);
    return text + "]";
}

} // namespace

std::string jsonText(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

std::string isoTime(std::int64_t ns)
{
    const std::chrono::sys_time<std::chrono::milliseconds> time(std::chrono::milliseconds(ns / kNsPerMs));
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[80];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

StoredRecord storedRecord(Call call)
{
    StoredRecord record;
    record.timestamp = isoTime(call.receivedNs);
    record.durationMs = call.endNs / kNsPerMs - call.startNs / kNsPerMs; // two readings of a clock of milliseconds
    record.request = requestOf(call);
    record.response = responseOf(call);
    record.metadata = metadataOf(call);
    record.neighbors = namesOf(call.neighbors);
    record.call = std::move(call);
    return record;
}

std::string StoredRecord::json() const
{
    return R"({"traceId":)" + jsonText(call.traceId) + R"(,"spanId":)" + jsonText(call.storedId) + R"(,"parentSpanId":)"
        + (call.parentHiddenId.empty() ? "null" : jsonText(call.parentHiddenId)) + R"(,"serviceName":)"
        + jsonText(call.operation->service) + R"(,"operation":)" + jsonText(call.operation->name) + R"(,"timestamp":)"
        + jsonText(timestamp) + R"(,"duration":)" + std::to_string(durationMs) + R"(,"statusCode":)"
        + std::to_string(call.statusCode) + R"(,"request":)" + request + R"(,"response":)" + response + R"(,"error":)"
        + (call.error.empty() ? "null" : jsonText(call.error)) + R"(,"metadata":)" + metadata + R"(,"neighbors":)"
        + neighbors + "}";
}

} // namespace tailspan::sim
