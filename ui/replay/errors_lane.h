// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/replay/lane.h"

namespace tailspan::replay {

/// The share of failed requests, stacked by kind of failure.
class ErrorsLane final : public Lane {
public:
    [[nodiscard]] QString id() const override { return QStringLiteral("errors"); }
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString missing(const loadtest::LoadTestReport &report) const override;
    void show(const loadtest::LoadTestReport &report, const layout::ReplayPicture &picture) override;
    [[nodiscard]] std::vector<LaneLabel> labels() const override;

    /// The colour of a row of ReplayOverview::errorKinds.
    [[nodiscard]] static QColor colorOfKind(std::size_t row);

protected:
    void build() override {}
    void color() override;

private:
    std::vector<QCPGraph *> m_graphs; // the topmost of the stack first; the plot owns them
    std::vector<QString> m_kinds;
    bool m_isQuiet = true;
};

} // namespace tailspan::replay
