// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/counting_bar.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/limit_text.h"
#include "models/loadtest/omission_what_if.h"
#include "ui/replay/replay_state.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using loadtest::Counting;
using widgets::PlainLabel;

namespace {

constexpr int kLengthPx = 76;

std::optional<Duration> lengthIn(const QString &text)
{
    const auto length = loadtest::parseDurationText(text.trimmed().toStdString());
    return length && length->ns() > 0 ? length : std::nullopt;
}

} // namespace

CountingBar::CountingBar(ReplayState &state, workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_state(state), m_workspace(workspace), m_warmUp(new QLineEdit(this)),
      m_toHead(new QPushButton(tr("Up to the play head"), this)),
      m_failures(new QCheckBox(tr("Latencies of failures"), this)), m_setup(new QCheckBox(tr("Setup, teardown"), this)),
      m_isWhatIf(new QCheckBox(tr("What if each user had sent a request every"), this)),
      m_interval(new QLineEdit(this)), m_said(new PlainLabel(this))
{
    setObjectName(u"countingBar"_s);
    build();
    connect(m_warmUp, &QLineEdit::editingFinished, this, &CountingBar::takeCounting);
    connect(m_failures, &QCheckBox::toggled, this, &CountingBar::takeCounting);
    connect(m_setup, &QCheckBox::toggled, this, &CountingBar::takeCounting);
    connect(m_toHead, &QPushButton::clicked, this, [this] {
        m_warmUp->setText(toQString(durationText(m_state.head() - m_state.run().begin)));
        Counting counting = m_workspace.reportCounting();
        counting.warmUp = m_state.head() - m_state.run().begin; // the text is rounded
        count(counting);
    });
    connect(m_isWhatIf, &QCheckBox::toggled, this, &CountingBar::takeWhatIf);
    connect(m_interval, &QLineEdit::editingFinished, this, &CountingBar::takeWhatIf);
    connect(&m_state, &ReplayState::reportChanged, this, &CountingBar::showReport);
    showReport();
}

void CountingBar::nameControls()
{
    m_warmUp->setObjectName(u"warmUp"_s);
    m_warmUp->setAccessibleName(tr("Warm-up that is left out"));
    m_warmUp->setPlaceholderText(tr("none"));
    m_warmUp->setFixedWidth(kLengthPx);
    m_toHead->setObjectName(u"warmUpToHead"_s);
    m_toHead->setAccessibleName(tr("Leave out everything up to the play head"));
    m_failures->setObjectName(u"withFailures"_s);
    m_setup->setObjectName(u"withSetup"_s);
    m_isWhatIf->setObjectName(u"whatIf"_s);
    widgets::setPlainToolTip(
        m_isWhatIf,
        tr("Coordinated omission: users who wait for an answer do not send what was due "
           "meanwhile. Adds those latencies as an estimate, drawn dashed; what was measured stays."));
    m_interval->setObjectName(u"whatIfInterval"_s);
    m_interval->setAccessibleName(tr("Interval between the requests of a user"));
    m_interval->setFixedWidth(kLengthPx);
    m_said->setObjectName(u"countingSaid"_s);
    m_said->setWordWrap(true);
    m_said->hide();
    widgets::setPlainToolTip(m_warmUp, tr("So much of the begin of the run is left out of all figures"));
    widgets::setPlainToolTip(m_failures,
                             tr("Whether failed requests are in the percentiles; they count as errors anyway"));
}

void CountingBar::build()
{
    nameControls();
    auto *name = new PlainLabel(tr("Warm-up"), this);
    name->setTone(PlainLabel::Tone::Muted);
    auto *row = new QHBoxLayout;
    row->setSpacing(style::metric::kGap);
    row->addWidget(name);
    row->addWidget(m_warmUp);
    row->addWidget(m_toHead);
    row->addSpacing(style::metric::kGap);
    row->addWidget(m_failures);
    row->addWidget(m_setup);
    row->addStretch(1);
    auto *second = new QHBoxLayout;
    second->setSpacing(style::metric::kGap);
    second->addWidget(m_isWhatIf);
    second->addWidget(m_interval);
    second->addStretch(1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(row);
    rows->addLayout(second);
    rows->addWidget(m_said);
}

void CountingBar::setOpen(bool isOpen)
{
    m_isOpen = isOpen;
    setVisible(isOpen);
    Q_EMIT openChanged(isOpen);
}

void CountingBar::setText(const QString &text)
{
    setOpen(true);
    for (const QString &part : text.split(u',')) {
        const QString name = part.section(u'=', 0, 0).trimmed();
        const QString value = part.section(u'=', 1).trimmed();
        if (name == u"warmup"_s) {
            m_warmUp->setText(value);
            takeCounting();
        } else if (name == u"whatif"_s) {
            m_interval->setText(value);
            m_isWhatIf->setChecked(true);
        } else if (name == u"failures"_s || name == u"setup"_s) {
            QCheckBox *box = name == u"setup"_s ? m_setup : m_failures;
            box->setChecked(value != u"out"_s || !box->isEnabled());
        }
    }
}

QList<QWidget *> CountingBar::keyWidgets() const
{
    return {m_warmUp, m_toHead, m_failures, m_setup, m_isWhatIf, m_interval};
}

void CountingBar::say(const QString &text, bool isProblem)
{
    m_said->setTone(isProblem ? PlainLabel::Tone::Warn : PlainLabel::Tone::Text);
    m_said->setText(text);
    m_said->setVisible(!text.isEmpty());
}

void CountingBar::takeCounting()
{
    if (m_isShowing || !m_state.report())
        return;
    Counting counting = m_workspace.reportCounting();
    const QString text = m_warmUp->text().trimmed();
    const QString shown = counting.warmUp.ns() > 0 ? toQString(durationText(counting.warmUp)) : QString();
    if (text != shown) { // else what is shown is rounded
        const auto warmUp = lengthIn(text);
        if (!text.isEmpty() && text != u"0"_s && !warmUp)
            return say(tr("A warm-up is a length of time, such as 30 s."), true);
        counting.warmUp = warmUp.value_or(Duration());
    }
    counting.withFailures = m_failures->isChecked();
    counting.withSetup = m_setup->isChecked() || !m_setup->isEnabled();
    count(counting);
}

void CountingBar::count(const Counting &counting)
{
    const Result<> done = m_workspace.countReport(counting);
    if (!done) {
        showReport();
        say(toQString(done.error().message), true);
    }
}

void CountingBar::takeWhatIf()
{
    if (m_isShowing || !m_state.report())
        return;
    if (!m_isWhatIf->isChecked()) {
        m_job.cancel();
        m_state.setWhatIf(std::nullopt);
        return say({}, false);
    }
    const QString text = m_interval->text().trimmed();
    std::optional<Duration> interval = lengthIn(text);
    if (text.isEmpty())
        interval = loadtest::usualInterval(*m_state.report());
    if (!interval) {
        m_state.setWhatIf(std::nullopt);
        return say(text.isEmpty() ? tr("Type how often a user sends a request, such as 100 ms.")
                                  : tr("An interval is a length of time, such as 100 ms."),
                   true);
    }
    estimate(*interval);
}

/// The lanes draw the steps; this tells of the whole run, or why there is nothing to tell.
void CountingBar::estimate(Duration interval)
{
    m_job.start(
        [report = m_state.report(), interval](std::stop_token, Progress &) -> Result<std::string> {
            const auto whatIf = loadtest::omissionWhatIf(*report, {}, interval);
            if (!whatIf)
                return tl::unexpected(whatIf.error());
            return loadtest::whatIfText(whatIf);
        },
        [this, interval](const Result<std::string> &text) {
            say(toQString(text ? *text : text.error().message), !text);
            m_state.setWhatIf(text ? std::optional(interval) : std::nullopt);
        });
}

void CountingBar::showReport()
{
    const loadtest::LoadTestReportPtr &report = m_state.report();
    const bool isWhole = report && !report->isPartial;
    m_isShowing = true;
    const Counting &counting = m_workspace.reportCounting();
    m_warmUp->setText(counting.warmUp.ns() > 0 ? toQString(durationText(counting.warmUp)) : QString());
    m_failures->setChecked(counting.withFailures);
    m_setup->setEnabled(report && report->contents.hasSetup);
    m_setup->setChecked(counting.withSetup);
    widgets::setPlainToolTip(m_setup,
                             m_setup->isEnabled() ? QString() : tr("The file does not tell setup and teardown apart."));
    const bool isOtherFile = !report || m_file != toQString(report->fileName);
    m_file = report ? toQString(report->fileName) : QString();
    if (isOtherFile) {
        m_job.cancel();
        m_isWhatIf->setChecked(false);
        m_interval->clear();
        say({}, false);
        const auto usual = isWhole ? loadtest::usualInterval(*report) : std::nullopt;
        m_interval->setPlaceholderText(usual ? toQString(durationText(*usual)) : tr("100 ms"));
    }
    for (QWidget *widget : keyWidgets())
        widget->setEnabled(isWhole && (widget != m_setup || report->contents.hasSetup));
    m_isShowing = false;
    if (isOtherFile)
        setOpen(isWhole && !counting.isDefault());
    else if (m_isWhatIf->isChecked())
        takeWhatIf(); // of what counts now
}

} // namespace tailspan::replay
