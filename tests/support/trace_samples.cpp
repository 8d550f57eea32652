// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/trace_samples.h"

#include <nlohmann/json.hpp>

namespace tailspan::test {

namespace {

using Json = nlohmann::ordered_json;

const char *const kJaegerTrace = R"({
 "traceID": "00000000000000ab",
 "spans": [
  {"traceID": "00000000000000ab", "spanID": "0000000000000001", "operationName": "GET /pay", "references": [],
   "startTime": 1795449122877000, "duration": 9000, "processID": "p1",
   "tags": [{"key": "http.method", "type": "string", "value": "GET"}, {"key": "password", "type": "string", "value": "hunter2"}],
   "logs": [{"timestamp": 1795449122877100, "fields": [{"key": "event", "value": "begin"}, {"key": "n", "value": 7}]}], "warnings": null},
  {"traceID": "00000000000000ab", "spanID": "0000000000000002", "operationName": "SELECT", "startTime": 1795449122878000, "duration": 2000,
   "references": [{"refType": "CHILD_OF", "traceID": "00000000000000ab", "spanID": "0000000000000001"}], "processID": "p2",
   "tags": [{"key": "error", "type": "bool", "value": true}], "logs": []},
  {"traceID": "00000000000000ab", "spanID": "0000000000000003", "operationName": "verify", "startTime": 1795449122881000, "duration": 1000,
   "references": [{"refType": "FOLLOWS_FROM", "traceID": "00000000000000ab", "spanID": "0000000000000002"},
                  {"refType": "CHILD_OF", "traceID": "00000000000000ab", "spanID": "0000000000000001"}], "processID": "p3", "tags": [], "logs": []}],
 "processes": {"p1": {"serviceName": "web", "tags": [{"key": "host", "value": "h1"}]}, "p2": {"serviceName": "db", "tags": []},
               "p3": {"serviceName": "auth", "tags": []}}})";

const char *const kOtlp = R"({"resourceSpans": [
 {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}, {"key": "host", "value": {"stringValue": "h1"}}]},
  "scopeSpans": [{"scope": {"name": "s"}, "spans": [
   {"traceId": "000000000000000000000000000000ab", "spanId": "0000000000000001", "parentSpanId": "", "name": "GET /pay", "kind": 2,
    "startTimeUnixNano": "1795449122877000000", "endTimeUnixNano": "1795449122886000000",
    "attributes": [{"key": "http.method", "value": {"stringValue": "GET"}}, {"key": "password", "value": {"stringValue": "hunter2"}}],
    "events": [{"timeUnixNano": "1795449122877100000", "name": "begin", "attributes": [{"key": "n", "value": {"intValue": "7"}}]}],
    "links": [{"traceId": "000000000000000000000000000000cd", "spanId": "00000000000000ef", "attributes": []}], "status": {}}]}]},
 {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "db"}}]}, "scopeSpans": [{"spans": [
   {"traceId": "000000000000000000000000000000ab", "spanId": "0000000000000002", "parentSpanId": "0000000000000001", "name": "SELECT", "kind": 3,
    "startTimeUnixNano": "1795449122878000000", "endTimeUnixNano": "1795449122880000000", "status": {"code": 2, "message": "no"}}]}]},
 {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "auth"}}]}, "scopeSpans": [{"spans": [
   {"traceId": "000000000000000000000000000000ab", "spanId": "0000000000000003", "parentSpanId": "0000000000000001", "name": "verify", "kind": 2,
    "startTimeUnixNano": "1795449122881000000", "endTimeUnixNano": "1795449122882000000"}]}]}]})";

const char *const kZipkin = R"([
 {"traceId": "00000000000000ab", "id": "0000000000000001", "name": "GET /pay", "timestamp": 1795449122877000, "duration": 9000,
  "localEndpoint": {"serviceName": "web", "ipv4": "10.0.0.1"}, "tags": {"http.method": "GET", "password": "hunter2"},
  "annotations": [{"timestamp": 1795449122877100, "value": "begin"}]},
 {"traceId": "00000000000000ab", "parentId": "0000000000000001", "id": "0000000000000002", "name": "SELECT", "kind": "CLIENT",
  "timestamp": 1795449122878000, "duration": 2000, "localEndpoint": {"serviceName": "db"}, "tags": {"error": ""}},
 {"traceId": "00000000000000ab", "parentId": "0000000000000001", "id": "0000000000000003", "name": "verify", "timestamp": 1795449122881000,
  "duration": 1000, "localEndpoint": {"serviceName": "auth"}}])";

const char *const kRecords = R"([
 {"traceId": "00000000000000ab", "spanId": "0000000000000001", "parentSpanId": null, "serviceName": "web", "operation": "GET /pay",
  "timestamp": "2026-11-23T15:52:02.886Z", "duration": 9, "statusCode": 200, "request": {"path": "/pay", "body": {"card": "s3cret"}},
  "response": {"statusCode": 200}, "error": null, "metadata": {"ip": "10.0.0.1"}, "neighbors": ["db", "auth"]},
 {"traceId": "00000000000000ab", "spanId": "0000000000000002", "parentSpanId": "0000000000000001", "serviceName": "db", "operation": "SELECT",
  "timestamp": "2026-11-23T15:52:02.880Z", "duration": 2, "statusCode": 500, "request": {}, "response": {}, "error": null, "metadata": {}, "neighbors": []},
 {"traceId": "00000000000000ab", "spanId": "0000000000000003", "parentSpanId": "0000000000000001", "serviceName": "auth", "operation": "verify",
  "timestamp": "2026-11-23T15:52:02.882Z", "duration": 1, "statusCode": 200, "request": {}, "response": {}, "error": null, "metadata": {}, "neighbors": []}])";

const char *const kTable =
    "trace_id,span_id,parent_span_id,service_name,operation,timestamp,duration,status_code,request,response,error,"
    "metadata,neighbors\n"
    "00000000000000ab,0000000000000001,,web,GET /pay,2026-11-23 15:52:02.886,9,200,\"{\"\"path\"\": \"\"/pay\"\", "
    "\"\"body\"\": {\"\"card\"\": \"\"s3cret\"\"}}\",{},,"
    "\"{\"\"ip\"\": \"\"10.0.0.1\"\"}\",\"[\"\"db\"\", \"\"auth\"\"]\"\n"
    "00000000000000ab,0000000000000002,0000000000000001,db,SELECT,2026-11-23 15:52:02.88,2,500,{},{},,{},[]\n"
    "00000000000000ab,0000000000000003,0000000000000001,auth,verify,2026-11-23 15:52:02.882,1,200,{},{},,{},[]\n";

std::string lines(const Json &array, const std::string &prefix = {})
{
    std::string text;
    for (const Json &element : array)
        text += prefix + element.dump() + "\n";
    return text;
}

/// Members of every object in the opposite order.
Json reversed(const Json &value)
{
    if (value.is_array()) {
        Json result = Json::array();
        for (const Json &element : value)
            result.push_back(reversed(element));
        return result;
    }
    if (!value.is_object())
        return value;
    std::vector<std::pair<std::string, Json>> members;
    for (const auto &[key, member] : value.items())
        members.emplace_back(key, reversed(member));
    Json result = Json::object();
    for (auto member = members.rbegin(); member != members.rend(); ++member)
        result[member->first] = std::move(member->second);
    return result;
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// As Elasticsearch has them: the process inside each span, none beside.
Json withInlineProcesses(Json trace)
{
    for (Json &span : trace["spans"]) {
        span["process"] = trace["processes"][span["processID"].get<std::string>()];
        span.erase("processID");
    }
    trace.erase("processes");
    return trace;
}

} // namespace

std::vector<TraceSample> traceSamples()
{
    const Json jaeger = Json::parse(kJaegerTrace);
    const Json data{{"data", Json::array({jaeger})}, {"total", 0}, {"errors", nullptr}};
    const Json otlp = Json::parse(kOtlp);
    Json otlpLines = Json::array();
    for (const Json &resource : otlp["resourceSpans"])
        otlpLines.push_back({{"resourceSpans", Json::array({resource})}});
    const Json zipkin = Json::parse(kZipkin);
    const Json records = Json::parse(kRecords);
    const std::string otlpText = otlp.dump();
    const std::string numbers =
        replaced(replaced(otlpText, "Nano\":\"1795449122877000000\"", "Nano\":1795449122877000000"),
                 "Nano\":\"1795449122880000000\"", "Nano\":1795449122880000000");
    return {
        {"jaeger, whole", "jaeger-json", data.dump(), 3, true},
        {"jaeger, pretty printed", "jaeger-json", data.dump(4), 3, true},
        {"jaeger, as typed", "jaeger-json", kJaegerTrace, 3, true},
        {"jaeger, one trace", "jaeger-json", jaeger.dump(), 3, true},
        {"jaeger, lines", "jaeger-json", lines(Json::array({jaeger, jaeger})), 6, true},
        {"jaeger, other key order", "jaeger-json", reversed(data).dump(), 3, true},
        {"jaeger, inline processes", "jaeger-json", withInlineProcesses(jaeger).dump(), 3, true},
        {"otlp, whole", "otlp-json", otlpText, 3, true},
        {"otlp, pretty printed", "otlp-json", otlp.dump(1, '\t'), 3, true},
        {"otlp, lines", "otlp-json", lines(otlpLines), 3, true},
        {"otlp, other key order", "otlp-json", reversed(otlp).dump(), 3, true},
        {"otlp, times as numbers", "otlp-json", numbers, 3, true},
        {"otlp, older names", "otlp-json",
         replaced(replaced(otlpText, "scopeSpans", "instrumentationLibrarySpans"), "resourceSpans", "batches"), 3,
         true},
        {"otlp, snake case", "otlp-json",
         replaced(replaced(otlpText, "scopeSpans", "scope_spans"), "resourceSpans", "resource_spans"), 3, true},
        {"zipkin, list", "zipkin-json", zipkin.dump(), 3, true},
        {"zipkin, list of traces", "zipkin-json", Json::array({zipkin}).dump(1), 3, true},
        {"zipkin, lines", "zipkin-json", lines(zipkin), 3, true},
        {"zipkin, other key order", "zipkin-json", reversed(zipkin).dump(), 3, true},
        {"records, list", "span-records", records.dump(), 3, true},
        {"records, lines", "span-records", lines(records), 3, true},
        {"records, redis", "span-records", lines(records, "traces:web\t"), 3, true},
        {"table", "span-table-csv", kTable, 3, true},
        {"table, other line ends", "span-table-csv", replaced(kTable, "\n", "\r\n"), 3, true},
        {"table, semicolons", "span-table-csv", replaced(replaced(kTable, ",", ";"), "\"; \"", "\", \""), 3, true},
    };
}

std::string jaegerTraces(std::size_t traces, std::size_t spansEach, bool isPretty)
{
    Json data = Json::array();
    for (std::size_t t = 0; t < traces; ++t) {
        const std::string traceId = "00000000000000" + std::to_string(10 + t);
        Json spans = Json::array();
        for (std::size_t s = 0; s < spansEach; ++s) {
            const std::string id = std::to_string(1'000'000'000'000'000 + s);
            Json references = Json::array();
            if (s > 0)
                references.push_back({{"refType", "CHILD_OF"},
                                      {"traceID", traceId},
                                      {"spanID", std::to_string(1'000'000'000'000'000 + (s - 1) / 3)}});
            spans.push_back({{"traceID", traceId},
                             {"spanID", id},
                             {"operationName", "operation \"" + std::to_string(s % 17) + "\" \u00e4"},
                             {"references", references},
                             {"startTime", 1'795'449'122'000'000 + t * 1'000'000 + s * 10},
                             {"duration", 5'000 - s % 900},
                             {"tags",
                              Json::array({{{"key", "http.status_code"}, {"value", s % 50 == 0 ? 500 : 200}},
                                           {{"key", "text"}, {"value", "},{\"traceID\": ["}}})},
                             {"logs", Json::array()},
                             {"processID", "p" + std::to_string(s % 4)}});
        }
        Json processes = Json::object();
        for (int p = 0; p < 4; ++p)
            processes["p" + std::to_string(p)] = {{"serviceName", "service-" + std::to_string(p + 10 * t % 7)},
                                                  {"tags", Json::array()}};
        data.push_back({{"traceID", traceId}, {"spans", spans}, {"processes", processes}});
    }
    return Json{{"data", data}}.dump(isPretty ? 2 : -1);
}

} // namespace tailspan::test
