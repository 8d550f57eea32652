// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tailspan::sim {

/// Takes metrics, family by family.
class MetricWriter {
public:
    virtual ~MetricWriter() = default;
    /// `type`: "counter", whose name ends in "_total", "gauge" or "histogram". What follows belongs to it.
    virtual void family(const std::string &name, const char *type, const char *help) = 0;
    /// `labels`: `service="auth",version="5.2.3"`.
    virtual void sample(const std::string &name, const std::string &labels, double value) = 0;
};

/// Prometheus' text format.
class PrometheusText final : public MetricWriter {
public:
    void family(const std::string &name, const char *type, const char *help) override;
    void sample(const std::string &name, const std::string &labels, double value) override;
    std::string text;
};

/// In the shortest way that a reader takes for the same number, up to 12 digits.
[[nodiscard]] std::string number(double value);

} // namespace tailspan::sim
