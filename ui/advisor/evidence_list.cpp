// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/evidence_list.h"

#include "models/items/qt_text.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/theme.h"
#include "ui/widgets/link_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QVBoxLayout>

namespace tailspan::advisorpage {

using items::toQString;
using widgets::PlainLabel;

namespace {

/// What happens on a click, where the reference does not say it itself.
QString defaultLabel(const advisor::Reference &reference)
{
    const QString target = toQString(reference.target);
    using enum advisor::ReferenceKind;
    switch (reference.kind) {
    case Trace: return EvidenceList::tr("Open trace %1").arg(target);
    case Span: return EvidenceList::tr("Open span %1").arg(target);
    case Statement: return EvidenceList::tr("Statement %1 in pg_stat_statements").arg(target);
    case Metric: return EvidenceList::tr("Show %1").arg(target);
    case Plan: return EvidenceList::tr("Show the plan");
    case Report: return EvidenceList::tr("Show in %1").arg(target);
    case Config: return target;
    case Service: return EvidenceList::tr("Show %1 on the map").arg(target);
    }
    return target;
}

} // namespace

EvidenceList::EvidenceList(const std::vector<advisor::Evidence> &evidence, QWidget *parent) : QWidget(parent)
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    for (const advisor::Evidence &entry : evidence) {
        rows->addWidget(wrappedText(toQString(entry.text), PlainLabel::Tone::Text, this));
        for (const advisor::Reference &reference : entry.references)
            rows->addWidget(link(reference));
    }
}

QWidget *EvidenceList::link(const advisor::Reference &reference)
{
    const QString label = reference.label.empty() ? defaultLabel(reference) : toQString(reference.label);
    if (reference.kind == advisor::ReferenceKind::Config) { // there is nothing to open: it is named
        return wrappedText(label, PlainLabel::Tone::Muted, this);
    }
    auto *button = new widgets::LinkButton(QChar(0x2192) + QStringLiteral(" ") + label.simplified(), this);
    button->setObjectName(QStringLiteral("evidenceLink"));
    button->setAccessibleName(label);
    widgets::setPlainToolTip(button, toQString(reference.target));
    connect(button, &QAbstractButton::clicked, this, [this, reference] { Q_EMIT referenceChosen(reference); });
    return button;
}

} // namespace tailspan::advisorpage
