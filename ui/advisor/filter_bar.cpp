// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/filter_bar.h"

#include "models/items/qt_text.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace tailspan::advisorpage {

FilterBar::FilterBar(QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    QStringList kinds{tr("All kinds")};
    for (std::size_t i = 0; i < advisor::kFindingKindCount; ++i)
        kinds.append(items::toQString(advisor::kindText(static_cast<advisor::FindingKind>(i))));
    m_kind = addChoice(tr("Kind of finding"), kinds);
    m_service = addChoice(tr("Service"), {tr("All services")});
    m_severity = addChoice(
        tr("Severity"),
        {tr("Any severity"), tr("Low and above"), tr("Medium and above"), tr("High and above"), tr("Critical only")});
    m_show = addChoice(tr("Which findings"),
                       {tr("To do"), tr("Verified only"), tr("Refuted"), tr("Dismissed"), tr("Applied")});
    m_show->setObjectName(QStringLiteral("findingsShown"));
    row->addStretch(1);
}

QComboBox *FilterBar::addChoice(const QString &name, const QStringList &texts)
{
    auto *box = new QComboBox(this);
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->addItems(texts);
    connect(box, &QComboBox::activated, this, &FilterBar::changed);
    layout()->addWidget(box);
    return box;
}

FindingFilter FilterBar::filter() const
{
    FindingFilter filter;
    if (m_kind->currentIndex() > 0)
        filter.kind = static_cast<advisor::FindingKind>(m_kind->currentIndex() - 1);
    if (m_service->currentIndex() > 0)
        filter.service = m_service->currentData().toString();
    filter.least = static_cast<advisor::Severity>(m_severity->currentIndex());
    filter.show = static_cast<FindingFilter::Show>(m_show->currentIndex());
    return filter;
}

void FilterBar::setServices(const QStringList &services)
{
    const QString before = m_service->currentData().toString();
    m_service->clear();
    m_service->addItem(tr("All services"));
    for (const QString &service : services)
        m_service->addItem(shortName(service), service);
    m_service->setCurrentIndex(before.isEmpty() ? 0 : std::max(0, m_service->findData(before)));
}

void FilterBar::setShow(FindingFilter::Show show)
{
    m_show->setCurrentIndex(static_cast<int>(show));
    Q_EMIT changed();
}

void FilterBar::showAll(FindingFilter::Show show)
{
    for (QComboBox *box : {m_kind, m_service, m_severity})
        box->setCurrentIndex(0);
    setShow(show);
}

} // namespace tailspan::advisorpage
