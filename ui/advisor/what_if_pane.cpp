// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/what_if_pane.h"

#include "models/advisor/endpoint_finder.h"
#include "models/advisor/impact.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/advisor/effect_rows.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/link_button.h"
#include "ui/widgets/plain_label.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSlider>
#include <QVBoxLayout>

#include <array>

namespace tailspan::advisorpage {

using advisor::EndpointEffect;
using advisor::EndpointKey;
using advisor::WhatIfKind;
using items::toQString;
using widgets::PlainLabel;

namespace {

constexpr std::array kKinds{WhatIfKind::Faster, WhatIfKind::OwnTime, WhatIfKind::Remove,
                            WhatIfKind::Cache,  WhatIfKind::Batch,   WhatIfKind::Parallel};
constexpr int kUsualPercent = 50;

} // namespace

WhatIfPane::WhatIfPane(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("whatIfPane"));
    build();
    connect(m_endpoint, &QComboBox::activated, this, &WhatIfPane::prepare);
    connect(m_kind, &QComboBox::activated, this, &WhatIfPane::prepare);
    connect(m_slider, &QSlider::valueChanged, this, &WhatIfPane::answer);
    connect(m_hit, &QDoubleSpinBox::valueChanged, this, &WhatIfPane::answer);
}

void WhatIfPane::buildControls()
{
    m_kind = new QComboBox(this);
    m_kind->setAccessibleName(tr("What changes"));
    for (const WhatIfKind kind : kKinds)
        m_kind->addItem(toQString(whatIfText(kind)));
    m_endpoint = new QComboBox(this);
    m_endpoint->setAccessibleName(tr("Whose requests"));
    m_endpoint->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("whatIfAmount"));
    m_slider->setAccessibleName(tr("By how much, percent"));
    m_slider->setRange(0, 100);
    m_slider->setValue(kUsualPercent);
    m_amount = new PlainLabel(this);
    m_hit = new QDoubleSpinBox(this);
    m_hit->setAccessibleName(tr("What a hit takes"));
    m_hit->setRange(0, 10'000);
    m_hit->setValue(0.5);
    m_hit->setSuffix(tr(" ms a hit"));
}

void WhatIfPane::build()
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin,
                             style::metric::kMargin);
    rows->setSpacing(style::metric::kGap);
    m_title = new PlainLabel(this);
    m_title->setFont(style::titleFont());
    auto *back = new widgets::LinkButton(QChar(0x2190) + tr(" Back to the finding"), this);
    connect(back, &QAbstractButton::clicked, this, &WhatIfPane::closed);
    buildControls();
    m_rows = new EffectRows(this);
    m_note = new PlainLabel(this);
    m_note->setObjectName(QStringLiteral("whatIfNote"));
    m_note->setWordWrap(true);
    m_note->setTone(PlainLabel::Tone::Muted);
    m_choices = new QWidget(this);
    auto *controls = new QVBoxLayout(m_choices);
    controls->setContentsMargins(0, 0, 0, 0);
    controls->setSpacing(style::metric::kGap);
    auto *choices = new QHBoxLayout;
    choices->setSpacing(style::metric::kGap);
    choices->addWidget(m_kind);
    choices->addWidget(new PlainLabel(tr("in requests of"), this));
    choices->addWidget(m_endpoint, 1);
    auto *amount = new QHBoxLayout;
    amount->setSpacing(style::metric::kGap);
    amount->addWidget(m_slider, 1);
    amount->addWidget(m_amount);
    amount->addWidget(m_hit);
    rows->addWidget(back);
    rows->addWidget(m_title);
    controls->addLayout(choices);
    controls->addLayout(amount);
    controls->addWidget(m_rows);
    rows->addWidget(m_choices);
    rows->addWidget(m_note);
    rows->addStretch(1);
}

QString WhatIfPane::nameOf(EndpointKey key) const
{
    return toQString(m_snapshot->serviceName(ServiceId(key.service))) + QStringLiteral(" \u00b7 ")
        + toQString(m_snapshot->operationName(OperationId(key.operation)));
}

void WhatIfPane::ask(trace::TraceSnapshotPtr snapshot, SpanRow span)
{
    m_snapshot = std::move(snapshot);
    if (m_snapshot == nullptr || span.value() >= m_snapshot->spans().size()) {
        m_title->setText(tr("What if"));
        m_choices->hide();
        m_note->setText(tr("Choose a span on the Traces page, or a finding about calls, and ask again."));
        m_rows->setEffect(std::nullopt);
        return;
    }
    m_row = span.value();
    m_choices->show();
    setWrappedText(*m_title, tr("What if %1 changed?").arg(nameOf(EndpointKey::of(m_snapshot->spans(), m_row))),
                   kMostShownTitle);
    fillTargets(m_row);
    prepare();
}

/// The requests that wait for the span: the endpoint that has enough of them, and the one it is part of.
void WhatIfPane::fillTargets(std::uint32_t row)
{
    const trace::SpanTable &spans = m_snapshot->spans();
    const advisor::EndpointFinder finder(*m_snapshot);
    m_endpoints = {finder.endpointOf(row)};
    const auto add = [this](EndpointKey key) {
        if (std::find(m_endpoints.begin(), m_endpoints.end(), key) == m_endpoints.end())
            m_endpoints.push_back(key);
    };
    for (std::uint32_t at = row; !spans.isRoot(SpanRow(at)); at = spans.parent[at]) {
        if (spans.service[spans.parent[at]] != spans.service[at])
            add(EndpointKey::of(spans, at));
    }
    m_endpoint->clear();
    for (const EndpointKey key : m_endpoints)
        m_endpoint->addItem(shortName(nameOf(key)));
}

void WhatIfPane::prepare()
{
    if (m_snapshot == nullptr || m_endpoint->currentIndex() < 0)
        return;
    m_prepared = std::make_shared<Prepared>();
    m_prepared->snapshot = m_snapshot;
    m_prepared->target = {m_endpoints[static_cast<std::size_t>(m_endpoint->currentIndex())],
                          EndpointKey::of(m_snapshot->spans(), m_row)};
    m_prepared->kind = kKinds[static_cast<std::size_t>(m_kind->currentIndex())];
    m_hit->setVisible(m_prepared->kind == WhatIfKind::Cache);
    answer();
}

QString WhatIfPane::amountText() const
{
    const QString percent = tr("%1 %").arg(m_slider->value());
    switch (m_prepared->kind) {
    case WhatIfKind::Faster:
    case WhatIfKind::OwnTime: return tr("%1 faster").arg(percent);
    case WhatIfKind::Remove: return tr("%1 of the calls gone").arg(percent);
    case WhatIfKind::Cache: return tr("%1 hits").arg(percent);
    case WhatIfKind::Batch: return tr("each further call adds %1").arg(percent);
    case WhatIfKind::Parallel: return tr("each %1 slower").arg(percent);
    }
    return percent;
}

void WhatIfPane::answer()
{
    if (m_prepared == nullptr)
        return;
    m_amount->setText(amountText());
    const double amount = m_slider->value() / 100.0;
    m_job.start(
        [prepared = m_prepared, amount, hit = m_hit->value()](const std::stop_token &,
                                                              Progress &) -> Result<EndpointEffect> {
            const std::lock_guard guard(prepared->mutex); // a step that is no longer wanted may still run
            if (prepared->question == nullptr)
                prepared->question =
                    std::make_unique<advisor::WhatIf>(*prepared->snapshot, prepared->target, prepared->kind);
            if (prepared->question->spanCount() == 0)
                return fail(ErrorCode::NotFound, "No request of this endpoint waits for such a span.");
            return prepared->question->at(amount, hit);
        },
        [this](const Result<EndpointEffect> &effect) { take(effect); });
}

void WhatIfPane::take(const Result<EndpointEffect> &effect)
{
    if (!effect) {
        m_rows->setEffect(std::nullopt);
        m_note->setText(toQString(effect.error().text()));
        return;
    }
    m_rows->setEffect(*effect);
    QString note = tr("Saves %1 (%2 to %3, 80 % interval) over all requests. %4 retimed, %5 of them with such a span.")
                       .arg(toQString(advisor::lossText(effect->savedMsPerHour.expected)),
                            toQString(advisor::lossText(effect->savedMsPerHour.low)),
                            toQString(advisor::lossText(effect->savedMsPerHour.high)),
                            toQString(pluralText(effect->requests, "request", "requests")),
                            toQString(countText(effect->touched)));
    for (const std::string &doubt : doubtsOf(*effect))
        note += u' ' + toQString(doubt);
    m_note->setText(note);
}

} // namespace tailspan::advisorpage
