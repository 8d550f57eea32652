// SPDX-License-Identifier: GPL-3.0-or-later
//
// How right, how honest and how fast caller inference is on the stored samples.
//   parent_inference_accuracy FOLDER [--speed]
// FOLDER holds sequential/ and parallel/, each with redis-lists.tsv, distributed_traces.csv and truth.ndjson.
// A link is one record -> caller record; it is judged only where the truth knows the caller.

#include "models/trace/parent_inference.h"
#include "tests/support/inference_judge.h"

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

namespace test = tailspan::test;
namespace trace = tailspan::trace;

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
using Record = test::StoredSpan;
using Score = test::InferenceScore;

/// Dense numbers in order of first sight.
class Numbering {
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
        input.parentGroup.push_back(dangling ? groups.of(record.traceId + '/' + record.parentId) : trace::kNoGroup);
        for (const std::string &neighbor : record.neighbors)
            input.neighbor.push_back(services.of(neighbor));
        input.neighborBegin.push_back(static_cast<std::uint32_t>(input.neighbor.size()));
    }
    input.groupCount = groups.size();
    return input;
}

void judge(const std::vector<Record> &records, const std::set<std::string> &hiddenIds, Score &score)
{
    const trace::CallerInferenceInput input = toColumns(records);
    const std::vector<trace::InferredCaller> callers = trace::inferCallers(input, {});
    std::vector<test::GivenCaller> given(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (input.parentGroup[i] == trace::kNoGroup)
            continue;
        const trace::InferredCaller &caller = callers[input.parentGroup[i]];
        given[i] = {caller.record == trace::kNoCaller ? test::kNoRecord : caller.record, caller.confidence, true};
    }
    test::judgeCallers(records, given, hiddenIds, score);
}

double percent(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void printScore(const std::string &name, const Score &score)
{
    std::printf("%-28s %6zu %7.2f %6.2f %7.2f %7.2f | %6zu %6.2f %6.2f %6.2f %5.2f\n", name.c_str(), score.judged,
                percent(score.right, score.judged), percent(score.unlinked, score.judged),
                percent(score.sure, score.links), percent(score.sureRight, score.sure), score.absent,
                percent(score.invented, score.absent), percent(score.inventedHalf, score.absent),
                percent(score.inventedSure, score.absent),
                score.invented == 0 ? 0 : score.inventedConfidence / static_cast<double>(score.invented));
}

void printCalibration(const std::string &name, const Score &score)
{
    std::printf("%s\n  given     ", name.c_str());
    for (std::size_t i = 0; i < 10; ++i)
        std::printf(" %6.2f",
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
    const std::vector<Record> redis = test::readStoredRedis(base + "redis-lists.tsv"),
                              table = test::readStoredTable(base + "distributed_traces.csv");
    std::vector<Record> both = merged(redis, table);
    const std::set<std::string> hiddenIds = test::matchTruth(both, base + "truth.ndjson");
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
            {withoutRandom(both, dropped, 11), withoutRandom(both, dropped, 12), withoutRandom(both, dropped, 13)});
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
    const trace::CallerInferenceInput one = toColumns(test::readStoredRedis(folder + '/' + name + "/redis-lists.tsv"));
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
            all.parentGroup.push_back(
                one.parentGroup[i] == trace::kNoGroup ? trace::kNoGroup : one.parentGroup[i] + copy * one.groupCount);
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
        std::printf("%-12s %-22s %8zu records, %7zu groups: %.2f s\n", name.c_str(), what, all.trace.size(), groups,
                    spent.count());
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
    std::printf("%-28s %6s %7s %6s %7s %7s | %6s %6s %6s %6s %5s\n", "", "judged", "right%", "none%", ">=.9 %",
                "right%", "absent", "inv.%", ">=.5%", ">=.9%", "conf");
    for (const char *name : {"sequential", "parallel"})
        reportSet(folder, name);
    return 0;
}
