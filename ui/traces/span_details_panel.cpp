// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/span_details_panel.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/trace/redaction.h"
#include "models/trace/span_markdown.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/traces/details_section.h"
#include "ui/traces/finding_links.h"
#include "ui/traces/key_value_list.h"
#include "ui/traces/operation_section.h"
#include "ui/traces/record_view.h"
#include "ui/traces/span_facts.h"
#include "ui/waterfall/span_badges.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::traces {

using items::toQString;
using widgets::Chip;
using widgets::PlainLabel;

namespace {

constexpr int kRecordLines = 18;

QString joined(const QStringList &parts)
{
    QStringList present;
    for (const QString &part : parts) {
        if (!part.isEmpty())
            present.append(part);
    }
    return present.join(QStringLiteral(" \u00b7 "));
}

} // namespace

SpanDetailsPanel::SpanDetailsPanel(QWidget *parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("spanDetails"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget;
    auto *rows = new QVBoxLayout(content);
    rows->setContentsMargins(style::metric::kMargin, 12, style::metric::kMargin, style::metric::kMargin);
    rows->setSpacing(style::metric::kGrid);
    m_title = new PlainLabel(content);
    m_title->setFont(style::headingFont());
    m_title->setElideMode(Qt::ElideMiddle);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subtitle = new PlainLabel(content);
    m_subtitle->setTone(PlainLabel::Tone::Muted);
    m_subtitle->setWordWrap(true);
    m_chips = new widgets::ChipRow(content);
    m_repairs = new PlainLabel(content);
    m_repairs->setTone(PlainLabel::Tone::Muted);
    m_repairs->setWordWrap(true);
    m_problem = new PlainLabel(content);
    m_problem->setTone(PlainLabel::Tone::Bad);
    m_problem->setWordWrap(true);
    m_findings = new FindingLinks(content);
    for (QWidget *widget :
         std::initializer_list<QWidget *>{buildHead(content), m_subtitle, m_chips, m_findings, m_repairs, m_problem})
        rows->addWidget(widget);
    buildSections(content);
    buildRecord(content);
    rows->addStretch(1);
    setWidget(content);
    showSpan(nullptr, {});
}

SpanDetailsPanel::~SpanDetailsPanel() = default;

bool SpanDetailsPanel::isSettled() const
{
    return !m_job.isRunning() && m_operation->isSettled();
}

/// The title with what can be copied beside it.
QWidget *SpanDetailsPanel::buildHead(QWidget *content)
{
    auto *head = new QWidget(content);
    m_copies = new QWidget(head);
    const auto makeButton = [this](const char *name, const QString &icon, const QString &text) {
        auto *button = new QToolButton(m_copies);
        button->setObjectName(QString::fromLatin1(name));
        button->setIcon(style::icon(icon, style::IconColor::Muted));
        button->setAutoRaise(true);
        button->setAccessibleName(text);
        widgets::setPlainToolTip(button, text);
        return button;
    };
    QToolButton *markdown = makeButton("copyMarkdown", QStringLiteral("copy"), tr("Copy as Markdown  Ctrl+Shift+M"));
    QToolButton *link = makeButton("copyLink", QStringLiteral("link"), tr("Copy a link to this span  Ctrl+Shift+C"));
    connect(markdown, &QToolButton::clicked, this, &SpanDetailsPanel::markdownCopyRequested);
    connect(link, &QToolButton::clicked, this, &SpanDetailsPanel::linkCopyRequested);
    auto *buttons = new QHBoxLayout(m_copies);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(0);
    buttons->addWidget(markdown);
    buttons->addWidget(link);
    auto *line = new QHBoxLayout(head);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_title, 1);
    line->addWidget(m_copies);
    return head;
}

QString SpanDetailsPanel::markdown(const QString &link) const
{
    if (m_snapshot == nullptr || !m_span.isValid() || !m_read)
        return {};
    trace::SpanDetails details = *m_read;
    if (!m_copiesSecrets->isChecked())
        trace::maskSecrets(details);
    return toQString(spanAsMarkdown(*m_snapshot, m_span, details, link.toStdString()));
}

void SpanDetailsPanel::buildSections(QWidget *content)
{
    m_attributes = new DetailsSection(tr("Attributes"), DetailsSection::Search::Yes, content);
    m_reveal = new QPushButton(tr("Show hidden values of this span"), content);
    m_reveal->hide();
    connect(m_reveal, &QPushButton::clicked, this, [this] { readDetails(trace::Secrets::Revealed); });
    m_copiesSecrets = new QCheckBox(tr("Copy them too"), content);
    widgets::setPlainToolTip(m_copiesSecrets,
                             tr("Without this a copy holds a mask in place of each value that was hidden"));
    m_copiesSecrets->hide();
    connect(m_copiesSecrets, &QCheckBox::toggled, this, &SpanDetailsPanel::allowCopies);
    m_events = new DetailsSection(tr("Events"), DetailsSection::Search::No, content);
    m_links = new DetailsSection(tr("Links"), DetailsSection::Search::No, content);
    m_resource = new DetailsSection(tr("Process and resource"), DetailsSection::Search::No, content);
    m_place = new DetailsSection(tr("Where from"), DetailsSection::Search::No, content);
    m_operation = new OperationSection(content);
    for (DetailsSection *section : {m_attributes, m_events, m_links, m_resource})
        connect(&section->list(), &KeyValueList::targetActivated, this, &SpanDetailsPanel::targetActivated);
    connect(m_operation, &OperationSection::spanChosen, this, &SpanDetailsPanel::spanChosen);
    connect(m_operation, &OperationSection::whatIfWanted, this, &SpanDetailsPanel::whatIfWanted);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_operation, m_attributes, m_reveal, m_copiesSecrets,
                                                            m_events, m_links, m_resource, m_place})
        content->layout()->addWidget(widget);
}

void SpanDetailsPanel::buildRecord(QWidget *content)
{
    m_recordToggle = new QToolButton(content);
    m_recordToggle->setText(tr("Raw record"));
    m_recordToggle->setCheckable(true);
    m_recordToggle->setAutoRaise(true);
    m_recordToggle->setArrowType(Qt::RightArrow);
    m_recordToggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_recordToggle->hide();
    m_record = new RecordView(content);
    m_record->setMinimumHeight(kRecordLines * QFontMetrics(m_record->font()).lineSpacing());
    m_record->hide();
    connect(m_recordToggle, &QToolButton::toggled, this, [this](bool isOpen) {
        m_recordToggle->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        m_record->setVisible(isOpen);
    });
    content->layout()->addWidget(m_recordToggle);
    content->layout()->addWidget(m_record);
}

void SpanDetailsPanel::focusSearch()
{
    m_attributes->searchField()->setFocus(Qt::ShortcutFocusReason);
}

void SpanDetailsPanel::showSpan(trace::TraceSnapshotPtr snapshot, SpanRow span)
{
    const bool isSame = isOfSameSpan(snapshot.get(), span) && !m_problem->isVisibleTo(this);
    if (!isSame)
        m_job.cancel();
    m_snapshot = std::move(snapshot);
    m_span = span;
    if (isSame) { // of a trace that grew: what was read, opened and scrolled to stays
        m_chips->clear();
        showHead();
        m_place->setPairs(placeFacts(*m_snapshot, m_span));
        return;
    }
    clearSections();
    m_copies->setVisible(m_snapshot != nullptr && m_span.isValid());
    m_operation->showSpan(m_snapshot, m_span);
    if (m_snapshot == nullptr || !m_span.isValid()) {
        m_span = {};
        m_title->setText(tr("No span selected"));
        m_subtitle->setText(
            tr("Click a row of the waterfall, or move to it with the arrow keys, to see its attributes, "
               "events and where it comes from."));
        return;
    }
    showHead();
    m_place->setPairs(placeFacts(*m_snapshot, m_span));
    readDetails(trace::Secrets::Masked);
}

bool SpanDetailsPanel::isOfSameSpan(const trace::TraceSnapshot *snapshot, SpanRow span) const
{
    if (snapshot == nullptr || m_snapshot == nullptr || !span.isValid() || !m_span.isValid())
        return false;
    const trace::SpanTable &now = snapshot->spans();
    const trace::SpanTable &before = m_snapshot->spans();
    return now.startNs[span.value()] == before.startNs[m_span.value()]
        && now.durationNs[span.value()] == before.durationNs[m_span.value()]
        && snapshot->serviceOf(span) == m_snapshot->serviceOf(m_span)
        && snapshot->spanIdText(span) == m_snapshot->spanIdText(m_span)
        && snapshot->traceIdText(snapshot->traceOf(span)) == m_snapshot->traceIdText(m_snapshot->traceOf(m_span));
}

void SpanDetailsPanel::allowCopies(bool areAllowed)
{
    for (DetailsSection *section : {m_attributes, m_events, m_links, m_resource, m_place})
        section->list().attributes().setCopiesSecrets(areAllowed);
    m_record->setCopiesSecrets(areAllowed);
}

void SpanDetailsPanel::clearSections()
{
    m_read.reset();
    m_chips->clear();
    m_repairs->hide();
    m_problem->hide();
    m_reveal->hide();
    m_copiesSecrets->hide();
    m_copiesSecrets->setChecked(false);
    for (DetailsSection *section : {m_attributes, m_events, m_links, m_resource, m_place})
        section->setPairs({});
    m_recordToggle->hide();
    m_record->hide();
    m_record->setRecord({}, {});
}

void SpanDetailsPanel::showHead()
{
    const trace::SpanTable &spans = m_snapshot->spans();
    m_title->setText(toQString(m_snapshot->operationOf(m_span)));
    m_subtitle->setText(joined({toQString(m_snapshot->serviceOf(m_span)), kindText(spans.kind[m_span.value()]),
                                toQString(durationText(spans.duration(m_span)))}));
    if (spans.isError(m_span))
        m_chips->addChip(tr("error"), Chip::Kind::Bad);
    if (m_snapshot->parentOrigin(m_span) == trace::ParentOrigin::Inferred)
        m_chips->addChip(tr("inferred parent %1")
                             .arg(QString::number(static_cast<double>(m_snapshot->parentConfidence(m_span)), 'f', 2)),
                         Chip::Kind::Neutral);
    if (spans.hasMark(m_span, trace::kMarkOutsideParent))
        m_chips->addChip(tr("outside its parent"), Chip::Kind::Warning);
    if (spans.hasMark(m_span, trace::kMarkAsynchronous))
        m_chips->addChip(tr("asynchronous"), Chip::Kind::Neutral);
    for (const QString &badge : waterfall::badgesOf(spans.marks[m_span.value()]))
        m_chips->addChip(badge, Chip::Kind::Warning);
    const QString repairs = waterfall::repairLines(*m_snapshot, m_span);
    m_repairs->setText(repairs);
    m_repairs->setVisible(!repairs.isEmpty());
}

void SpanDetailsPanel::readDetails(trace::Secrets secrets)
{
    m_secrets = secrets;
    m_job.start(
        [snapshot = m_snapshot, span = m_span, secrets](std::stop_token, Progress &) -> Result<trace::SpanDetails> {
            TS_TRY(trace::SpanDetails details, snapshot->details(span, secrets));
            if (secrets == trace::Secrets::Revealed)
                trace::markSecrets(details);
            return details;
        },
        [this](Result<trace::SpanDetails> details) { takeDetails(std::move(details)); });
}

void SpanDetailsPanel::takeDetails(Result<trace::SpanDetails> details)
{
    if (!details.has_value()) {
        m_problem->setText(toQString(details.error().text()));
        m_problem->show();
        return;
    }
    m_problem->hide();
    m_read = *details;
    const QString record = toQString(details->rawRecord);
    m_record->setRecord(record, toQString(trace::maskedJson(details->rawRecord)));
    m_events->setPairs(eventFacts(*details, m_snapshot->spans().start(m_span)));
    m_links->setPairs(linkFacts(*details), linkTargets(*details));
    m_attributes->setPairs(std::move(details->attributes));
    m_resource->setPairs(std::move(details->resource));
    bool hasRedacted = record.contains(toQString(trace::kMask));
    bool hasSecret = m_record->hasSecret();
    for (DetailsSection *section : {m_attributes, m_events, m_links, m_resource}) {
        hasRedacted = hasRedacted || section->list().attributes().hasRedacted();
        hasSecret = hasSecret || section->list().attributes().hasSecret();
    }
    m_reveal->setVisible(hasRedacted && m_secrets == trace::Secrets::Masked);
    m_copiesSecrets->setVisible(hasSecret && m_secrets == trace::Secrets::Revealed);
    m_recordToggle->setVisible(!record.isEmpty());
    m_record->setVisible(!record.isEmpty() && m_recordToggle->isChecked());
}

} // namespace tailspan::traces
