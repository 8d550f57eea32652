// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/report_question_dialog.h"

#include "app/workspace/named_zone.h"
#include "models/loadtest/time_zone.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QComboBox>
#include <QCompleter>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QTimeZone>

namespace tailspan::mainwindow {

using widgets::PlainLabel;

namespace {

constexpr int kFirstMinutes = -12 * 60;
constexpr int kLastMinutes = 14 * 60;
constexpr int kStepMinutes = 30;

QComboBox *makeZones(QWidget *parent)
{
    auto *zones = new QComboBox(parent);
    zones->setObjectName(QStringLiteral("zone"));
    const int here = QDateTime::currentDateTime().offsetFromUtc() / 60;
    for (int minutes = kFirstMinutes; minutes <= kLastMinutes; minutes += kStepMinutes) {
        const QString name = QString::fromStdString(loadtest::zoneText(Duration::seconds(60LL * minutes)));
        zones->addItem(minutes == here ? ReportQuestionDialog::tr("%1 (this computer now)").arg(name) : name, minutes);
    }
    for (const QString &name : workspace::zoneNames())
        zones->addItem(name, name);
    const QString system = QString::fromLatin1(QTimeZone::systemTimeZoneId());
    const int named = zones->findData(system);
    zones->setCurrentIndex(named >= 0 ? named : zones->findData(here % kStepMinutes == 0 ? here : 0));
    // Typing finds a place among hundreds.
    zones->setEditable(true);
    zones->setInsertPolicy(QComboBox::NoInsert);
    zones->completer()->setCompletionMode(QCompleter::PopupCompletion);
    zones->completer()->setFilterMode(Qt::MatchContains);
    return zones;
}

QComboBox *makeUnits(QWidget *parent)
{
    auto *units = new QComboBox(parent);
    units->setObjectName(QStringLiteral("unit"));
    units->addItem(ReportQuestionDialog::tr("nanoseconds"), 1);
    units->addItem(ReportQuestionDialog::tr("microseconds"), 1'000);
    units->addItem(ReportQuestionDialog::tr("milliseconds"), 1'000'000);
    return units;
}

} // namespace

ReportQuestionDialog::ReportQuestionDialog(const loadtest::OpenQuestions &open, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("What the report leaves open"));
    auto *why = new PlainLabel(
        tr("The file does not say this. The answer is remembered for it and can be changed in the menu."), this);
    why->setWordWrap(true);
    auto *rows = new QFormLayout(this);
    rows->setContentsMargins(20, 16, 20, 16);
    rows->setSpacing(style::metric::kGap);
    rows->addRow(why);
    if (open.zone) {
        m_zone = makeZones(this);
        auto *label = new PlainLabel(tr("Zone of its times"), this);
        m_zone->setAccessibleName(label->text());
        rows->addRow(label, m_zone);
    }
    if (open.unit) {
        m_unit = makeUnits(this);
        auto *label = new PlainLabel(tr("Unit of its latencies"), this);
        m_unit->setAccessibleName(label->text());
        rows->addRow(label, m_unit);
    }
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Read it again"));
    rows->addRow(buttons);
    if (m_zone != nullptr)
        connect(m_zone, &QComboBox::editTextChanged, this, [this, buttons](const QString &text) {
            const bool isZone = m_zone->findText(text) >= 0 || workspace::zoneNamed(text);
            buttons->button(QDialogButtonBox::Ok)->setEnabled(isZone);
        });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

settings::ReportAnswer ReportQuestionDialog::answer() const
{
    settings::ReportAnswer answer;
    if (m_zone != nullptr) {
        const QVariant zone = m_zone->itemData(m_zone->findText(m_zone->currentText()));
        if (zone.typeId() == QMetaType::QString)
            answer.zone = zone.toString();
        else if (zone.isValid())
            answer.zoneMinutes = zone.toInt();
        else if (const auto typed = workspace::zoneNamed(m_zone->currentText()))
            answer.zone = m_zone->currentText().trimmed();
    }
    if (m_unit != nullptr)
        answer.unitNs = m_unit->currentData().toLongLong();
    return answer;
}

QString reportQuestionText(const loadtest::LoadTestReport &report)
{
    if (report.assumed.zone && report.assumed.unit)
        return ReportQuestionDialog::tr(
            "The report names neither the zone of its times nor the unit of its latencies.");
    if (report.assumed.zone)
        return ReportQuestionDialog::tr("The times of the report name no zone and are shown as if they were UTC.");
    return report.assumed.unit ? ReportQuestionDialog::tr("The report does not name the unit of its latencies.")
                               : QString();
}

} // namespace tailspan::mainwindow
