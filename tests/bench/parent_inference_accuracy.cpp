// SPDX-License-Identifier: GPL-3.0-or-later
//
// How right, how honest and how fast caller inference is on the stored samples.
//   parent_inference_accuracy FOLDER [--speed]
// FOLDER holds sequential/ and parallel/, each with redis-lists.tsv, distributed_traces.csv and truth.ndjson.
// A link is one record -> caller record; it is judged only where the truth knows the caller.

#include "models/trace/parent_inference.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

using nlohmann::json;
namespace trace = tailspan::trace;

namespace
{

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

struct Record {
    std::string traceId, spanId, parentId, service, operation, request;
    std::int64_t endMs = 0, durationMs = 0;
    std::vector<std::string> neighbors = {};
    std::string hidden = {}; // the id its children name; from the truth, for judging only
    std::string trueParent = {};
    bool matched = false;
};

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
    return request.is_object() && request.contains("query") ? textOr(request.at("query"), "r")
                                                            : std::string();
}

std::vector<Record> readRedis(const std::string &path)
{
    std::vector<Record> records;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const std::size_t tab = line.find('\t');
        if (tab == std::string::npos || line.rfind("traces:", 0) != 0)
            continue;
        const json value = json::parse(std::string_view(line).substr(tab + 1), nullptr, false);
        if (value.is_discarded())
            continue;
        Record record{textOr(value, "traceId"),      textOr(value, "spanId"),
                      textOr(value, "parentSpanId"), textOr(value, "serviceName"),
                      textOr(value, "operation"),    requestMark(value.at("request"))};
        record.endMs = epochMs(textOr(value, "timestamp"));
        record.durationMs = value.at("duration").get<std::int64_t>();
        record.neighbors = value.at("neighbors").get<std::vector<std::string>>();
        records.push_back(std::move(record));
    }
    return records;
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

std::vector<Record> readTable(const std::string &path)
{
    std::vector<Record> records;
    std::ifstream file(path);
    const std::vector<std::string> header = readCsvRow(file);
    std::map<std::string, std::size_t> column;
    for (std::size_t i = 0; i < header.size(); ++i)
        column[header[i]] = i;
    for (std::vector<std::string> row = readCsvRow(file); row.size() >= header.size() && !row.empty();
         row = readCsvRow(file)) {
        const auto cell = [&](const char *name) -> const std::string & { return row[column.at(name)]; };
        Record record{cell("trace_id"),       cell("span_id"),
                      cell("parent_span_id"), cell("service_name"),
                      cell("operation"),      requestMark(json::parse(cell("request"), nullptr, false))};
        record.endMs = epochMs(cell("timestamp"));
        record.durationMs = std::stoll(cell("duration"));
        record.neighbors = json::parse(cell("neighbors")).get<std::vector<std::string>>();
        records.push_back(std::move(record));
    }
    return records;
}

/// Gives each record its hidden id where the truth line is found without doubt; returns all hidden ids.
std::set<std::string> matchTruth(std::vector<Record> &records, const std::string &path)
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
        lines[keyOf(textOr(value, "r"), textOr(value, "traceId"), textOr(value, "service"),
                    textOr(value, "op"), textOr(value, "parent"))]
            .push_back(std::move(value));
    }
    std::map<Key, std::vector<Record *>> stored;
    for (Record &record : records)
        stored[keyOf(record.request, record.traceId, record.service, record.operation, record.parentId)]
            .push_back(&record);
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

/// Dense numbers in order of first sight.
class Numbering
{
public:
    std::uint32_t of(const std::string &text)
    {
        return m_numbers.try_emplace(text, static_cast<std::uint32_t>(m_numbers.size())).first->second;
    }
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_numbers.size()); }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

trace::CallerInferenceInput toColumns(const std::vector<Record> &records)
{
    trace::CallerInferenceInput input;
    Numbering traces, services, operations, groups;
    std::set<std::string> stored;
    for (const Record &record : records)
        stored.insert(record.spanId);
    input.neighborBegin.push_back(0);
    for (const Record &record : records) {
        const bool dangling = !record.parentId.empty() && !stored.contains(record.parentId);
        input.trace.push_back(traces.of(record.traceId));
        input.service.push_back(services.of(record.service));
        input.operation.push_back(operations.of(record.operation));
        input.endNs.push_back(record.endMs * kNsPerMs);
        input.startNs.push_back((record.endMs - record.durationMs) * kNsPerMs);
        input.parentGroup.push_back(dangling ? groups.of(record.traceId + '/' + record.parentId)
                                             : trace::kNoGroup);
        for (const std::string &neighbor : record.neighbors)
            input.neighbor.push_back(services.of(neighbor));
        input.neighborBegin.push_back(static_cast<std::uint32_t>(input.neighbor.size()));
    }
    input.groupCount = groups.size();
    return input;
}

struct Score {
    std::size_t judged = 0, right = 0, unlinked = 0, links = 0, sure = 0, sureRight = 0;
    std::size_t absent = 0, invented = 0, inventedHalf = 0, inventedSure = 0;
    double inventedConfidence = 0;
    std::array<std::size_t, 10> decileLinks{}, decileRight{};
    std::array<double, 10> decileSum{};
    std::map<std::string, std::array<std::size_t, 2>> byEdge;

    void addLink(float confidence, bool isRight)
    {
        const auto decile = std::min<std::size_t>(9, static_cast<std::size_t>(confidence * 10));
        ++links;
        ++decileLinks[decile];
        decileSum[decile] += static_cast<double>(confidence);
        decileRight[decile] += isRight ? 1 : 0;
        sure += confidence >= 0.9F ? 1 : 0;
        sureRight += isRight && confidence >= 0.9F ? 1 : 0;
    }
    void addInvented(float confidence)
    {
        ++invented;
        inventedConfidence += static_cast<double>(confidence);
        inventedHalf += confidence >= 0.5F ? 1 : 0;
        inventedSure += confidence >= 0.9F ? 1 : 0;
        addLink(confidence, false);
    }
};

void judge(const std::vector<Record> &records, const std::set<std::string> &hiddenIds, Score &score)
{
    const trace::CallerInferenceInput input = toColumns(records);
    const std::vector<trace::InferredCaller> callers = trace::inferCallers(input, {});
    std::unordered_map<std::string, std::size_t> byHidden;
    std::set<std::string> unsureTraces;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].matched)
            byHidden.emplace(records[i].hidden, i);
        else
            unsureTraces.insert(records[i].traceId);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const Record &record = records[i];
        if (!record.matched || !hiddenIds.contains(record.trueParent)
            || input.parentGroup[i] == trace::kNoGroup)
            continue;
        const trace::InferredCaller &given = callers[input.parentGroup[i]];
        const auto truth = byHidden.find(record.trueParent);
        if (truth != byHidden.end()) {
            ++score.judged;
            const bool isRight = given.record == truth->second;
            score.right += isRight ? 1 : 0;
            auto &edge = score.byEdge[records[truth->second].operation + " -> " + record.operation];
            ++edge[0];
            edge[1] += isRight ? 1 : 0;
            if (given.record == trace::kNoCaller)
                ++score.unlinked;
            else
                score.addLink(given.confidence, isRight);
        } else if (!unsureTraces.contains(record.traceId)) {
            // With an unmatched record in the trace the caller may be stored after all: not judged.
            ++score.absent;
            if (given.record != trace::kNoCaller)
                score.addInvented(given.confidence);
        }
    }
}

double percent(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void printScore(const std::string &name, const Score &score)
{
    std::printf("%-28s %6zu %7.2f %6.2f %7.2f %7.2f | %6zu %6.2f %6.2f %6.2f %5.2f\n", name.c_str(),
                score.judged, percent(score.right, score.judged), percent(score.unlinked, score.judged),
                percent(score.sure, score.links), percent(score.sureRight, score.sure), score.absent,
                percent(score.invented, score.absent), percent(score.inventedHalf, score.absent),
                percent(score.inventedSure, score.absent),
                score.invented == 0 ? 0 : score.inventedConfidence / static_cast<double>(score.invented));
}

void printCalibration(const std::string &name, const Score &score)
{
    std::printf("%s\n  given     ", name.c_str());
    for (std::size_t i = 0; i < 10; ++i)
        std::printf(
            " %6.2f",
            score.decileLinks[i] == 0 ? 0 : score.decileSum[i] / static_cast<double>(score.decileLinks[i]));
    std::printf("\n  observed  ");
    for (std::size_t i = 0; i < 10; ++i)
        std::printf(" %6.2f", percent(score.decileRight[i], score.decileLinks[i]) / 100);
    std::printf("\n  links     ");
    for (std::size_t i = 0; i < 10; ++i)
        std::printf(" %6zu", score.decileLinks[i]);
    std::printf("\n");
}

void printEdges(const Score &score)
{
    for (const auto &[edge, counts] : score.byEdge)
        if (counts[1] < counts[0])
            std::printf("    %-34s %5zu links, %5zu wrong or missing\n", edge.c_str(), counts[0],
                        counts[0] - counts[1]);
}

std::vector<Record> withoutRandom(const std::vector<Record> &records, double dropped, unsigned seed)
{
    std::mt19937 random(seed);
    std::bernoulli_distribution drop(dropped);
    std::vector<Record> kept;
    for (const Record &record : records)
        if (!drop(random))
            kept.push_back(record);
    return kept;
}

std::vector<Record> halfTheTraces(const std::vector<Record> &records, unsigned seed)
{
    std::mt19937 random(seed);
    std::bernoulli_distribution take(0.5);
    std::map<std::string, bool> taken;
    std::vector<Record> kept;
    for (const Record &record : records)
        if (taken.try_emplace(record.traceId, take(random)).first->second)
            kept.push_back(record);
    return kept;
}

/// Every trace as an input of its own, as when the user opens just one.
std::vector<std::vector<Record>> oneByOne(const std::vector<Record> &records)
{
    std::map<std::string, std::vector<Record>> traces;
    for (const Record &record : records)
        traces[record.traceId].push_back(record);
    std::vector<std::vector<Record>> inputs;
    for (auto &[id, members] : traces)
        inputs.push_back(std::move(members));
    return inputs;
}

/// What Redis would hold if it kept only the newest `limit` records of each service.
std::vector<Record> newestPerService(std::vector<Record> records, std::size_t limit)
{
    std::stable_sort(records.begin(), records.end(),
                     [](const Record &a, const Record &b) { return a.endMs > b.endMs; });
    std::map<std::string, std::size_t> seen;
    std::erase_if(records, [&](const Record &record) { return ++seen[record.service] > limit; });
    return records;
}

std::vector<Record> merged(std::vector<Record> records, const std::vector<Record> &more)
{
    std::set<std::string> known;
    for (const Record &record : records)
        known.insert(record.spanId);
    for (const Record &record : more)
        if (known.insert(record.spanId).second)
            records.push_back(record);
    return records;
}

void reportSet(const std::string &folder, const std::string &name)
{
    const std::string base = folder + '/' + name + '/';
    const std::vector<Record> redis = readRedis(base + "redis-lists.tsv"),
                              table = readTable(base + "distributed_traces.csv");
    std::vector<Record> both = merged(redis, table);
    const std::set<std::string> hiddenIds = matchTruth(both, base + "truth.ndjson");
    std::unordered_map<std::string, const Record *> byId;
    for (const Record &record : both)
        byId.emplace(record.spanId, &record);
    std::vector<std::pair<std::string, Score>> scores;
    const auto run = [&](const std::string &title, const std::vector<std::vector<Record>> &inputs) {
        Score score;
        for (const std::vector<Record> &input : inputs)
            judge(input, hiddenIds, score);
        printScore(title, score);
        scores.emplace_back(title, score);
    };
    const auto judgedCopy = [&](const std::vector<Record> &part) {
        std::vector<Record> copy;
        for (const Record &record : part)
            copy.push_back(*byId.at(record.spanId));
        return copy;
    };
    run(name + " tsv", {judgedCopy(redis)});
    run(name + " csv", {judgedCopy(table)});
    run(name + " both", {both});
    run(name + " random halves", {halfTheTraces(both, 1), halfTheTraces(both, 2), halfTheTraces(both, 3)});
    run(name + " traces one by one", oneByOne(both));
    for (const double dropped : {0.05, 0.1, 0.2, 0.3})
        run(name + " drop " + std::to_string(static_cast<int>(dropped * 100 + 0.5)) + " %",
            {withoutRandom(both, dropped, 11), withoutRandom(both, dropped, 12),
             withoutRandom(both, dropped, 13)});
    run(name + " newest 200/service", {newestPerService(both, 200)});
    run(name + " newest 400/service", {newestPerService(both, 400)});
    std::printf("\n");
    for (const auto &[title, score] : scores)
        printCalibration(title, score);
    std::printf("\n  wrong on %s:\n", scores[2].first.c_str());
    printEdges(scores[2].second);
    std::printf("\n");
}

/// Copies of the sample's traces until there are about `wanted` records, each copy as traces of its own.
void reportSpeed(const std::string &folder, const std::string &name, std::size_t wanted)
{
    const trace::CallerInferenceInput one = toColumns(readRedis(folder + '/' + name + "/redis-lists.tsv"));
    const auto count = static_cast<std::uint32_t>(one.trace.size());
    const std::uint32_t traces = count == 0 ? 0 : *std::max_element(one.trace.begin(), one.trace.end()) + 1;
    trace::CallerInferenceInput all;
    all.neighborBegin.push_back(0);
    for (std::uint32_t copy = 0; count > 0 && all.trace.size() < wanted; ++copy) {
        for (std::uint32_t i = 0; i < count; ++i) {
            all.trace.push_back(one.trace[i] + copy * traces);
            all.service.push_back(one.service[i]);
            all.operation.push_back(one.operation[i]);
            all.startNs.push_back(one.startNs[i]);
            all.endNs.push_back(one.endNs[i]);
            all.parentGroup.push_back(one.parentGroup[i] == trace::kNoGroup
                                          ? trace::kNoGroup
                                          : one.parentGroup[i] + copy * one.groupCount);
            for (std::uint32_t n = one.neighborBegin[i]; n < one.neighborBegin[i + 1]; ++n)
                all.neighbor.push_back(one.neighbor[n]);
            all.neighborBegin.push_back(static_cast<std::uint32_t>(all.neighbor.size()));
        }
        all.groupCount += one.groupCount;
    }
    const auto measure = [&](const char *what) {
        const auto begin = std::chrono::steady_clock::now();
        const std::size_t groups = trace::inferCallers(all, {}).size();
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        std::printf("%-12s %-22s %8zu records, %7zu groups: %.2f s\n", name.c_str(), what, all.trace.size(),
                    groups, spent.count());
    };
    measure("in small traces");
    std::fill(all.trace.begin(), all.trace.end(), 0U);
    measure("as one trace");
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: parent_inference_accuracy FOLDER [--speed]\n");
        return 2;
    }
    const std::string folder = argv[1];
    if (argc > 2 && std::string_view(argv[2]) == "--speed") {
        for (const std::size_t wanted : {std::size_t{100'000}, std::size_t{1'000'000}})
            for (const char *name : {"sequential", "parallel"})
                reportSpeed(folder, name, wanted);
        return 0;
    }
    std::printf("%-28s %6s %7s %6s %7s %7s | %6s %6s %6s %6s %5s\n", "", "judged", "right%", "none%",
                ">=.9 %", "right%", "absent", "inv.%", ">=.5%", ">=.9%", "conf");
    for (const char *name : {"sequential", "parallel"})
        reportSet(folder, name);
    return 0;
}
