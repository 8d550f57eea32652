// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/mapping_view.h"

#include "models/items/qt_text.h"
#include "models/metric/signal_lanes.h"
#include "ui/metrics/promql_edit.h"
#include "ui/metrics/text_table.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::metrics {

using items::CellTone;
using items::toQString;
using widgets::PlainLabel;

namespace {

enum Column { ServiceColumn, SignalColumn, ExpressionColumn, ReasonColumn };

QString formText(metric::SignalQuery::Form form)
{
    using Form = metric::SignalQuery::Form;
    switch (form) {
    case Form::ClassicHistogram: return MappingView::tr("histogram");
    case Form::NativeHistogram: return MappingView::tr("native histogram");
    case Form::Summary: return MappingView::tr("summary, the worst instance");
    case Form::Value: break;
    }
    return MappingView::tr("metric");
}

} // namespace

MappingView::MappingView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace),
      m_model(new items::TextTableModel({tr("Service"), tr("Signal"), tr("What is asked"), tr("Why")}, this)),
      m_table(new TextTable(*m_model, ExpressionColumn, this)), m_filter(new QLineEdit(this)),
      m_state(new PlainLabel(this))
{
    m_table->setObjectName(QStringLiteral("mappingTable"));
    m_table->setAccessibleName(tr("What is asked for each service and signal"));
    m_filter->setPlaceholderText(tr("Filter: a service, a signal, a metric"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(320);
    m_state->setTone(PlainLabel::Tone::Muted);
    m_state->setElideMode(Qt::ElideRight);
    m_allBack = new QPushButton(tr("All back to what was found"), this);
    auto *top = new QHBoxLayout;
    top->setSpacing(style::metric::kGap);
    top->addWidget(m_filter);
    top->addWidget(m_state, 1);
    top->addWidget(m_allBack);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addLayout(top);
    rows->addWidget(m_table, 1);
    rows->addWidget(buildEditor());
    connect(m_filter, &QLineEdit::textChanged, m_table, &TextTable::setFilter);
    connect(m_table, &TextTable::currentRowChanged, this, &MappingView::showCurrent);
    connect(m_allBack, &QPushButton::clicked, this, &MappingView::takeAllBack);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::mappingChanged, this, &MappingView::refill);
    refill();
}

QWidget *MappingView::buildEditor()
{
    auto *editor = new QWidget(this);
    m_what = new PlainLabel(editor);
    m_what->setFont(style::headingFont());
    m_why = new PlainLabel(editor);
    m_why->setTone(PlainLabel::Tone::Muted);
    m_why->setElideMode(Qt::ElideRight);
    m_edit = new PromqlEdit(m_workspace, editor);
    m_edit->setObjectName(QStringLiteral("mappingExpression"));
    m_choose = new QPushButton(tr("Use this expression"), editor);
    m_choose->setObjectName(QStringLiteral("choose"));
    m_back = new QPushButton(tr("Back to what was found"), editor);
    m_back->setObjectName(QStringLiteral("takeBack"));
    auto *heading = new QHBoxLayout;
    heading->setSpacing(style::metric::kGap);
    heading->addWidget(m_what);
    heading->addWidget(m_why, 1);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_edit, 1);
    line->addWidget(m_choose);
    line->addWidget(m_back);
    auto *rows = new QVBoxLayout(editor);
    rows->setContentsMargins(0, 0, 0, style::metric::kGap);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(heading);
    rows->addLayout(line);
    connect(m_choose, &QPushButton::clicked, this, &MappingView::choose);
    connect(m_edit, &QLineEdit::returnPressed, this, &MappingView::choose);
    connect(m_back, &QPushButton::clicked, this, &MappingView::takeBack);
    return editor;
}

QString MappingView::reasonOf(const Entry &entry) const
{
    if (!entry.asked)
        return tr("nothing fitting was found");
    const metric::SignalQuery &query = entry.asked->query;
    if (query.isChosenByUser)
        return tr("chosen by you");
    return tr("%1 %2, services named by \"%3\"")
        .arg(formText(query.form), toQString(query.metric), toQString(query.serviceLabel));
}

/// Every service with every signal: what was not found can be given.
void MappingView::refill()
{
    const workspace::LiveMetrics &metrics = m_workspace.metrics();
    m_entries.clear();
    std::vector<items::TextTableModel::Row> rows;
    for (const std::string &service : metrics.services()) {
        for (std::size_t i = 0; i < metric::kSignalCount; ++i) {
            Entry entry{service, static_cast<metric::Signal>(i), std::nullopt};
            if (const workspace::MappedSignal *asked = metrics.find(service, entry.signal))
                entry.asked = *asked;
            const CellTone tone = entry.asked ? CellTone::Plain : CellTone::Muted;
            const QString expression = entry.asked ? toQString(entry.asked->query.expression) : tr("not asked");
            const bool isChosen = entry.asked && entry.asked->query.isChosenByUser;
            rows.push_back({{toQString(service), {}, {}, tone},
                            {toQString(metric::signalTitle(entry.signal)), static_cast<int>(i), {}, tone},
                            {expression, {}, {}, entry.asked ? CellTone::Id : CellTone::Muted},
                            {reasonOf(entry), {}, {}, isChosen ? CellTone::Good : CellTone::Muted}});
            m_entries.push_back(std::move(entry));
        }
    }
    const bool isFirst = m_model->rowCount() == 0;
    m_model->setRows(std::move(rows));
    if (isFirst) {
        m_table->fitColumns();
        m_table->selectRow(0);
    }
    QStringList errors;
    for (const std::string &error : metrics.discoveryErrors())
        errors.append(toQString(error));
    const bool isEmpty = m_entries.empty();
    m_state->setTone(errors.isEmpty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Warn);
    m_state->setText(!errors.isEmpty()             ? errors.join(u' ')
                         : metrics.isDiscovering() ? tr("Looking at what is measured")
                         : isEmpty                 ? tr("No metric of a service was recognised in this store.")
                                                   : QString());
    const auto isChosen = [](const Entry &entry) { return entry.asked && entry.asked->query.isChosenByUser; };
    m_allBack->setEnabled(std::any_of(m_entries.begin(), m_entries.end(), isChosen));
    showCurrent();
}

const MappingView::Entry *MappingView::current() const
{
    const int row = m_table->currentRow();
    const bool isThere = row >= 0 && static_cast<std::size_t>(row) < m_entries.size();
    return isThere ? &m_entries[static_cast<std::size_t>(row)] : nullptr;
}

void MappingView::showCurrent()
{
    const Entry *entry = current();
    for (QWidget *widget : {static_cast<QWidget *>(m_edit), static_cast<QWidget *>(m_choose)})
        widget->setEnabled(entry != nullptr);
    m_back->setEnabled(entry != nullptr && entry->asked && entry->asked->query.isChosenByUser);
    if (entry == nullptr) {
        m_what->setText(tr("Choose a row to change what is asked"));
        m_why->setText({});
        m_edit->clear();
        return;
    }
    m_what->setText(toQString(entry->service) + QStringLiteral(" \u00b7 ")
                    + toQString(metric::signalTitle(entry->signal)));
    m_why->setText(reasonOf(*entry) + QStringLiteral(". ")
                   + tr("$window stands for the time that rates are taken over, $quantile for 0.5, 0.95 and 0.99."));
    const QString expression = entry->asked ? toQString(entry->asked->query.expression) : QString();
    if (!m_edit->hasFocus() || m_edit->text().isEmpty())
        m_edit->setText(expression);
}

std::string MappingView::sourceOf(const Entry &entry) const
{
    if (entry.asked)
        return entry.asked->source;
    for (const workspace::MappedSignal &other : m_workspace.metrics().mapping()) {
        if (other.query.service == entry.service)
            return other.source;
    }
    return {};
}

void MappingView::choose()
{
    const Entry *entry = current();
    const std::string expression = m_edit->text().trimmed().toStdString();
    if (entry == nullptr || expression.empty())
        return;
    metric::SignalQuery query = entry->asked ? entry->asked->query : metric::SignalQuery();
    if (query.expression == expression)
        return;
    query.service = entry->service;
    query.signal = entry->signal;
    query.expression = expression;
    query.isChosenByUser = true;
    if (!entry->asked)
        query.unit = metric::usualUnit(entry->signal);
    const std::string source = sourceOf(*entry);
    std::vector<metric::SignalQuery> chosen = m_workspace.metrics().chosen(source);
    std::erase_if(chosen,
                  [&](const auto &each) { return each.service == query.service && each.signal == query.signal; });
    chosen.push_back(std::move(query));
    m_workspace.metrics().setChosen(source, std::move(chosen));
}

void MappingView::takeBack()
{
    const Entry *entry = current();
    if (entry == nullptr)
        return;
    const std::string source = sourceOf(*entry);
    std::vector<metric::SignalQuery> chosen = m_workspace.metrics().chosen(source);
    std::erase_if(chosen,
                  [&](const auto &each) { return each.service == entry->service && each.signal == entry->signal; });
    m_edit->clear();
    m_workspace.metrics().setChosen(source, std::move(chosen));
}

void MappingView::takeAllBack()
{
    m_edit->clear();
    std::vector<std::string> sources;
    for (const workspace::MappedSignal &signal : m_workspace.metrics().mapping())
        sources.push_back(signal.source);
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    for (const std::string &source : sources)
        m_workspace.metrics().setChosen(source, {});
}

} // namespace tailspan::metrics
