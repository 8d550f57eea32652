// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with a finding: open its evidence, try it, set it aside, save it.
#include "models/advisor/named_span.h"
#include "models/items/qt_text.h"
#include "ui/advisor/advisor_page.h"
#include "ui/advisor/finding_list.h"
#include "ui/advisor/finding_view.h"
#include "ui/advisor/picture_painting.h"
#include "ui/advisor/what_if_pane.h"
#include "ui/widgets/command.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_label.h"

#include <QFileDialog>
#include <QInputDialog>
#include <QStackedWidget>

namespace tailspan::advisorpage {

using namespace Qt::StringLiterals;
using items::toQString;

void AdvisorPage::addCommands()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto &&run) {
        addAction(widgets::makeCommand(text, keys, this, run));
    };
    add(tr("Copy what to paste"), {Qt::Key_C}, [this] { copyArtifact(); });
    add(tr("Dismiss the finding"), {Qt::Key_D}, [this] { dismissCurrent(); });
    add(tr("Open the evidence of the finding"), {Qt::Key_E}, [this] { openFirstEvidence(); });
    add(tr("What if: try the fix on the traces"), {Qt::Key_W}, [this] { askWhatIf(false); });
    add(tr("Ask the advisor again"), {Qt::Key_R}, [this] { m_workspace.advice().run(); });
    add(tr("What the advisor could not judge"), {Qt::Key_U}, [this] { showView(u"unjudged"_s); });
    add(tr("Add scaling or Kubernetes YAML for the advisor"), {}, [this] { addConfigFiles(); });
    add(tr("Save the advice as a report"), {}, [this] { exportReport(); });
}

/// The first that can be opened.
void AdvisorPage::openFirstEvidence()
{
    const items::FindingRow *row = m_list->current();
    if (row == nullptr)
        return;
    const std::shared_ptr<const advisor::Finding> finding = row->finding;
    for (const advisor::Evidence &evidence : finding->evidence) {
        for (const advisor::Reference &reference : evidence.references) {
            using enum advisor::ReferenceKind;
            const bool isHere = reference.kind == Statement || reference.kind == Plan || reference.kind == Config;
            if (!isHere)
                return openReference(reference);
        }
    }
    m_said->setText(tr("The evidence of this finding stands beside it; there is nothing else to open."));
}

void AdvisorPage::copyArtifact()
{
    if (!m_finding->copyFirst())
        m_said->setText(tr("This finding has nothing to paste."));
}

void AdvisorPage::openReference(const advisor::Reference &reference)
{
    using enum advisor::ReferenceKind;
    if (!reference.range.isEmpty() && reference.kind != Trace && reference.kind != Span)
        m_workspace.narrowTo(reference.range);
    switch (reference.kind) {
    case Trace: return openTrace(reference.target, false);
    case Span: return openTrace(reference.target, true);
    case Metric: Q_EMIT viewRequested(u"metrics"_s, u"query:"_s + toQString(reference.target)); return;
    case Report: Q_EMIT pageRequested(u"replay"_s); return;
    case Service: Q_EMIT viewRequested(u"map"_s, u"service:"_s + toQString(reference.target)); return;
    case Statement:
    case Plan:
    case Config: return;
    }
}

void AdvisorPage::openTrace(const std::string &target, bool isSpan)
{
    trace::TraceLink link;
    const std::size_t slash = isSpan ? target.rfind('/') : std::string::npos;
    link.traceId = target.substr(0, slash);
    if (slash != std::string::npos)
        link.spanId = target.substr(slash + 1);
    m_workspace.openLink(link);
    Q_EMIT pageRequested(u"traces"_s);
}

void AdvisorPage::dismissCurrent()
{
    const items::FindingRow *row = m_list->current();
    if (row == nullptr)
        return;
    const std::shared_ptr<const advisor::Finding> finding = row->finding;
    bool isChosen = false;
    const QString why = QInputDialog::getItem(
        this, tr("Dismiss this finding"), tr("Why? It comes back if it gets worse."),
        {tr("Not worth it"), tr("Known and planned"), tr("Wrong for this system"), tr("Meant to be so")}, 0, true,
        &isChosen);
    if (!isChosen)
        return;
    m_workspace.advice().dismiss(*finding, why);
    m_workspace.saveSettings();
}

void AdvisorPage::askWhatIf(bool aboutSelection)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    SpanRow span = m_workspace.selection().span;
    const items::FindingRow *row = aboutSelection ? nullptr : m_list->current();
    if (row != nullptr && snapshot != nullptr)
        span = advisor::namedSpan(*row->finding, *snapshot).value_or(span);
    m_whatIf->ask(snapshot, span);
    m_right->setCurrentIndex(WhatIfSide);
}

void AdvisorPage::exportReport()
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save the advice"), u"advice.html"_s,
                                     tr("Web page (*.html);;Markdown (*.md);;JSON (*.json);;PDF (*.pdf)"));
    if (path.isEmpty())
        return;
    const Result<> saved = m_workspace.advice().saveAs(path, reportLook());
    m_said->setText(saved ? tr("Saved as %1").arg(path) : toQString(saved.error().text()));
}

void AdvisorPage::addConfigFiles()
{
    const QStringList paths = widgets::askForFiles(this);
    if (paths.isEmpty())
        return;
    m_workspace.advice().addConfigFiles(paths);
    m_workspace.saveSettings();
}

} // namespace tailspan::advisorpage
