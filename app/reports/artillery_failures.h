// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// Counts of failures by kind, in one step or in the run. Artillery itself counts only requests without a response as
/// errors; responses with a status of 400 or more are failures here, as with every other tool.
class ArtilleryFailures {
public:
    /// "200", "404": counted when the status is 400 or more.
    void addStatus(std::string_view code, std::uint64_t count);
    /// "ECONNRESET"
    void addError(std::string_view name, std::uint64_t count);
    [[nodiscard]] std::uint64_t total() const;

    /// As counts over `kinds`, which grows by those that are new.
    [[nodiscard]] std::vector<loadtest::FailureCount> countsOver(std::vector<std::string> &kinds) const;

private:
    std::map<std::string, std::uint64_t> m_counts;
};

/// Splits the file's request count into failed ones and others.
void tallyArtillery(std::uint64_t requests, const ArtilleryFailures &failures, loadtest::RequestTallies &target);
/// Sorts report.failures, most frequent first.
void sortFailures(std::vector<loadtest::FailureCount> &failures);

} // namespace tailspan::reports
