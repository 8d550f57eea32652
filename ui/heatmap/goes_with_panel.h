// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/heat_correlation.h"
#include "ui/heatmap/heat_state.h"

#include <QAbstractListModel>
#include <QWidget>

class QListView;
class QPushButton;
class QStackedWidget;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::heatmap {

/// Metrics that go with a latency, the closest first. Thread: GUI.
class CompanionModel final : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int kFullTextRole = Qt::UserRole;
    using QAbstractListModel::QAbstractListModel;

    void setResult(std::shared_ptr<const explain::Correlation> result);
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] const explain::Companion &companion(int row) const;

private:
    std::shared_ptr<const explain::Correlation> m_result;
};

/// The metrics that go with the latency of the map: asked of the connected stores when the panel is looked at and a map
/// is new, compared on a worker. It says "goes with": what moves together need not be a cause. Thread: GUI.
class GoesWithPanel final : public QWidget {
    Q_OBJECT
public:
    explicit GoesWithPanel(HeatState &state, QWidget *parent = nullptr);
    /// Nothing is asked while it is not looked at.
    void setShown(bool shown);
    [[nodiscard]] bool isSettled() const { return !m_correlation->isRunning(); }
    [[nodiscard]] CompanionModel &companions() { return *m_model; }
    [[nodiscard]] QString words() const;

private:
    void refresh();
    void showProgress();
    void showResult();
    void say(const QString &text);

    HeatState &m_state;
    workspace::HeatCorrelation *m_correlation = nullptr;
    workspace::HeatMapPtr m_asked; ///< The map that was asked for.
    CompanionModel *m_model = nullptr;
    QStackedWidget *m_stack = nullptr;
    QListView *m_list = nullptr;
    widgets::PlainLabel *m_words = nullptr;
    widgets::PlainLabel *m_message = nullptr;
    widgets::PlainLabel *m_notes = nullptr;
    QPushButton *m_cancel = nullptr;
    bool m_isShown = false;
};

} // namespace tailspan::heatmap
