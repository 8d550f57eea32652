// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/dashboard_bar.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::metrics {

using items::toQString;
using widgets::PlainLabel;

namespace {

constexpr std::size_t kMostValues = 200;
constexpr std::int64_t kScrapeNs = 15'000'000'000;
constexpr int kFieldPx = 150;

QString everything()
{
    return DashboardBar::tr("All");
}

} // namespace

DashboardBar::DashboardBar(LaneAxis &axis, QWidget *parent)
    : QWidget(parent), m_axis(axis), m_title(new PlainLabel(this)), m_leftOut(new PlainLabel(this))
{
    setObjectName(QStringLiteral("dashboardBar"));
    m_title->setFont(style::headingFont());
    m_title->setElideMode(Qt::ElideRight);
    m_leftOut->setTone(PlainLabel::Tone::Muted);
    m_leftOut->setElideMode(Qt::ElideRight);
    m_leftOut->setObjectName(QStringLiteral("leftOut"));
    auto *close = new QToolButton(this);
    close->setIcon(style::icon(QStringLiteral("close"), style::IconColor::Muted));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close the dashboard"));
    widgets::setPlainToolTip(close, tr("Close the dashboard"));
    connect(close, &QToolButton::clicked, this, &DashboardBar::closed);
    m_fieldsRow = new QHBoxLayout;
    m_fieldsRow->setSpacing(style::metric::kGap);
    auto *row = new QHBoxLayout;
    row->setSpacing(style::metric::kMargin);
    row->addWidget(m_title);
    row->addLayout(m_fieldsRow);
    row->addStretch(1);
    row->addWidget(close);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2);
    rows->addLayout(row);
    rows->addWidget(m_leftOut);
}

DashboardBar::~DashboardBar()
{
    clearFields();
}

void DashboardBar::clearFields()
{
    for (const std::string &panel : m_panels)
        m_axis.workspace().metrics().cancel(panel);
    m_panels.clear();
    qDeleteAll(m_fieldWidgets);
    m_fieldWidgets.clear();
    m_fields.clear();
}

void DashboardBar::setDashboard(std::shared_ptr<const metric::Dashboard> dashboard)
{
    clearFields();
    m_dashboard = std::move(dashboard);
    if (!m_dashboard)
        return;
    m_title->setText(toQString(m_dashboard->title));
    for (const metric::DashboardVariable &variable : m_dashboard->variables)
        addVariable(variable);
    QStringList leftOut;
    for (const std::string &line : m_dashboard->leftOut)
        leftOut.append(toQString(line));
    m_leftOut->setVisible(!leftOut.isEmpty());
    m_leftOut->setText(tr("Not drawn: %1").arg(leftOut.join(QStringLiteral("  \u00b7  "))));
    widgets::setPlainToolTip(m_leftOut, leftOut.join(u'\n'));
}

void DashboardBar::addVariable(const metric::DashboardVariable &variable)
{
    auto *label = new PlainLabel(toQString(variable.title.empty() ? variable.name : variable.title), this);
    label->setTone(PlainLabel::Tone::Muted);
    auto *field = new QComboBox(this);
    field->setEditable(true);
    field->setInsertPolicy(QComboBox::NoInsert);
    field->setMinimumWidth(kFieldPx);
    field->setAccessibleName(label->text());
    field->lineEdit()->setPlaceholderText(tr("a value"));
    const bool hasAll = variable.isMany || !variable.everything.empty();
    if (hasAll)
        field->addItem(everything());
    for (std::size_t i = 0; i < variable.options.size() && i < kMostValues; ++i)
        field->addItem(toQString(variable.options[i]));
    QString current = variable.current.empty() ? QString() : toQString(variable.current.front());
    const bool isAll = current == QStringLiteral("$__all") || current == QStringLiteral(".*")
        || (!current.isEmpty() && current == toQString(variable.everything));
    if (hasAll && (isAll || current.isEmpty()))
        current = everything();
    field->setCurrentText(current);
    m_fieldsRow->addWidget(label);
    m_fieldsRow->addWidget(field);
    m_fieldWidgets.push_back(label);
    m_fieldWidgets.push_back(field);
    m_fields.insert(toQString(variable.name), field);
    connect(field, &QComboBox::activated, this, &DashboardBar::valuesChanged);
    connect(field->lineEdit(), &QLineEdit::returnPressed, this, &DashboardBar::valuesChanged);
    if (!variable.labelName.empty())
        askValues(variable, field);
}

/// The first values that there are; what is not among them can be typed.
void DashboardBar::askValues(const metric::DashboardVariable &variable, QComboBox *field)
{
    sources::NameQuestion question;
    question.kind = sources::NameQuestion::Kind::LabelValues;
    question.label = variable.labelName;
    question.limit = kMostValues;
    question.range = m_axis.range();
    if (!variable.selector.empty() && variable.selector.find('$') == std::string::npos)
        question.matchers = {variable.selector};
    m_panels.push_back("variable " + variable.name);
    m_axis.workspace().metrics().askNames(m_panels.back(), question,
                                          [this, field](const Result<sources::NameList> &answer) {
                                              if (!answer)
                                                  return;
                                              const QString before = field->currentText();
                                              for (const std::string &name : answer->names) {
                                                  if (field->findText(toQString(name)) < 0)
                                                      field->addItem(toQString(name));
                                              }
                                              field->setCurrentText(before);
                                              if (!before.isEmpty() || answer->names.empty())
                                                  return;
                                              field->setCurrentText(toQString(answer->names.front()));
                                              Q_EMIT valuesChanged();
                                          });
}

std::vector<LaneSpec> DashboardBar::lanes() const
{
    std::vector<LaneSpec> lanes;
    if (!m_dashboard)
        return lanes;
    metric::DashboardValues values;
    for (const metric::DashboardVariable &variable : m_dashboard->variables) {
        const QString text = m_fields.value(toQString(variable.name))->currentText().trimmed();
        const std::string all = variable.everything.empty() ? ".*" : variable.everything;
        if (!text.isEmpty())
            values.chosen[variable.name] = {text == everything() ? all : text.toStdString()};
    }
    const TimeRange range = m_axis.range();
    values.rangeNs = range.length().ns();
    values.scrapeIntervalNs = kScrapeNs;
    values.stepNs = std::max<std::int64_t>(
        values.rangeNs / std::max<std::int64_t>(static_cast<std::int64_t>(m_axis.scale().widthPx()), 1), kScrapeNs);
    for (const metric::DashboardPanel &panel : m_dashboard->panels) {
        LaneSpec lane;
        lane.title = toQString(panel.title);
        lane.note = toQString(panel.row);
        lane.unit = panel.unit;
        lane.datasourceUid = panel.datasourceUid;
        lane.seriesLimit = 20;
        std::vector<std::string> missing;
        for (const metric::DashboardTarget &target : panel.targets)
            lane.targets.push_back({metric::expanded(target.expression, values, missing), target.legend, {}});
        if (!missing.empty())
            lane.note = tr("choose a value for %1").arg(toQString(missing.front()));
        if (!missing.empty())
            lane.targets = {{std::string(), {}, {}}};
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

} // namespace tailspan::metrics
