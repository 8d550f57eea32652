// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/replay_header.h"

#include "models/items/qt_text.h"
#include "models/items/verdict_text.h"
#include "ui/replay/moment_text.h"
#include "ui/replay/replay_state.h"
#include "ui/replay/transport_bar.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::replay {

using items::VerdictChip;
using items::VerdictState;
using widgets::Chip;
using widgets::PlainLabel;

namespace {

constexpr std::size_t kMostChips = 6;

Chip::Kind kindOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Failed: return Chip::Kind::Bad;
    case VerdictState::Disputed:
    case VerdictState::Open: return Chip::Kind::Warning;
    case VerdictState::Passed: return Chip::Kind::Good;
    }
    return Chip::Kind::Neutral;
}

QString iconOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Failed: return QStringLiteral("close");
    case VerdictState::Disputed: return QStringLiteral("warning");
    case VerdictState::Open: return QStringLiteral("info");
    case VerdictState::Passed: return QStringLiteral("check");
    }
    return {};
}

} // namespace

ReplayHeader::ReplayHeader(ReplayState &state, ReplayActions &actions, QWidget *parent)
    : QWidget(parent), m_state(state), m_name(new PlainLabel(this)), m_run(new PlainLabel(this)),
      m_verdicts(new widgets::ChipRow(this)), m_transport(new TransportBar(state, actions, this))
{
    m_name->setFont(style::titleFont());
    m_name->setElideMode(Qt::ElideMiddle);
    m_name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_run->setTone(PlainLabel::Tone::Muted);
    m_run->setElideMode(Qt::ElideRight);
    m_verdicts->setObjectName(QStringLiteral("verdictStrip"));
    m_verdicts->setAccessibleName(tr("Verdicts"));
    auto *title = new QHBoxLayout;
    title->setSpacing(style::metric::kGap + style::metric::kGrid);
    title->addWidget(m_name, 0, Qt::AlignBaseline);
    title->addWidget(m_run, 1, Qt::AlignBaseline);
    auto *left = new QVBoxLayout;
    left->setSpacing(style::metric::kGap);
    left->addLayout(title);
    left->addWidget(m_verdicts);
    left->addStretch(1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kMargin);
    row->addLayout(left, 1);
    row->addWidget(m_transport, 0, Qt::AlignTop);
    connect(&m_state, &ReplayState::reportChanged, this, &ReplayHeader::showReport);
    showReport();
}

void ReplayHeader::showReport()
{
    m_transport->setVisible(m_state.hasTimeline());
    showVerdicts(m_state.report());
    if (!m_state.report())
        return;
    m_name->setText(items::toQString(m_state.report()->fileName));
    m_run->setText(runText(*m_state.report()));
}

void ReplayHeader::showVerdicts(const loadtest::LoadTestReportPtr &report)
{
    m_judged = report;
    m_verdicts->clear();
    if (report && report->isPartial)
        addReading();
    else if (report)
        addVerdicts(*report);
    if (report && !m_advice.isEmpty())
        addAdvice();
}

void ReplayHeader::showAdvice(const QString &text)
{
    if (m_advice == text)
        return;
    m_advice = text;
    showVerdicts(m_judged);
}

void ReplayHeader::addAdvice()
{
    Chip *chip = m_verdicts->addChip(m_advice, Chip::Kind::Accent);
    chip->setObjectName(QStringLiteral("runAdvice"));
    chip->setIconName(QStringLiteral("advisor"));
    chip->setClickable(true);
    chip->setAccessibleName(m_advice);
    connect(chip, &Chip::clicked, this,
            [this, chip] { Q_EMIT adviceRequested(chip->mapToGlobal(chip->rect().bottomLeft())); });
}

/// Verdicts come with the whole file.
void ReplayHeader::addReading()
{
    Chip *chip = m_verdicts->addChip(tr("still reading: figures grow"), Chip::Kind::Neutral);
    chip->setIconName(QStringLiteral("info"));
    chip->setObjectName(QStringLiteral("stillReading"));
}

/// The first few as they are; what has no room is counted in one last chip.
void ReplayHeader::addVerdicts(const loadtest::LoadTestReport &report)
{
    const std::vector<VerdictChip> chips = items::verdictChipsOf(report);
    if (chips.empty()) {
        Chip *chip = m_verdicts->addChip(tr("no limits in this file, so no verdicts"), Chip::Kind::Neutral);
        chip->setIconName(QStringLiteral("info"));
        return;
    }
    const std::size_t shown = chips.size() > kMostChips ? kMostChips - 1 : chips.size();
    const auto add = [this](const QString &text, VerdictState state, std::optional<TimePoint> breach) {
        Chip *chip = m_verdicts->addChip(text, kindOf(state));
        chip->setIconName(iconOf(state));
        chip->setClickable(true);
        chip->setAccessibleName(text);
        widgets::setPlainToolTip(chip, text);
        connect(chip, &Chip::clicked, this, [this, breach] {
            if (breach)
                Q_EMIT momentRequested(*breach);
            Q_EMIT verdictsRequested();
        });
    };
    for (std::size_t i = 0; i < shown; ++i)
        add(chips[i].text, chips[i].state, chips[i].breach);
    if (shown == chips.size())
        return;
    const auto rest = std::vector<VerdictChip>(chips.begin() + static_cast<std::ptrdiff_t>(shown), chips.end());
    const auto failed = std::count_if(rest.begin(), rest.end(), [](const VerdictChip &chip) {
        return chip.state == VerdictState::Failed || chip.state == VerdictState::Disputed;
    });
    const auto passed = std::count_if(rest.begin(), rest.end(),
                                      [](const VerdictChip &chip) { return chip.state == VerdictState::Passed; });
    const auto open = static_cast<std::ptrdiff_t>(rest.size()) - failed - passed;
    QStringList words;
    if (failed > 0)
        words << tr("%1 more failed").arg(failed);
    if (open > 0)
        words << tr("%1 more open").arg(open);
    if (passed > 0)
        words << tr("%1 more passed").arg(passed);
    add(words.join(QStringLiteral(", ")),
        failed > 0 ? VerdictState::Failed : (open > 0 ? VerdictState::Open : VerdictState::Passed), {});
}

} // namespace tailspan::replay
