// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <QScrollArea>

class QVBoxLayout;

namespace tailspan::replay {

/// What a reader of the report has to know: what the file does not hold, which requests count, what was wrong with
/// its records. Always visible beside the tables.
/// Thread: GUI.
class NotesPanel final : public QScrollArea {
    Q_OBJECT
public:
    explicit NotesPanel(QWidget *parent = nullptr);

    /// Sentences of another kind than a report's notes.
    void showSentences(const QString &title, const QStringList &sentences);
    void showReport(const loadtest::LoadTestReportPtr &report);
    [[nodiscard]] QStringList lines() const { return m_lines; }

private:
    void begin(const QString &title);
    void finish();
    void addLine(const QString &text, bool isWarning);

    QWidget *m_content = nullptr;
    QVBoxLayout *m_rows = nullptr;
    QStringList m_lines;
};

} // namespace tailspan::replay
