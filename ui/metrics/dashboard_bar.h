// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/dashboard.h"
#include "ui/metriclanes/metric_lane.h"

#include <QHash>
#include <QWidget>

#include <memory>
#include <vector>

class QComboBox;
class QHBoxLayout;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::metrics {

using metriclanes::LaneAxis;
using metriclanes::LaneSpec;

/// A dashboard of Grafana: its title, a field for each variable, what of it is not drawn. Values of variables come from
/// the file, from the labels of the store, or are typed. Thread: GUI.
class DashboardBar final : public QWidget {
    Q_OBJECT
public:
    explicit DashboardBar(LaneAxis &axis, QWidget *parent = nullptr);
    ~DashboardBar() override;

    void setDashboard(std::shared_ptr<const metric::Dashboard> dashboard);
    /// The panels as lanes, with the values chosen so far.
    [[nodiscard]] std::vector<LaneSpec> lanes() const;

Q_SIGNALS:
    void valuesChanged();
    void closed();

private:
    void addVariable(const metric::DashboardVariable &variable);
    void askValues(const metric::DashboardVariable &variable, QComboBox *field);
    void clearFields();

    LaneAxis &m_axis;
    std::shared_ptr<const metric::Dashboard> m_dashboard;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_leftOut = nullptr;
    QHBoxLayout *m_fieldsRow = nullptr;
    QHash<QString, QComboBox *> m_fields;
    std::vector<QWidget *> m_fieldWidgets;
    std::vector<std::string> m_panels; ///< Names of questions for values.
};

} // namespace tailspan::metrics
