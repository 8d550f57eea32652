// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tailspan::test {

/// One stored record of the target's samples, and what the truth says about it: for judging inferred callers.
struct StoredSpan {
    std::string traceId, spanId, parentId, service, operation, request;
    std::int64_t endMs = 0, durationMs = 0;
    std::vector<std::string> neighbors = {};
    std::string hidden = {}; ///< The id its children name; from the truth.
    std::string trueParent = {};
    bool matched = false;
};

[[nodiscard]] std::vector<StoredSpan> readStoredRedis(const std::string &path);
[[nodiscard]] std::vector<StoredSpan> readStoredTable(const std::string &path);
/// Gives each record its hidden id where the truth line is found without doubt; returns all hidden ids.
[[nodiscard]] std::set<std::string> matchTruth(std::vector<StoredSpan> &records, const std::string &path);

/// How right and how honest the links of one input are. A link is judged only where the truth knows the caller.
struct InferenceScore {
    std::size_t judged = 0, right = 0, unlinked = 0, links = 0, sure = 0, sureRight = 0;
    std::size_t absent = 0, invented = 0, inventedHalf = 0, inventedSure = 0; ///< Where the caller was never stored.
    double inventedConfidence = 0;
    std::array<std::size_t, 10> decileLinks{}, decileRight{};
    std::array<double, 10> decileSum{};
    std::map<std::string, std::array<std::size_t, 2>> byEdge;

    void addLink(float confidence, bool isRight);
    void addInvented(float confidence);
};

/// The caller that was given for one record: its position in the records, or kNoRecord.
inline constexpr std::size_t kNoRecord = static_cast<std::size_t>(-1);
struct GivenCaller {
    std::size_t record = kNoRecord;
    float confidence = 0;
    bool isInferred = false; ///< The record names a parent that was never stored, so that there was something to infer.
};
void judgeCallers(const std::vector<StoredSpan> &records, const std::vector<GivenCaller> &given,
                  const std::set<std::string> &hiddenIds, InferenceScore &score);

} // namespace tailspan::test
