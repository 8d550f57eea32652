// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/range_field.h"

#include "app/workspace/shown_time.h"
#include "models/base/number_text.h"
#include "models/base/time_range_text.h"
#include "models/base/wall_clock.h"
#include "models/items/qt_text.h"
#include "ui/widgets/plain_tooltip.h"

#include <QLineEdit>

namespace tailspan::mainwindow {

using items::toQString;

namespace {

struct Choice {
    const char *text;
    qint64 seconds; // 0: everything
};
constexpr Choice kChoices[] = {
    {QT_TRANSLATE_NOOP("RangeField", "Last 5 min"), 300},   {QT_TRANSLATE_NOOP("RangeField", "Last 15 min"), 900},
    {QT_TRANSLATE_NOOP("RangeField", "Last hour"), 3'600},  {QT_TRANSLATE_NOOP("RangeField", "Last 6 hours"), 21'600},
    {QT_TRANSLATE_NOOP("RangeField", "Last 24 h"), 86'400}, {QT_TRANSLATE_NOOP("RangeField", "Last 7 days"), 604'800},
    {QT_TRANSLATE_NOOP("RangeField", "Whole range"), 0},
};
constexpr int kWidthPx = 132;

} // namespace

RangeField::RangeField(workspace::Workspace &workspace, QWidget *parent) : QComboBox(parent), m_workspace(workspace)
{
    setObjectName(QStringLiteral("rangeField"));
    setAccessibleName(tr("Range of time"));
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setCompleter(nullptr);
    setFixedWidth(kWidthPx);
    for (const Choice &choice : kChoices)
        addItem(tr(choice.text), choice.seconds);
    widgets::setPlainToolTip(this,
                             tr("Choose how far back to look, or type: 14:02 - 14:17, last 20m, yesterday "
                                "14:00-15:00, or two ISO times with a dash between them"));
    connect(this, &QComboBox::activated, this, &RangeField::choose);
    connect(lineEdit(), &QLineEdit::returnPressed, this, [this] { take(lineEdit()->text()); });
    connect(lineEdit(), &QLineEdit::editingFinished, this, &RangeField::refresh);
    refresh();
}

bool RangeField::asksStores() const
{
    const bool hasFiles = !m_workspace.openPaths().isEmpty();
    return m_workspace.time().isConnected() && !hasFiles;
}

QString RangeField::currentName() const
{
    if (!asksStores())
        return m_workspace.isNarrowed() ? tr("Part of it") : tr("Whole range");
    if (m_workspace.isNarrowed())
        return tr("Part of it");
    if (m_workspace.time().chosenRange())
        return tr("From \u2013 to");
    const int place = findData(static_cast<qint64>(m_workspace.time().last().ns() / 1'000'000'000));
    return place >= 0 ? itemText(place) : tr("Last %1").arg(toQString(durationText(m_workspace.time().last())));
}

void RangeField::refresh()
{
    if (!lineEdit()->hasFocus() || !lineEdit()->isModified())
        setEditText(currentName());
}

void RangeField::choose(int index)
{
    const qint64 seconds = itemData(index).toLongLong();
    if (seconds == 0 && !asksStores())
        m_workspace.narrowTo({});
    else
        chooseLast(Duration::seconds(seconds));
    lineEdit()->setModified(false);
    Q_EMIT refused({});
    refresh();
}

void RangeField::take(const QString &text)
{
    const int known = findText(text, Qt::MatchFixedString);
    lineEdit()->setModified(false);
    if (known >= 0 || text == currentName()) {
        if (known >= 0)
            choose(known);
        return;
    }
    const TimePoint now = currentTime();
    const workspace::ShownTime shown(m_workspace.settings().value());
    const Result<TypedRange> typed = parseTypedRange(text.toStdString(), now, shown.offset(now));
    if (!typed) {
        lineEdit()->setModified(true); // stays, to be mended
        Q_EMIT refused(toQString(typed.error().message));
        return;
    }
    Q_EMIT refused({});
    if (typed->range)
        chooseRange(*typed->range);
    else if (typed->isAll && !asksStores())
        m_workspace.narrowTo({});
    else
        chooseLast(typed->last.value_or(Duration()));
    refresh();
}

void RangeField::chooseLast(Duration last)
{
    if (asksStores()) {
        m_workspace.time().chooseLast(last);
        return;
    }
    const TimeRange full = m_workspace.fullRange();
    if (!full.isEmpty())
        m_workspace.narrowTo({std::max(full.begin, full.end - last), full.end});
}

void RangeField::chooseRange(TimeRange range)
{
    if (asksStores()) {
        m_workspace.time().chooseRange(range);
        return;
    }
    const TimeRange full = m_workspace.fullRange();
    const bool isElsewhere = !(range.begin < full.end && full.begin < range.end);
    if (!full.isEmpty() && isElsewhere && !m_workspace.metrics().isConnected())
        Q_EMIT refused(tr("What is open lies between %1 and %2.")
                           .arg(toQString(isoText(full.begin)), toQString(isoText(full.end))));
    else
        m_workspace.narrowTo(range);
}

} // namespace tailspan::mainwindow
