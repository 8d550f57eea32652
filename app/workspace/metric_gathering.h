// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/metric_questions.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// Collects what several stores answer to one question. Thread: any.
class MetricGathering {
public:
    MetricGathering(MetricQuestion question, std::vector<std::string> names);

    /// What store number `index` answered; the whole with the last one. One store that does not answer is a note beside
    /// those that do; when none does, its error is the whole's.
    [[nodiscard]] std::optional<Result<MetricResultPtr>> add(std::size_t index, Result<metric::MetricAnswer> answer);

private:
    [[nodiscard]] Result<MetricResultPtr> whole();

    const MetricQuestion m_question;
    const std::vector<std::string> m_names;
    const std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
    std::mutex m_mutex;
    std::vector<std::optional<Result<metric::MetricAnswer>>> m_answers;
    std::size_t m_missing;
};

} // namespace tailspan::workspace
