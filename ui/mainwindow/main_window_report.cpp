// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does about a load-test report beyond its page: it asks what the file leaves open.
#include "ui/mainwindow/main_window.h"
#include "ui/mainwindow/report_question_dialog.h"
#include "ui/widgets/banner.h"

namespace tailspan::mainwindow {

using widgets::Banner;

/// Once for each file: the answer is remembered. A banner that already says something is left alone; the menu asks too.
void MainWindow::offerQuestion()
{
    const loadtest::LoadTestReportPtr &report = m_workspace.report();
    if (report == m_asked || !report || report->isPartial)
        return;
    m_asked = report;
    const QString text = reportQuestionText(*report);
    if (!text.isEmpty() && m_banner->isHidden())
        m_banner->showMessage(Banner::Kind::Info, text, tr("Answer…"));
}

void MainWindow::askAboutReport()
{
    const loadtest::LoadTestReportPtr report = m_workspace.report();
    loadtest::OpenQuestions open;
    if (report) {
        open.zone = report->assumed.zone || report->answered.zone;
        open.unit = report->assumed.unit || report->answered.unit;
    }
    if (!open.zone && !open.unit) {
        m_banner->showMessage(Banner::Kind::Info, tr("Nothing about what is open has to be asked."));
        return;
    }
    auto *dialog = new ReportQuestionDialog(open, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_banner->dismiss();
        m_workspace.answerReport(dialog->answer());
    });
    dialog->open();
}

} // namespace tailspan::mainwindow
