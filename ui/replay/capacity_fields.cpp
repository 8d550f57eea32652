// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/capacity_fields.h"

#include "app/workspace/shown_time.h"
#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/limit_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::PeakLoad;
using workspace::RunAnalysis;

namespace {

constexpr int kFieldPx = 76;
constexpr double kMostLoad = 1e12;

const QStringList kNames{u"p95"_s, u"peak-users"_s, u"peak-rps"_s, u"target-rps"_s, u"replicas"_s};

/// A number above 0, also with the "/s" that rates are shown with; nullopt for nothing and for what is none.
std::optional<double> numberIn(const QString &text)
{
    QString digits = text.trimmed();
    if (digits.endsWith(u"/s"_s))
        digits.chop(2);
    digits.remove(u',');
    bool isNumber = false;
    const double number = digits.trimmed().toDouble(&isNumber);
    return isNumber && number > 0 && number <= kMostLoad ? std::optional(number) : std::nullopt;
}

QString textOf(const std::optional<double> &number)
{
    return number ? QString::number(*number, 'g', 12) : QString();
}

} // namespace

CapacityFields::CapacityFields(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace)
{
    auto *first = new QHBoxLayout;
    first->setSpacing(style::metric::kGap);
    addField(*first, Limit, tr("Limit of p95"), tr("200 ms"));
    addField(*first, TargetRps, tr("Wanted"), tr("rate"));
    addWord(*first, tr("requests/s with"));
    addField(*first, Replicas, {}, tr("1"));
    addWord(*first, tr("replicas tested"));
    first->addStretch(1);
    auto *second = new QHBoxLayout;
    second->setSpacing(style::metric::kGap);
    addField(*second, PeakUsers, tr("Today's peak"), tr("number"));
    addWord(*second, tr("users or"));
    addField(*second, PeakRps, {}, tr("rate"));
    addWord(*second, tr("requests/s"));
    buildPeak(*second);
    m_said = new PlainLabel(this);
    m_said->setObjectName(u"capacityFieldsSaid"_s);
    m_said->setFont(style::smallFont());
    m_said->setElideMode(Qt::ElideRight);
    m_said->hide();
    second->addStretch(1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(first);
    rows->addLayout(second);
    rows->addWidget(m_said);
    connect(&m_workspace, &workspace::Workspace::reportChanged, this, &CapacityFields::showOptions);
    connect(&m_workspace.peakLoad(), &PeakLoad::changed, this, &CapacityFields::showPeaks);
    setFocusProxy(m_fields[Limit]);
    showOptions();
    showPeaks();
}

void CapacityFields::addField(QHBoxLayout &row, Field field, const QString &title, const QString &hint)
{
    if (!title.isEmpty())
        addWord(row, title);
    auto *edit = new QLineEdit(this);
    edit->setObjectName(kNames[field]);
    const QString names[FieldCount] = {tr("Limit of p95"), tr("Today's peak, users"),
                                       tr("Today's peak, requests a second"), tr("Wanted requests a second"),
                                       tr("Replicas tested")};
    edit->setAccessibleName(names[field]);
    edit->setFixedWidth(kFieldPx);
    edit->setPlaceholderText(hint);
    connect(edit, &QLineEdit::editingFinished, this, &CapacityFields::take);
    m_fields[field] = edit;
    row.addWidget(edit);
}

void CapacityFields::addWord(QHBoxLayout &row, const QString &word)
{
    auto *label = new PlainLabel(word, this);
    label->setTone(PlainLabel::Tone::Muted);
    row.addWidget(label);
}

void CapacityFields::buildPeak(QHBoxLayout &row)
{
    m_read = new QPushButton(tr("Read it"), this);
    m_read->setObjectName(u"readPeak"_s);
    m_read->setAccessibleName(tr("Read today's peak from the stores of metrics"));
    widgets::setPlainToolTip(m_read,
                             tr("The highest rate of requests of the last seven days, of each service that the "
                                "connected stores of metrics count"));
    m_peaks = new QComboBox(this);
    m_peaks->setObjectName(u"peaksFound"_s);
    m_peaks->setAccessibleName(tr("Service whose peak counts"));
    m_peaks->setMaximumWidth(3 * kFieldPx);
    row.addWidget(m_read);
    row.addWidget(m_peaks);
    connect(m_read, &QPushButton::clicked, this, &CapacityFields::readPeak);
    connect(m_peaks, &QComboBox::activated, this, &CapacityFields::choosePeak);
}

void CapacityFields::readPeak()
{
    m_isPeakWanted = false;
    m_isReading = true;
    m_workspace.peakLoad().ask();
}

void CapacityFields::setText(const QString &text)
{
    for (const QString &part : text.split(u',')) {
        if (part.trimmed() == u"read-peak"_s) {
            m_isPeakWanted = true; // once it is known what is measured
            continue;
        }
        const auto field = kNames.indexOf(part.section(u'=', 0, 0).trimmed());
        m_fields[std::max<qsizetype>(field, Limit)]->setText(field < 0 ? part : part.section(u'=', 1));
    }
    take();
}

void CapacityFields::setLimitPlaceholder(const QString &text)
{
    if (m_fields[Limit]->text().isEmpty() && !m_fields[Limit]->hasFocus())
        m_fields[Limit]->setPlaceholderText(text);
}

QList<QWidget *> CapacityFields::keyWidgets() const
{
    QList<QWidget *> widgets{m_read, m_peaks};
    for (QLineEdit *field : m_fields)
        widgets << field;
    return widgets;
}

void CapacityFields::take()
{
    loadtest::CapacityOptions options = m_workspace.analysis().capacityOptions();
    const QString limit = m_fields[Limit]->text().trimmed();
    const bool isAsShown = options.p95Limit && limit == toQString(durationText(*options.p95Limit)); // rounded
    if (!isAsShown)
        options.p95Limit = limit.isEmpty() ? std::nullopt : loadtest::parseDurationText(limit.toStdString());
    QString problem;
    if (!limit.isEmpty() && (!options.p95Limit || options.p95Limit->ns() <= 0))
        problem = tr("The limit is a length of time, such as 200 ms.");
    options.peakUsers = numberIn(m_fields[PeakUsers]->text());
    options.peakRps = numberIn(m_fields[PeakRps]->text());
    options.targetRps = numberIn(m_fields[TargetRps]->text());
    const std::optional<double> replicas = numberIn(m_fields[Replicas]->text());
    options.testedReplicas = static_cast<std::uint32_t>(std::clamp(std::round(replicas.value_or(1)), 1.0, 1e6));
    for (const Field field : {PeakUsers, PeakRps, TargetRps, Replicas}) {
        if (!m_fields[field]->text().trimmed().isEmpty() && !numberIn(m_fields[field]->text()))
            problem = tr("\"%1\" is no number above 0.").arg(m_fields[field]->text().left(40));
    }
    if (!problem.isEmpty()) {
        m_said->setTone(PlainLabel::Tone::Bad);
        m_said->setText(problem);
        m_said->show();
        return;
    }
    if (options != m_workspace.analysis().capacityOptions())
        m_workspace.askCapacity(options);
    showPeaks();
}

/// As remembered for the report.
void CapacityFields::showOptions()
{
    const loadtest::CapacityOptions &options = m_workspace.analysis().capacityOptions();
    m_fields[Limit]->setText(options.p95Limit ? toQString(durationText(*options.p95Limit)) : QString());
    m_fields[PeakUsers]->setText(textOf(options.peakUsers));
    m_fields[PeakRps]->setText(textOf(options.peakRps));
    m_fields[TargetRps]->setText(textOf(options.targetRps));
    m_fields[Replicas]->setText(options.testedReplicas > 1 ? QString::number(options.testedReplicas) : QString());
}

void CapacityFields::showPeaks()
{
    PeakLoad &load = m_workspace.peakLoad();
    m_read->setVisible(load.canAsk() || load.isAsking());
    m_read->setEnabled(!load.isAsking());
    m_read->setText(load.isAsking() ? tr("Reading") : tr("Read it"));
    m_peaks->setVisible(!load.peaks().empty());
    const int chosen = std::max(m_peaks->currentIndex(), 0);
    m_peaks->clear();
    for (const workspace::ServicePeak &peak : load.peaks())
        m_peaks->addItem(toQString(peak.service) + u"  "_s + toQString(rateText(peak.rps)));
    m_peaks->setCurrentIndex(std::min(chosen, m_peaks->count() - 1));
    m_said->setTone(load.problem().empty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Warn);
    m_said->setText(toQString(load.problem()));
    if (!load.peaks().empty()) {
        const workspace::ServicePeak &peak = load.peaks()[static_cast<std::size_t>(m_peaks->currentIndex())];
        m_said->setText(tr("Peak of %1 in the last %2 days: %3 at %4, means of %5, from %6")
                            .arg(toQString(peak.service))
                            .arg(PeakLoad::kDays)
                            .arg(toQString(rateText(peak.rps)), toQString(isoText(peak.at)),
                                 toQString(durationText(load.step())), toQString(load.expression())));
    }
    m_said->setVisible(!m_said->text().isEmpty());
    if (m_isPeakWanted && load.canAsk())
        return readPeak();
    if (!m_isReading || load.isAsking())
        return;
    m_isReading = false;
    choosePeak(0);
}

void CapacityFields::choosePeak(int index)
{
    const std::vector<workspace::ServicePeak> &peaks = m_workspace.peakLoad().peaks();
    if (index < 0 || static_cast<std::size_t>(index) >= peaks.size())
        return;
    m_peaks->setCurrentIndex(index);
    m_fields[PeakRps]->setText(QString::number(peaks[static_cast<std::size_t>(index)].rps, 'f', 1));
    take();
}

} // namespace tailspan::replay
