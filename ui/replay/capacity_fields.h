// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/capacity.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

/// What a capacity is held against: a limit on p95, today's peak (typed, or read from the connected stores of metrics), a
/// rate that is wanted, and how many replicas were tested. Kept for the report. Thread: GUI.
class CapacityFields final : public QWidget {
    Q_OBJECT
public:
    explicit CapacityFields(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// "200 ms", or fields by name: "p95=200 ms,peak-users=120,peak-rps=400,target-rps=900,replicas=2"; "read-peak" reads
    /// today's peak.
    void setText(const QString &text);
    /// Of the report's own limit.
    void setLimitPlaceholder(const QString &text);
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    enum Field { Limit, PeakUsers, PeakRps, TargetRps, Replicas, FieldCount };
    void addField(QHBoxLayout &row, Field field, const QString &title, const QString &hint);
    void addWord(QHBoxLayout &row, const QString &word);
    void buildPeak(QHBoxLayout &row);
    void readPeak();
    void take();
    void showOptions();
    void showPeaks();
    void choosePeak(int index);

    workspace::Workspace &m_workspace;
    QLineEdit *m_fields[FieldCount] = {};
    QPushButton *m_read = nullptr;
    QComboBox *m_peaks = nullptr;
    widgets::PlainLabel *m_said = nullptr; ///< What is wrong with a field, or where the peak comes from.
    bool m_isPeakWanted = false;           ///< To be read as soon as a store can be asked.
    bool m_isReading = false;              ///< The next answer fills the field.
};

} // namespace tailspan::replay
