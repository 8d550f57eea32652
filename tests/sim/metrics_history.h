// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/sink.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tailspan::sim {

/// The metrics of the whole run as OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`: what a
/// Prometheus would hold that scraped every other second as the job "mesh" and kept the labels of the services.
class MetricsHistory final : public Sink {
public:
    static constexpr std::int64_t kStepNs = 2'000'000'000;

    [[nodiscard]] static Result<std::unique_ptr<MetricsHistory>> open(const std::string &path);
    Result<> addRecord(const StoredRecord &) override { return {}; }
    Result<> addState(const ServiceBoard &board, std::int64_t atNs) override;
    /// One point of what `write` writes, whenever it comes.
    void add(std::int64_t atNs, const std::function<void(MetricWriter &)> &write);
    Result<> flush() override { return {}; }
    /// Writes the file: OpenMetrics wants all points of a series together.
    Result<> finish() override;

private:
    struct Family {
        std::string head;
        std::map<std::string, std::string> points; ///< "VALUE SECONDS\n" each, by "NAME{LABELS} ".
    };
    class Writer;

    explicit MetricsHistory(std::string path) : m_path(std::move(path)) {}

    std::string m_path;
    std::int64_t m_nextNs = 0;
    std::vector<Family> m_families; ///< In the order in which they first came.
    std::map<std::string, std::size_t> m_familyOf;
};

} // namespace tailspan::sim
