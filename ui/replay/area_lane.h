// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/replay/lane.h"

namespace tailspan::replay {

/// A single filled line from zero: users, requests a second.
class AreaLane : public Lane {
public:
    [[nodiscard]] bool hasValueAxis() const override { return true; }
    [[nodiscard]] QString missing(const loadtest::LoadTestReport &report) const override = 0;
    void show(const loadtest::LoadTestReport &report, const layout::ReplayPicture &picture) override;

protected:
    void build() override;
    void color() override;
    [[nodiscard]] virtual std::size_t category() const = 0;
    [[nodiscard]] virtual double valueOf(const layout::ReplayStep &step) const = 0;
    [[nodiscard]] virtual layout::ValueExtent extentOf(const layout::ReplayOverview &overview) const = 0;
    [[nodiscard]] virtual layout::AxisUnit unit() const = 0;

private:
    QCPGraph *m_graph = nullptr; // the plot owns it
};

class UsersLane final : public AreaLane {
public:
    [[nodiscard]] QString id() const override { return QStringLiteral("users"); }
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString missing(const loadtest::LoadTestReport &report) const override;

protected:
    [[nodiscard]] std::size_t category() const override { return 0; }
    [[nodiscard]] double valueOf(const layout::ReplayStep &step) const override { return step.users; }
    [[nodiscard]] layout::ValueExtent extentOf(const layout::ReplayOverview &overview) const override
    {
        return overview.users;
    }
    [[nodiscard]] layout::AxisUnit unit() const override { return layout::AxisUnit::Count; }
};

class RequestsLane final : public AreaLane {
public:
    [[nodiscard]] QString id() const override { return QStringLiteral("requests"); }
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString missing(const loadtest::LoadTestReport &report) const override;

protected:
    [[nodiscard]] std::size_t category() const override { return 2; }
    [[nodiscard]] double valueOf(const layout::ReplayStep &step) const override { return step.requestsRps; }
    [[nodiscard]] layout::ValueExtent extentOf(const layout::ReplayOverview &overview) const override
    {
        return overview.requestsRps;
    }
    [[nodiscard]] layout::AxisUnit unit() const override { return layout::AxisUnit::PerSecond; }
};

} // namespace tailspan::replay
