// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/results_panel.h"

#include "models/base/number_text.h"
#include "models/items/endpoint_model.h"
#include "models/items/qt_text.h"
#include "models/items/verdict_model.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/report_table.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::replay {

namespace {

constexpr int kNotesWidthPx = 300;
constexpr int kNotesHeightPx = 180;
constexpr int kMuchPx = 5000; // the splitter scales sizes to what there is
constexpr int kLeastNotesPx = 180;
constexpr int kLeastHeightPx = 96;

QString countOf(int rows)
{
    return items::toQString(countText(static_cast<std::uint64_t>(rows)));
}

} // namespace

ResultsPanel::ResultsPanel(QWidget *parent)
    : QWidget(parent), m_verdictModel(new items::VerdictModel(this)), m_endpointModel(new items::EndpointModel(this)),
      m_stack(new QStackedWidget(this)), m_tabs(new QButtonGroup(this)), m_notes(new NotesPanel(this))
{
    setMinimumHeight(kLeastHeightPx);
    buildTables();
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(style::metric::kGrid, style::metric::kGrid, style::metric::kGrid, style::metric::kGrid);
    bar->setSpacing(style::metric::kGrid);
    bar->addWidget(m_verdictTab);
    bar->addWidget(m_endpointTab);
    bar->addStretch(1);
    auto *tables = new QWidget(this);
    auto *column = new QVBoxLayout(tables);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);
    m_split = new QSplitter(Qt::Horizontal, this);
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(tables);
    m_split->addWidget(m_notes);
    m_split->setStretchFactor(0, 1);
    m_split->setStretchFactor(1, 0);
    m_notes->setMinimumWidth(kLeastNotesPx);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(1, 1, 1, 1);
    row->addWidget(m_split);
    connect(m_tabs, &QButtonGroup::idToggled, this, [this](int id, bool isOn) {
        if (isOn)
            showTab(id);
    });
    m_verdictTab->setChecked(true);
    setNotesBelow(false);
}

void ResultsPanel::buildTables()
{
    m_verdictTable = new ReportTable(*m_verdictModel, items::VerdictModel::CriterionColumn, m_stack);
    m_verdictTable->setObjectName(QStringLiteral("verdictTable"));
    m_verdictTable->setAccessibleName(tr("Verdicts"));
    m_endpointTable = new ReportTable(*m_endpointModel, items::EndpointModel::NameColumn, m_stack);
    m_endpointTable->setObjectName(QStringLiteral("endpointTable"));
    m_endpointTable->setAccessibleName(tr("Endpoints"));
    m_noVerdicts = makeEmpty(tr("The file holds no limits, so there is nothing to judge. Its tool can store limits: "
                                "thresholds in k6, ensure in Artillery."));
    m_noEndpoints = makeEmpty(tr("The file does not tell its requests apart by endpoint."));
    m_verdictTab = addTab(m_verdictTable);
    m_endpointTab = addTab(m_endpointTable);
    m_stack->addWidget(m_noVerdicts);
    m_stack->addWidget(m_noEndpoints);
}

QToolButton *ResultsPanel::addTab(QWidget *page)
{
    auto *tab = new QToolButton(this);
    tab->setCheckable(true);
    tab->setAutoRaise(true);
    tab->setFixedHeight(style::metric::kControlHeight - 2);
    m_tabs->addButton(tab, m_stack->addWidget(page));
    return tab;
}

QWidget *ResultsPanel::makeEmpty(const QString &text)
{
    auto *empty = new QWidget(m_stack);
    auto *label = new widgets::PlainLabel(text, empty);
    label->setTone(widgets::PlainLabel::Tone::Muted);
    label->setWordWrap(true);
    auto *column = new QVBoxLayout(empty);
    column->setContentsMargins(12, 4, 12, 8);
    column->addWidget(label);
    column->addStretch(1);
    return empty;
}

void ResultsPanel::showTab(int index)
{
    const bool isVerdicts = index == 0;
    const int rows = isVerdicts ? m_verdictModel->rowCount() : m_endpointModel->rowCount();
    QWidget *empty = isVerdicts ? m_noVerdicts : m_noEndpoints;
    m_stack->setCurrentWidget(rows > 0 ? m_stack->widget(index) : empty);
}

void ResultsPanel::showReport(const loadtest::LoadTestReportPtr &report)
{
    m_verdictModel->setReport(report);
    m_endpointModel->setReport(report);
    m_verdictTable->fitColumns();
    m_endpointTable->fitColumns();
    m_notes->showReport(report);
    m_verdictTab->setText(tr("Verdicts  %1").arg(countOf(m_verdictModel->rowCount())));
    m_endpointTab->setText(tr("Endpoints  %1").arg(countOf(m_endpointModel->rowCount())));
    const bool hasVerdicts = m_verdictModel->rowCount() > 0 || m_endpointModel->rowCount() == 0;
    (hasVerdicts ? m_verdictTab : m_endpointTab)->setChecked(true);
    showTab(m_tabs->checkedId());
}

void ResultsPanel::setNotesBelow(bool isBelow)
{
    m_split->setOrientation(isBelow ? Qt::Vertical : Qt::Horizontal);
    m_split->setSizes(isBelow ? QList<int>{kMuchPx, kNotesHeightPx} : QList<int>{kMuchPx, kNotesWidthPx});
}

void ResultsPanel::openVerdicts()
{
    m_verdictTab->setChecked(true);
    m_verdictTable->setFocus(Qt::TabFocusReason);
}

void ResultsPanel::setEndpointAdvice(QHash<int, QStringList> advice)
{
    m_endpointModel->setAdvice(std::move(advice));
}

QList<QWidget *> ResultsPanel::keyWidgets() const
{
    return {m_verdictTab, m_endpointTab, m_verdictTable, m_endpointTable};
}

void ResultsPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.setPen(style::theme().line);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace tailspan::replay
