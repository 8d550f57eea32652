// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <QHash>
#include <QStringList>
#include <QWidget>

class QButtonGroup;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace tailspan::items {
class EndpointModel;
class VerdictModel;
} // namespace tailspan::items

namespace tailspan::replay {

class NotesPanel;
class ReportTable;

/// What the report says of the whole run: verdicts, endpoints, and the notes beside them.
/// Thread: GUI.
class ResultsPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ResultsPanel(QWidget *parent = nullptr);

    void showReport(const loadtest::LoadTestReportPtr &report);
    /// Notes beside the tables, or below them where the panel has the page to itself.
    void setNotesBelow(bool isBelow);
    /// Brings the verdict table to the front and gives it the keyboard.
    void openVerdicts();
    /// Titles of the advisor's findings by the number of the endpoint.
    void setEndpointAdvice(QHash<int, QStringList> advice);
    [[nodiscard]] ReportTable &verdicts() const { return *m_verdictTable; }
    [[nodiscard]] ReportTable &endpoints() const { return *m_endpointTable; }
    [[nodiscard]] NotesPanel &notes() const { return *m_notes; }
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void buildTables();
    QToolButton *addTab(QWidget *page);
    QWidget *makeEmpty(const QString &text);
    void showTab(int index);

    items::VerdictModel *m_verdictModel = nullptr;
    items::EndpointModel *m_endpointModel = nullptr;
    ReportTable *m_verdictTable = nullptr;
    ReportTable *m_endpointTable = nullptr;
    QWidget *m_noVerdicts = nullptr;
    QWidget *m_noEndpoints = nullptr;
    QSplitter *m_split = nullptr;
    QStackedWidget *m_stack = nullptr;
    QButtonGroup *m_tabs = nullptr;
    QToolButton *m_verdictTab = nullptr;
    QToolButton *m_endpointTab = nullptr;
    NotesPanel *m_notes = nullptr;
};

} // namespace tailspan::replay
