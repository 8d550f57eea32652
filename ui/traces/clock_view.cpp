// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/clock_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/clock_pair_model.h"
#include "models/items/qt_text.h"
#include "models/trace/query_text.h"
#include "ui/style/theme.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace tailspan::traces {

using items::ClockPairModel;
using items::toQString;
using widgets::PlainLabel;

namespace {

PlainLabel *mutedLabel(QWidget *parent)
{
    auto *label = new PlainLabel(parent);
    label->setTone(PlainLabel::Tone::Muted);
    label->setWordWrap(true);
    return label;
}

/// "+12.1 ms", "-3us", "0": nanoseconds; nothing when it is no such text.
std::optional<std::int64_t> parseOffset(QString text)
{
    text = text.trimmed();
    const bool isNegative = text.startsWith(u'-') || text.startsWith(QChar(0x2212));
    if (isNegative || text.startsWith(u'+'))
        text.remove(0, 1);
    if (text == QStringLiteral("0"))
        return 0;
    const auto duration = trace::parseDuration(text.toStdString());
    if (!duration)
        return std::nullopt;
    return isNegative ? -duration->ns() : duration->ns();
}

} // namespace

ClockView::ClockView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_model(new ClockPairModel(this))
{
    setObjectName(QStringLiteral("clocks"));
    m_isOn = new QCheckBox(tr("Correct clocks that disagree"), this);
    m_summary = mutedLabel(this);
    m_pairs = new widgets::GroupedList(m_model, ClockPairModel::FullTextRole, this);
    m_pairs->setRootIsDecorated(false);
    m_pairs->setAccessibleName(tr("Pairs of services and how far their clocks are apart"));
    m_evidence = mutedLabel(this);
    m_form = makeForm();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kMargin, 12, style::metric::kMargin, style::metric::kMargin);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_isOn);
    rows->addWidget(m_summary);
    rows->addWidget(m_pairs, 1);
    rows->addWidget(m_evidence);
    rows->addWidget(m_form);
    rows->addStretch(0);
    connect(m_isOn, &QCheckBox::clicked, this, [this](bool isOn) {
        trace::ClockCorrection correction = m_workspace.clocks().correction();
        correction.isOn = isOn;
        m_workspace.correctClocks(correction);
    });
    connect(m_pairs->selectionModel(), &QItemSelectionModel::currentChanged, this, &ClockView::showPair);
    connect(&m_workspace.clocks(), &workspace::ClockLayer::findingChanged, this, &ClockView::refill);
    refill();
}

QWidget *ClockView::makeForm()
{
    auto *form = new QWidget(this);
    m_question = new PlainLabel(form);
    m_question->setElideMode(Qt::ElideRight);
    m_offset = new QLineEdit(form);
    m_offset->setPlaceholderText(tr("-12.5ms"));
    m_offset->setAccessibleName(tr("What to add to the times of the second service"));
    m_set = new QPushButton(tr("Set"), form);
    m_forget = new QPushButton(tr("Use what was found"), form);
    m_problem = mutedLabel(form);
    m_problem->setTone(PlainLabel::Tone::Bad);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(style::metric::kGap);
    fields->addWidget(m_offset, 1);
    fields->addWidget(m_set);
    auto *rows = new QVBoxLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addWidget(m_question);
    rows->addLayout(fields);
    rows->addWidget(m_problem);
    rows->addWidget(m_forget, 0, Qt::AlignLeft);
    connect(m_offset, &QLineEdit::returnPressed, this, &ClockView::setOffset);
    connect(m_offset, &QLineEdit::textEdited, m_problem, &QWidget::hide);
    connect(m_set, &QPushButton::clicked, this, &ClockView::setOffset);
    connect(m_forget, &QPushButton::clicked, this, &ClockView::forgetOffset);
    return form;
}

QString ClockView::summaryText() const
{
    workspace::ClockLayer &clocks = m_workspace.clocks();
    const trace::ClockFinding *finding = clocks.finding();
    if (m_workspace.snapshot() == nullptr)
        return {};
    if (finding == nullptr)
        return tr("Comparing the clocks of the services\u2026");
    if (finding->pairs.empty())
        return tr("No service calls another one here, so nothing tells whether their clocks agree.");
    const QString moved = toQString(pluralText(finding->movedServices, "service", "services"));
    if (finding->movedServices == 0)
        return tr("Nothing to correct: the calls between services fit into their callers, or too few agree on how far "
                  "clocks are apart.");
    if (clocks.correction().isOn)
        return tr("The times of %1 are moved. What was recorded stays as it is; the details of a span say what was "
                  "added.")
            .arg(moved);
    if (finding->movedServices == 1)
        return tr(
            "Calls outside their callers show that the clock of one service is off. Times are shown as recorded.");
    return tr("Calls outside their callers show that the clocks of %1 are off. Times are shown as recorded.")
        .arg(moved);
}

void ClockView::refill()
{
    workspace::ClockLayer &clocks = m_workspace.clocks();
    const auto current = currentRow() < 0 ? std::pair<std::string, std::string>() : m_model->pair(currentRow()).names;
    m_model->setFinding(clocks.finding(), clocks.correction());
    m_isOn->setChecked(clocks.correction().isOn);
    m_isOn->setEnabled(clocks.correction().isOn || (clocks.finding() != nullptr && !clocks.finding()->pairs.empty()));
    m_summary->setText(summaryText());
    int row = 0;
    while (row < m_model->rowCount() && m_model->pair(row).names != current)
        ++row;
    if (m_model->rowCount() > 0)
        m_pairs->setCurrentIndex(m_model->index(row < m_model->rowCount() ? row : 0, 0));
    m_pairs->setVisible(m_model->rowCount() > 0);
    m_pairs->setMaximumHeight(m_pairs->sizeHintForRow(0) * m_model->rowCount() + style::metric::kGrid);
    showPair();
}

int ClockView::currentRow() const
{
    const QModelIndex current = m_pairs->currentIndex();
    return current.isValid() && current.row() < m_model->rowCount() ? current.row() : -1;
}

void ClockView::showPair()
{
    const int row = currentRow();
    m_evidence->setVisible(row >= 0);
    m_form->setVisible(row >= 0);
    m_problem->hide();
    if (row < 0)
        return;
    const ClockPairModel::Pair &pair = m_model->pair(row);
    m_evidence->setText(m_model->index(row, 0).data(ClockPairModel::EvidenceRole).toString());
    m_question->setText(tr("Add to the times of %1:").arg(toQString(pair.names.second)));
    if (!m_offset->hasFocus())
        m_offset->setText(items::offsetText(pair.offsetNs()));
    m_forget->setVisible(pair.overrideNs.has_value());
}

/// A corrected number is meant to be seen: setting one turns the layer on.
void ClockView::setOffset()
{
    const int row = currentRow();
    if (row < 0)
        return;
    const auto offset = parseOffset(m_offset->text());
    m_problem->setVisible(!offset);
    if (!offset) {
        m_problem->setText(tr("Write a length of time with its unit, such as -12.5ms or 300us."));
        return;
    }
    trace::ClockCorrection correction = m_workspace.clocks().correction();
    correction.overrides[m_model->pair(row).names] = *offset;
    correction.isOn = true;
    m_workspace.correctClocks(correction);
}

void ClockView::forgetOffset()
{
    const int row = currentRow();
    if (row < 0)
        return;
    trace::ClockCorrection correction = m_workspace.clocks().correction();
    const auto &[a, b] = m_model->pair(row).names;
    correction.overrides.erase({a, b});
    correction.overrides.erase({b, a});
    m_offset->clearFocus();
    m_workspace.correctClocks(correction);
}

} // namespace tailspan::traces
