// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/ledger_dialog.h"

#include "models/base/number_text.h"
#include "models/items/repair_ledger_model.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

struct InputLines {
    QString title;
    QStringList lines;
};

InputLines linesOf(const std::string &name, const std::string &format, bool isComplete, const DataQuality &quality,
                   const std::vector<std::string> &notes)
{
    InputLines input{QString::fromStdString(name + " · " + format), {}};
    if (!isComplete)
        input.lines.append(LedgerDialog::tr("The input ends in the middle: what was whole is shown."));
    for (const std::string &line : quality.lines())
        input.lines.append(QString::fromStdString(line));
    for (const std::string &note : notes)
        input.lines.append(QString::fromStdString(note));
    if (input.lines.isEmpty())
        input.lines.append(LedgerDialog::tr("Every record was read."));
    return input;
}

std::vector<InputLines> inputsOf(const workspace::Workspace &workspace)
{
    std::vector<InputLines> inputs;
    if (const trace::TraceSnapshotPtr &snapshot = workspace.snapshot()) {
        for (const trace::TraceInput &input : snapshot->inputs())
            inputs.push_back(linesOf(input.name, input.format, input.isComplete || !input.notes.empty(), input.quality,
                                     input.notes));
    }
    if (const loadtest::LoadTestReportPtr &report = workspace.report())
        inputs.push_back(
            linesOf(report->fileName, report->tool, report->contents.isComplete, report->quality, report->notes));
    return inputs;
}

} // namespace

LedgerDialog::LedgerDialog(workspace::Workspace &workspace, QWidget *parent)
    : QDialog(parent), m_workspace(workspace), m_model(new items::RepairLedgerModel(this)), m_inputs(new QVBoxLayout),
      m_tree(new widgets::GroupedList(m_model, items::RepairLedgerModel::FullTextRole, this)),
      m_none(new PlainLabel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Data quality"));
    m_tree->setAccessibleName(tr("Repairs"));
    m_none->setText(tr("Nothing had to be repaired."));
    m_none->setTone(PlainLabel::Tone::Muted);
    auto *heading = new PlainLabel(tr("Repairs"), this);
    heading->setFont(style::headingFont());
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(metric::kGap);
    column->addLayout(m_inputs);
    column->addWidget(heading);
    column->addWidget(m_none);
    column->addWidget(m_tree, 1);
    column->addStretch(0); // takes the room when there is no tree
    connect(m_tree, &QTreeView::activated, this, &LedgerDialog::choose);
    connect(&m_workspace, &workspace::Workspace::snapshotChanged, this, &LedgerDialog::refresh);
    connect(&m_workspace, &workspace::Workspace::reportChanged, this, &LedgerDialog::refresh);
    resize(720, 520);
    refresh();
}

void LedgerDialog::refresh()
{
    while (QLayoutItem *item = m_inputs->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const InputLines &input : inputsOf(m_workspace)) {
        auto *title = new PlainLabel(input.title, this);
        title->setFont(style::headingFont());
        title->setElideMode(Qt::ElideMiddle);
        m_inputs->addWidget(title);
        auto *lines = new PlainLabel(input.lines.join(u'\n'), this);
        lines->setTone(PlainLabel::Tone::Muted);
        lines->setWordWrap(true);
        m_inputs->addWidget(lines);
    }
    m_model->setSnapshot(m_workspace.snapshot());
    const bool hasEntries = m_model->rowCount() > 0;
    m_tree->setVisible(hasEntries);
    m_none->setVisible(!hasEntries);
}

void LedgerDialog::choose(const QModelIndex &index)
{
    const QVariant row = index.siblingAtColumn(0).data(items::RepairLedgerModel::SpanRole);
    const trace::TraceSnapshotPtr snapshot = m_workspace.snapshot();
    if (!row.isValid() || !snapshot)
        return;
    const SpanRow span(row.toUInt());
    m_workspace.select({snapshot->generation(), TraceRow(snapshot->spans().trace[span.value()]), span});
    Q_EMIT spanChosen();
}

} // namespace tailspan::mainwindow
