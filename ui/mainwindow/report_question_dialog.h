// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"
#include "models/loadtest/load_test_report.h"

#include <QDialog>

class QComboBox;

namespace tailspan::mainwindow {

/// Asks what the file of a load-test report leaves open: the zone of its time stamps, the unit of its latencies. Only
/// what is open is asked. Thread: GUI.
class ReportQuestionDialog final : public QDialog {
    Q_OBJECT
public:
    ReportQuestionDialog(const loadtest::OpenQuestions &open, QWidget *parent);

    /// What was chosen; parts that were not asked are absent.
    [[nodiscard]] settings::ReportAnswer answer() const;

private:
    QComboBox *m_zone = nullptr; // null where it is not asked
    QComboBox *m_unit = nullptr;
};

/// One sentence for the banner; empty where nothing is open.
[[nodiscard]] QString reportQuestionText(const loadtest::LoadTestReport &report);

} // namespace tailspan::mainwindow
