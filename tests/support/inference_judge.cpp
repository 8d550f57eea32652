// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/inference_judge.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <tuple>
#include <unordered_map>

using nlohmann::json;

namespace tailspan::test {

namespace {

std::int64_t epochMs(const std::string &text)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    double second = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%d%*c%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6)
        return 0;
    const std::chrono::sys_days date = std::chrono::year(year) / month / day;
    return (date.time_since_epoch().count() * 1440LL + hour * 60 + minute) * 60'000LL
        + static_cast<std::int64_t>(second * 1000 + 0.5);
}

std::string textOr(const json &value, const char *key)
{
    if (!value.is_object() || !value.contains(key) || !value.at(key).is_string())
        return {};
    return value.at(key).get<std::string>();
}

std::string requestMark(const json &request)
{
    return request.is_object() && request.contains("query") ? textOr(request.at("query"), "r") : std::string();
}

/// One CSV row, quotes doubled inside quoted cells; empty at the end of the file.
std::vector<std::string> readCsvRow(std::istream &file)
{
    std::vector<std::string> cells;
    bool quoted = false;
    for (int c = file.get(); c != EOF; c = file.get()) {
        if (cells.empty())
            cells.emplace_back();
        if (c == '"' && quoted && file.peek() == '"')
            cells.back().push_back(static_cast<char>(file.get()));
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else if (c == '\n' && !quoted)
            return cells;
        else if (c != '\r')
            cells.back().push_back(static_cast<char>(c));
    }
    return cells;
}

} // namespace

std::vector<StoredSpan> readStoredRedis(const std::string &path)
{
    std::vector<StoredSpan> records;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const std::size_t tab = line.find('\t');
        if (tab == std::string::npos || line.rfind("traces:", 0) != 0)
            continue;
        const json value = json::parse(std::string_view(line).substr(tab + 1), nullptr, false);
        if (value.is_discarded())
            continue;
        StoredSpan record{textOr(value, "traceId"),     textOr(value, "spanId"),    textOr(value, "parentSpanId"),
                          textOr(value, "serviceName"), textOr(value, "operation"), requestMark(value.at("request"))};
        record.endMs = epochMs(textOr(value, "timestamp"));
        record.durationMs = value.at("duration").get<std::int64_t>();
        record.neighbors = value.at("neighbors").get<std::vector<std::string>>();
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<StoredSpan> readStoredTable(const std::string &path)
{
    std::vector<StoredSpan> records;
    std::ifstream file(path);
    const std::vector<std::string> header = readCsvRow(file);
    std::map<std::string, std::size_t> column;
    for (std::size_t i = 0; i < header.size(); ++i)
        column[header[i]] = i;
    for (std::vector<std::string> row = readCsvRow(file); row.size() >= header.size() && !row.empty();
         row = readCsvRow(file)) {
        const auto cell = [&](const char *name) -> const std::string & { return row[column.at(name)]; };
        StoredSpan record{cell("trace_id"),       cell("span_id"),
                          cell("parent_span_id"), cell("service_name"),
                          cell("operation"),      requestMark(json::parse(cell("request"), nullptr, false))};
        record.endMs = epochMs(cell("timestamp"));
        record.durationMs = std::stoll(cell("duration"));
        record.neighbors = json::parse(cell("neighbors")).get<std::vector<std::string>>();
        records.push_back(std::move(record));
    }
    return records;
}

std::set<std::string> matchTruth(std::vector<StoredSpan> &records, const std::string &path)
{
    using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
    const auto keyOf = [](const std::string &mark, const std::string &traceId, const std::string &service,
                          const std::string &operation, const std::string &parent) {
        return mark.empty() ? Key{"", traceId, service, operation, parent} : Key{mark, "", "", "", ""};
    };
    std::map<Key, std::vector<json>> lines;
    std::set<std::string> hiddenIds;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        json value = json::parse(line, nullptr, false);
        if (value.is_discarded())
            continue;
        hiddenIds.insert(textOr(value, "hidden"));
        lines[keyOf(textOr(value, "r"), textOr(value, "traceId"), textOr(value, "service"), textOr(value, "op"),
                    textOr(value, "parent"))]
            .push_back(std::move(value));
    }
    std::map<Key, std::vector<StoredSpan *>> stored;
    for (StoredSpan &record : records)
        stored[keyOf(record.request, record.traceId, record.service, record.operation, record.parentId)].push_back(
            &record);
    for (const auto &[key, same] : stored) {
        const auto found = lines.find(key);
        if (same.size() != 1 || found == lines.end() || found->second.size() != 1)
            continue;
        same.front()->matched = true;
        same.front()->hidden = textOr(found->second.front(), "hidden");
        same.front()->trueParent = textOr(found->second.front(), "parent");
    }
    return hiddenIds;
}

void InferenceScore::addLink(float confidence, bool isRight)
{
    const auto decile = std::min<std::size_t>(9, static_cast<std::size_t>(confidence * 10));
    ++links;
    ++decileLinks[decile];
    decileSum[decile] += static_cast<double>(confidence);
    decileRight[decile] += isRight ? 1 : 0;
    sure += confidence >= 0.9F ? 1 : 0;
    sureRight += isRight && confidence >= 0.9F ? 1 : 0;
}

void InferenceScore::addInvented(float confidence)
{
    ++invented;
    inventedConfidence += static_cast<double>(confidence);
    inventedHalf += confidence >= 0.5F ? 1 : 0;
    inventedSure += confidence >= 0.9F ? 1 : 0;
    addLink(confidence, false);
}

void judgeCallers(const std::vector<StoredSpan> &records, const std::vector<GivenCaller> &given,
                  const std::set<std::string> &hiddenIds, InferenceScore &score)
{
    std::unordered_map<std::string, std::size_t> byHidden;
    std::set<std::string> unsureTraces;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].matched)
            byHidden.emplace(records[i].hidden, i);
        else
            unsureTraces.insert(records[i].traceId);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const StoredSpan &record = records[i];
        if (!record.matched || !hiddenIds.contains(record.trueParent) || !given[i].isInferred)
            continue;
        const auto truth = byHidden.find(record.trueParent);
        if (truth != byHidden.end()) {
            ++score.judged;
            const bool isRight = given[i].record == truth->second;
            score.right += isRight ? 1 : 0;
            auto &edge = score.byEdge[records[truth->second].operation + " -> " + record.operation];
            ++edge[0];
            edge[1] += isRight ? 1 : 0;
            if (given[i].record == kNoRecord)
                ++score.unlinked;
            else
                score.addLink(given[i].confidence, isRight);
        } else if (!unsureTraces.contains(record.traceId)) {
            // With an unmatched record in the trace the caller may be stored after all: not judged.
            ++score.absent;
            if (given[i].record != kNoRecord)
                score.addInvented(given[i].confidence);
        }
    }
}

} // namespace tailspan::test
