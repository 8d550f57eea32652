// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/finding_view.h"

#include "models/advisor/finding_text.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/advisor/code_block.h"
#include "ui/advisor/effect_bar.h"
#include "ui/advisor/evidence_list.h"
#include "ui/advisor/picture_view.h"
#include "ui/advisor/severity_look.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tailspan::advisorpage {

using items::toQString;
using widgets::Chip;
using widgets::PlainLabel;

namespace {

QString checkedText(const advisor::Finding &finding)
{
    const QString how = toQString(finding.verification.how);
    switch (finding.verification.state) {
    case advisor::VerificationState::Verified: return FindingView::tr("Verified: %1").arg(how);
    case advisor::VerificationState::Refuted: return FindingView::tr("Refuted: %1").arg(how);
    case advisor::VerificationState::Unverified: break;
    }
    return FindingView::tr("Not verified: %1").arg(how);
}

void addHeading(QVBoxLayout &body, const QString &text)
{
    auto *label = new PlainLabel(text.simplified(), body.parentWidget());
    label->setFont(style::semiBold(style::uiFont()));
    label->setElideMode(Qt::ElideRight);
    body.addSpacing(style::metric::kGap);
    body.addWidget(label);
}

} // namespace

FindingView::FindingView(QWidget *parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("finding"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Finding"));
}

QVBoxLayout *FindingView::makeBody()
{
    auto *content = new QWidget(this);
    auto *body = new QVBoxLayout(content);
    body->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin,
                             style::metric::kMargin);
    body->setSpacing(style::metric::kGap);
    setWidget(content); // deletes the one before
    return body;
}

void FindingView::show(std::shared_ptr<const advisor::Finding> finding, const FindingContext &context)
{
    m_finding = std::move(finding);
    QVBoxLayout *body = makeBody();
    if (m_finding == nullptr) {
        body->addWidget(wrappedText(tr("Choose a finding to see its evidence and what to do."), PlainLabel::Tone::Muted,
                                    body->parentWidget()));
        body->addStretch(1);
        return;
    }
    addHead(*body, context);
    addEffect(*body);
    addPicture(*body);
    addArtifacts(*body);
    addEvidence(*body);
    addDoubts(*body);
    addButtons(*body, context);
    body->addStretch(1);
}

bool FindingView::copyFirst()
{
    auto *copy = m_finding == nullptr ? nullptr : widget()->findChild<QPushButton *>(QStringLiteral("copyArtifact"));
    if (copy == nullptr)
        return false;
    copy->click();
    return true;
}

void FindingView::addHead(QVBoxLayout &body, const FindingContext &context)
{
    QWidget *parent = body.parentWidget();
    auto *title =
        wrappedText(toQString(m_finding->title).simplified(), PlainLabel::Tone::Text, parent, kMostShownTitle);
    title->setFont(style::titleFont());
    body.addWidget(title);
    auto *chips = new widgets::ChipRow(parent);
    chips->addChip(toQString(m_finding->detector), Chip::Kind::Neutral);
    const QString how = toQString(m_finding->verification.how);
    const bool isShort = !how.isEmpty() && how.size() <= 60;
    chips->addChip(isShort ? context.state + u": " + how : context.state, stateChip(context.state));
    const QString severity = severityWord(m_finding->severity).toLower();
    const bool isInfo = m_finding->severity == advisor::Severity::Info; // which is "for information"
    chips->addChip(isInfo ? severity : tr("severity %1").arg(severity), Chip::Kind::Neutral);
    chips->addChip(tr("confidence %1 %").arg(std::lround(std::clamp(m_finding->confidence, 0.0, 1.0) * 100)),
                   Chip::Kind::Neutral);
    body.addWidget(chips);
    if (!context.outcome.isEmpty())
        body.addWidget(wrappedText(context.outcome, PlainLabel::Tone::Accent, parent));
    if (!context.dismissedWhy.isEmpty())
        body.addWidget(wrappedText(tr("Dismissed: %1").arg(context.dismissedWhy), PlainLabel::Tone::Muted, parent));
    body.addWidget(wrappedText(toQString(m_finding->what), PlainLabel::Tone::Text, parent));
    if (!how.isEmpty() && !isShort)
        body.addWidget(wrappedText(checkedText(*m_finding), PlainLabel::Tone::Muted, parent));
}

void FindingView::addEffect(QVBoxLayout &body)
{
    if (!m_finding->estimate)
        return;
    const advisor::Estimate &estimate = *m_finding->estimate;
    const QString metric = toQString(estimate.metric);
    addHeading(body, isSaving(estimate) || estimate.now ? tr("Effect on %1").arg(metric) : asSentence(metric));
    auto *bar = new EffectBar(body.parentWidget());
    bar->setEstimate(estimate);
    body.addWidget(bar);
    auto *basis = wrappedText(tr("80 % interval; %1").arg(toQString(estimate.basis)), PlainLabel::Tone::Muted,
                              body.parentWidget());
    basis->setFont(style::tableFont());
    body.addWidget(basis);
}

void FindingView::addPicture(QVBoxLayout &body)
{
    QWidget *picture = makePictureView(m_finding->picture, body.parentWidget());
    if (picture == nullptr)
        return;
    addHeading(body, toQString(layout::pictureTitle(m_finding->picture)));
    body.addWidget(picture);
}

void FindingView::addArtifacts(QVBoxLayout &body)
{
    if (m_finding->artifacts.empty())
        return;
    addHeading(body, tr("Paste this"));
    for (const advisor::Artifact &artifact : m_finding->artifacts) {
        auto *block = new CodeBlock(artifact, body.parentWidget());
        connect(block, &CodeBlock::copied, this, &FindingView::copied);
        body.addWidget(block);
    }
}

void FindingView::addEvidence(QVBoxLayout &body)
{
    if (m_finding->evidence.empty())
        return;
    addHeading(body, tr("Evidence"));
    auto *list = new EvidenceList(m_finding->evidence, body.parentWidget());
    connect(list, &EvidenceList::referenceChosen, this, [this](const advisor::Reference &reference) {
        if (reference.kind == advisor::ReferenceKind::Plan || reference.kind == advisor::ReferenceKind::Statement) {
            if (auto *plan = findChild<QWidget *>(QStringLiteral("planView")))
                ensureWidgetVisible(plan);
            return;
        }
        Q_EMIT referenceChosen(reference);
    });
    body.addWidget(list);
}

void FindingView::addDoubts(QVBoxLayout &body)
{
    QWidget *parent = body.parentWidget();
    if (!m_finding->conflicts.empty()) {
        addHeading(body, tr("Took the place of"));
        for (const std::string &conflict : m_finding->conflicts)
            body.addWidget(wrappedText(toQString(conflict), PlainLabel::Tone::Text, parent));
    }
    if (!m_finding->assumptions.empty()) {
        addHeading(body, tr("Assumed"));
        for (const std::string &assumption : m_finding->assumptions)
            body.addWidget(wrappedText(toQString(assumption), PlainLabel::Tone::Text, parent));
    }
    if (!m_finding->refutedBy.empty()) {
        addHeading(body, tr("What would refute this"));
        body.addWidget(wrappedText(toQString(m_finding->refutedBy), PlainLabel::Tone::Text, parent));
    }
}

void FindingView::addButtons(QVBoxLayout &body, const FindingContext &context)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(style::metric::kGap);
    const auto add = [&](const QString &text, const char *name, void (FindingView::*signal)()) {
        auto *button = new QPushButton(text, body.parentWidget());
        button->setObjectName(QLatin1String(name));
        connect(button, &QPushButton::clicked, this, signal);
        row->addWidget(button);
    };
    if (context.isApplied)
        add(tr("Not applied after all"), "restoreFinding", &FindingView::restoreWanted);
    else
        add(tr("I applied this\u2026"), "applyFinding", &FindingView::applyWanted);
    if (context.dismissedWhy.isEmpty())
        add(tr("Dismiss\u2026"), "dismissFinding", &FindingView::dismissWanted);
    else
        add(tr("Bring back"), "restoreFinding", &FindingView::restoreWanted);
    if (context.canTry)
        add(tr("Try it: what if \u25b8"), "whatIf", &FindingView::whatIfWanted);
    row->addStretch(1);
    body.addSpacing(style::metric::kGap);
    body.addLayout(row);
}

} // namespace tailspan::advisorpage
