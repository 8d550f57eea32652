// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/selection_panel.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/heatmap/difference_list.h"
#include "ui/heatmap/goes_with_panel.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::HeatExplanation;
namespace metric = style::metric;

namespace {

constexpr int kProgressMs = 100;

/// Which colour is which.
class SidesLegend final : public QWidget {
public:
    explicit SidesLegend(QWidget *parent) : QWidget(parent) { setFixedSize(170, 20); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setFont(style::semiBold(style::smallFont()));
        int x = 4;
        const auto draw = [&](const QColor &color, const QString &text) {
            painter.fillRect(QRect(x, 6, 8, 8), color);
            painter.setPen(color);
            painter.drawText(QRect(x + 12, 0, 80, 20), Qt::AlignLeft | Qt::AlignVCenter, text);
            x += 26 + painter.fontMetrics().horizontalAdvance(text);
        };
        draw(style::theme().warn, SelectionPanel::tr("selection"));
        draw(style::theme().categories[0], SelectionPanel::tr("baseline"));
    }
};

QToolButton *makeTab(const QString &text, QWidget *parent)
{
    auto *tab = new QToolButton(parent);
    tab->setText(text);
    tab->setCheckable(true);
    tab->setAutoRaise(true);
    tab->setFont(style::headingFont());
    return tab;
}

} // namespace

SelectionPanel::SelectionPanel(HeatState &state, QWidget *parent) : QWidget(parent), m_state(state)
{
    m_list = new DifferenceList(this);
    m_message = new PlainLabel(this);
    m_message->setObjectName(u"heatMessage"_s);
    m_message->setTone(PlainLabel::Tone::Muted);
    m_message->setWordWrap(true);
    m_message->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_message);
    m_stack->addWidget(m_list);
    auto *different = new QWidget(this);
    auto *rows = new QVBoxLayout(different);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(metric::kGrid);
    rows->addWidget(buildWords());
    rows->addWidget(m_stack, 1);
    m_notes = new PlainLabel(this);
    m_notes->setObjectName(u"heatNotes"_s);
    m_notes->setTone(PlainLabel::Tone::Muted);
    m_notes->setFont(style::smallFont());
    m_notes->setElideMode(Qt::ElideRight);
    rows->addWidget(m_notes);
    m_goesWithPanel = new GoesWithPanel(m_state, this);
    m_body = new QStackedWidget(this);
    m_body->addWidget(different);
    m_body->addWidget(m_goesWithPanel);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::kGrid, 0, 0);
    column->setSpacing(metric::kGrid);
    column->addWidget(buildHead());
    column->addWidget(m_body, 1);
    connectButtons();
    connectState();
    showBox();
}

SelectionPanel::~SelectionPanel() = default;

QWidget *SelectionPanel::buildHead()
{
    auto *head = new QWidget(this);
    m_different = makeTab(tr("What is different"), head);
    m_different->setObjectName(u"tabDifferent"_s);
    m_goesWith = makeTab(tr("What goes with it"), head);
    m_goesWith->setObjectName(u"tabGoesWith"_s);
    auto *tabs = new QButtonGroup(this);
    tabs->addButton(m_different);
    tabs->addButton(m_goesWith);
    m_different->setChecked(true);
    const auto add = [&](const QString &text, const QString &name, const QString &help) {
        auto *button = new QPushButton(text, head);
        button->setObjectName(name);
        widgets::setPlainToolTip(button, help);
        return button;
    };
    m_traces =
        add(tr("Show these traces"), u"heatTraces"_s, tr("List the traces of the box on the Traces page (Enter)"));
    m_zoom = add(tr("Zoom to it"), u"heatZoom"_s, tr("Narrow every page to the time of the box (Z)"));
    m_keep = add(tr("Use as baseline"), u"heatKeep"_s,
                 tr("Keep this box: the next one, or the map, is compared with it (B)"));
    m_clear = add(tr("Clear"), u"heatClear"_s, tr("Take the box away (Escape)"));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::kGap);
    row->addWidget(m_different);
    row->addWidget(m_goesWith);
    row->addStretch(1);
    for (QPushButton *button : {m_traces, m_zoom, m_keep, m_clear})
        row->addWidget(button);
    return head;
}

QWidget *SelectionPanel::buildWords()
{
    auto *line = new QWidget(this);
    m_words = new PlainLabel(line);
    m_words->setObjectName(u"heatWords"_s);
    m_words->setTone(PlainLabel::Tone::Muted);
    m_words->setElideMode(Qt::ElideRight);
    m_cancel = new QPushButton(tr("Cancel"), line);
    m_cancel->setObjectName(u"heatCancel"_s);
    m_legend = new SidesLegend(line);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(2, 0, 0, 0);
    row->addWidget(m_words, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_legend);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_explaining.cancel();
        ++m_searchRound;
        m_isSearching = false;
        say(tr("Cancelled. Change the box to begin again."));
    });
    return line;
}

void SelectionPanel::connectButtons()
{
    connect(m_different, &QToolButton::clicked, this, [this] { showTab(Tab::Different); });
    connect(m_goesWith, &QToolButton::clicked, this, [this] { showTab(Tab::GoesWith); });
    connect(m_traces, &QPushButton::clicked, this, &SelectionPanel::showTraces);
    connect(m_zoom, &QPushButton::clicked, this, &SelectionPanel::zoomToBox);
    connect(m_keep, &QPushButton::clicked, this, [this] {
        if (m_state.box())
            m_state.keepBox();
        else
            m_state.forgetKeptBox();
    });
    connect(m_clear, &QPushButton::clicked, this, [this] { m_state.setBox(std::nullopt); });
}

void SelectionPanel::connectState()
{
    connect(&m_state, &HeatState::boxChanged, this, &SelectionPanel::showBox);
    connect(&m_state.workspace(), &workspace::Workspace::filterChanged, this, &SelectionPanel::showBox);
    connect(m_list, &DifferenceList::filterWanted, this,
            [this](const std::string &condition) { m_state.workspace().addFilterTerm(condition); });
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] {
        const auto progress = m_explaining.progress();
        if (progress == nullptr)
            return;
        const std::uint64_t done = progress->done.load(std::memory_order_relaxed);
        const std::uint64_t total = progress->total.load(std::memory_order_relaxed);
        const QString stage = QString::fromUtf8(progress->stage.load(std::memory_order_relaxed));
        m_words->setText(
            total == 0 ? stage
                       : tr("%1: %2 of %3 spans").arg(stage, toQString(countText(done)), toQString(countText(total))));
    });
}

void SelectionPanel::showTab(Tab tab)
{
    (tab == Tab::Different ? m_different : m_goesWith)->setChecked(true);
    m_body->setCurrentIndex(tab == Tab::Different ? 0 : 1);
    m_goesWithPanel->setShown(tab == Tab::GoesWith);
    Q_EMIT tabChanged();
}

SelectionPanel::Tab SelectionPanel::tab() const
{
    return m_body->currentIndex() == 0 ? Tab::Different : Tab::GoesWith;
}

bool SelectionPanel::isSettled() const
{
    return !m_explaining.isRunning() && !m_finding.isRunning() && !m_isSearching && m_goesWithPanel->isSettled();
}

QString SelectionPanel::words() const
{
    return m_words->text();
}

workspace::HeatSelection SelectionPanel::selection() const
{
    workspace::HeatSelection selection;
    selection.snapshot = m_state.workspace().snapshot();
    selection.subject = m_state.subject();
    selection.narrowed = m_state.workspace().filter();
    selection.shown = m_state.shown();
    selection.box = *m_state.box();
    if (m_state.keptBox() && m_state.keptBox() != m_state.box())
        selection.baseline = m_state.keptBox();
    return selection;
}

void SelectionPanel::showKept()
{
    const bool hasBox = m_state.box().has_value();
    m_traces->setEnabled(hasBox);
    m_zoom->setEnabled(hasBox);
    m_clear->setEnabled(hasBox);
    m_keep->setEnabled(hasBox || m_state.keptBox());
    m_keep->setText(!hasBox && m_state.keptBox() ? tr("Forget the baseline") : tr("Use as baseline"));
}

void SelectionPanel::showBox()
{
    showKept();
    m_explaining.cancel();
    m_explanation.reset();
    m_list->differences().setExplanation(nullptr);
    if (m_state.box())
        return explain();
    say(m_state.keptBox()
            ? tr("A box is kept as the baseline: brush another one to compare the two.")
            : tr(
                "Drag a box over the part of the map you wonder about, or press X for the slowest: what its spans have "
                "in common, and the others do not, is listed here. Arrow keys move the box, with Shift they resize "
                "it."));
}

void SelectionPanel::say(const QString &text, bool isWorking)
{
    if (isWorking)
        m_progressTimer.start();
    else
        m_progressTimer.stop();
    m_words->setText(isWorking ? text : QString());
    m_words->parentWidget()->setVisible(isWorking || m_explanation != nullptr);
    m_message->setText(isWorking ? QString() : text);
    m_notes->hide();
    m_cancel->setVisible(isWorking);
    m_legend->setVisible(!isWorking);
    m_stack->setCurrentIndex(0);
}

void SelectionPanel::explain()
{
    say(tr("Looking at what these spans have in common"), true);
    m_explaining.start(
        [selection = selection(), cache = m_state.cache()](std::stop_token stop, Progress &progress) {
            return explainHeat(selection, *cache, stop, progress);
        },
        [this](auto found) { takeExplanation(std::move(found)); });
}

void SelectionPanel::takeExplanation(Result<std::shared_ptr<const HeatExplanation>> found)
{
    if (!found.has_value())
        return say(toQString(found.error().text()));
    m_explanation = *found;
    const HeatExplanation &explained = *m_explanation;
    QString against = m_state.keptBox() && m_state.keptBox() != m_state.box()
        ? tr("%1 against %2 of the kept box")
        : tr("%1 against the other %2 of the map");
    against = against.arg(toQString(pluralText(explained.selectedTotal, m_state.noun(true), m_state.noun(false))),
                          toQString(countText(explained.baselineTotal)));
    QStringList notes;
    for (const std::string &note : explained.notes)
        notes.append(toQString(note));
    if (!explained.found.noClaim.empty()) {
        say(against + u": "_s + toQString(explained.found.noClaim));
    } else if (explained.found.differences.empty()) {
        say(tr("%1: nothing sets them apart by more than chance (%2 comparisons).")
                .arg(against, toQString(countText(explained.found.tests))));
    } else {
        say({});
        m_list->differences().setExplanation(m_explanation);
        m_list->setCurrentIndex(m_list->differences().index(0));
        m_stack->setCurrentIndex(1);
    }
    m_words->setText(against + tr(" · only differences with q < 0.01"));
    m_words->parentWidget()->setVisible(m_stack->currentIndex() == 1);
    m_notes->setText(notes.join(u' '));
    m_notes->setVisible(!notes.isEmpty());
}

void SelectionPanel::zoomToBox()
{
    if (m_state.box())
        m_state.show(m_state.box()->time);
}

} // namespace tailspan::heatmap
