// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/heat_controls.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAbstractItemView>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QToolButton>

#include <array>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using workspace::HeatOriginInfo;
using workspace::HeatSubject;

namespace {

constexpr std::size_t kMostNames = 100;

/// Fills a box unless it is open under the pointer. What cannot be chosen says why.
void fill(QComboBox &box, const std::vector<HeatControls::Choice> &choices, int current)
{
    if (box.view()->isVisible())
        return;
    const QSignalBlocker quiet(box);
    auto *model = qobject_cast<QStandardItemModel *>(box.model());
    box.clear();
    for (const HeatControls::Choice &choice : choices) {
        box.addItem(choice.text);
        QStandardItem *item = model->item(box.count() - 1);
        item->setEnabled(choice.whyNot.isEmpty());
        item->setData(widgets::plainToolTip(choice.whyNot.isEmpty() ? choice.text : choice.whyNot), Qt::ToolTipRole);
    }
    box.setCurrentIndex(current);
}

QString capitalized(const QString &text)
{
    return text.left(1).toUpper() + text.mid(1);
}

QComboBox *makeBox(const QString &name, const QString &accessibleName, int fewestLetters, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(fewestLetters);
    widgets::setPlainToolTip(box, accessibleName);
    return box;
}

constexpr std::array kBaselines{Baseline::None,     Baseline::Previous, Baseline::Yesterday,
                                Baseline::LastWeek, Baseline::KeptBox,  Baseline::OtherReport};

} // namespace

HeatControls::HeatControls(HeatState &state, QWidget *parent)
    : QWidget(parent), m_state(state), m_origin(makeBox(u"heatOrigin"_s, tr("Where the counts come from"), 12, this)),
      m_what(makeBox(u"heatWhat"_s, tr("Requests or all spans"), 8, this)),
      m_service(makeBox(u"heatService"_s, tr("Service"), 8, this)),
      m_operation(makeBox(u"heatOperation"_s, tr("Operation"), 8, this)), m_failed(new QToolButton(this)),
      m_baseline(makeBox(u"heatBaseline"_s, tr("What to compare with"), 10, this)), m_look(new QToolButton(this)),
      m_save(new QToolButton(this)), m_export(new QMenu(this))
{
    m_failed->setObjectName(u"heatFailed"_s);
    m_failed->setCheckable(true);
    m_failed->setText(tr("Errors only"));
    m_save->setObjectName(u"heatSave"_s);
    m_save->setText(tr("Save"));
    m_save->setPopupMode(QToolButton::InstantPopup);
    m_save->setMenu(m_export);
    buildLook();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_origin, 3);
    row->addWidget(m_what, 1);
    row->addWidget(m_service, 2);
    row->addWidget(m_operation, 2);
    row->addWidget(m_failed);
    row->addWidget(m_baseline, 2);
    row->addWidget(m_look);
    row->addWidget(m_save);
    row->addStretch(1);
    connect(m_origin, &QComboBox::activated, this,
            [this](int index) { m_state.setOrigin(m_state.origins()[static_cast<std::size_t>(index)].origin); });
    connect(m_what, &QComboBox::activated, this, [this](int index) {
        m_state.setWhat(index == 0 ? HeatSubject::What::Requests : HeatSubject::What::AllSpans);
    });
    connect(m_service, &QComboBox::activated, this, [this](int index) {
        m_state.setService(index == 0 ? std::string() : services()[static_cast<std::size_t>(index) - 1]);
    });
    connect(m_operation, &QComboBox::activated, this, [this](int index) {
        m_state.setOperation(index == 0 ? std::string() : m_names.operations[static_cast<std::size_t>(index) - 1]);
    });
    connect(m_failed, &QToolButton::clicked, &m_state, &HeatState::setOnlyFailed);
    connect(m_baseline, &QComboBox::activated, this, &HeatControls::chooseBaseline);
    connect(&m_state, &HeatState::choicesChanged, this, &HeatControls::showState);
    connect(&m_state, &HeatState::timeChanged, this, &HeatControls::showBaselines);
    connect(&m_state, &HeatState::mapChanged, this, &HeatControls::countNames);
    showState();
}

void HeatControls::buildLook()
{
    m_look->setObjectName(u"heatLook"_s);
    m_look->setText(tr("View"));
    m_look->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(this);
    const auto addGroup = [&](const QString &title, const QStringList &names, QList<QAction *> &actions,
                              const std::function<void(HeatLook &, int)> &choose) {
        menu->addSection(title);
        auto *group = new QActionGroup(this);
        for (int i = 0; i < names.size(); ++i) {
            QAction *action = menu->addAction(names[i]);
            action->setCheckable(true);
            group->addAction(action);
            actions.append(action);
            connect(action, &QAction::triggered, this,
                    [this, choose, i] { setLook([&](HeatLook &look) { choose(look, i); }); });
        }
    };
    addGroup(tr("Scale of colours"), {tr("Linear"), tr("Logarithmic"), tr("By rank")}, m_scales,
             [](HeatLook &look, int i) { look.scale = static_cast<layout::HeatScale>(i); });
    addGroup(tr("Colours"), {tr("Cividis"), tr("Viridis")}, m_palettes,
             [](HeatLook &look, int i) { look.palette = static_cast<style::HeatPalette>(i); });
    menu->addSection(tr("Over the map"));
    m_lines = menu->addAction(tr("Percentiles: p50, p95, p99"));
    m_outlines = menu->addAction(tr("Outline cells of which a tenth or more failed"));
    for (QAction *action : {m_lines, m_outlines})
        action->setCheckable(true);
    connect(m_lines, &QAction::triggered, this,
            [this](bool isOn) { setLook([isOn](HeatLook &look) { look.hasLines = isOn; }); });
    connect(m_outlines, &QAction::triggered, this,
            [this](bool isOn) { setLook([isOn](HeatLook &look) { look.hasOutlines = isOn; }); });
    m_look->setMenu(menu);
}

void HeatControls::setLook(const std::function<void(HeatLook &)> &change)
{
    HeatLook look = m_state.look();
    change(look);
    m_state.setLook(look);
}

void HeatControls::showState()
{
    showOrigins();
    showSubject();
    showNames();
    showBaselines();
    showLook();
    countNames();
}

void HeatControls::showOrigins()
{
    std::vector<Choice> choices;
    int current = 0;
    for (const HeatOriginInfo &info : m_state.origins()) {
        if (&info == m_state.origin())
            current = static_cast<int>(choices.size());
        choices.push_back({capitalized(toQString(info.title)), {}});
    }
    fill(*m_origin, choices, current);
    m_origin->setVisible(choices.size() > 1); // the title names it
}

void HeatControls::showSubject()
{
    const HeatOriginInfo *info = m_state.origin();
    if (info == nullptr)
        return;
    const HeatSubject subject = m_state.subject();
    fill(*m_what, {{tr("Requests"), toQString(info->noRequests)}, {tr("All spans"), toQString(info->noSpans)}},
         subject.what == HeatSubject::What::Requests ? 0 : 1);
    m_failed->setChecked(subject.onlyFailed);
    m_failed->setEnabled(info->noFailed.empty());
    widgets::setPlainToolTip(m_failed, info->noFailed.empty() ? tr("Only what failed") : toQString(info->noFailed));
}

void HeatControls::showNames()
{
    const HeatOriginInfo *info = m_state.origin();
    if (info == nullptr)
        return;
    const HeatSubject subject = m_state.subject();
    const auto show = [&](QComboBox &box, const QString &all, const QString &which, const std::string &whyNotAll,
                          const std::vector<std::string> &names, std::uint64_t more, const std::string &chosen,
                          const std::string &whyNot) {
        std::vector<Choice> choices{{all, toQString(whyNotAll)}};
        int current = 0;
        for (const std::string &name : names) {
            if (name == chosen)
                current = static_cast<int>(choices.size());
            choices.push_back({toQString(name), {}});
        }
        if (more > 0)
            choices.push_back({tr("and %1 more").arg(toQString(countText(more))),
                               tr("Those with most spans are listed. For another one, filter the traces by it.")});
        fill(box, choices, current);
        box.setEnabled(whyNot.empty());
        widgets::setPlainToolTip(&box, whyNot.empty() ? which : toQString(whyNot));
    };
    show(*m_service, tr("All services"), tr("Service"), info->needsService, services(),
         info->services.empty() ? m_names.moreServices : 0, subject.service, info->noNames);
    show(*m_operation, tr("All operations"), tr("Operation"), {}, m_names.operations, m_names.moreOperations,
         subject.operation, info->noNames.empty() ? info->noOperations : info->noNames);
}

const std::vector<std::string> &HeatControls::services() const
{
    const HeatOriginInfo *info = m_state.origin();
    return info == nullptr || info->services.empty() ? m_names.services : info->services;
}

void HeatControls::showBaselines()
{
    const std::array names{tr("No comparison"),  tr("The time before"), tr("Yesterday"),
                           tr("A week earlier"), tr("The kept box"),    tr("Another load test…")};
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < kBaselines.size(); ++i)
        choices.push_back({names[i], m_state.noBaseline(kBaselines[i])});
    const int current = static_cast<int>(m_state.baseline());
    if (choices == m_baselines && m_baseline->currentIndex() == current)
        return; // the shown time moves with each step of a zoom
    m_baselines = choices;
    fill(*m_baseline, choices, current);
}

void HeatControls::chooseBaseline(int index)
{
    const Baseline chosen = kBaselines[static_cast<std::size_t>(index)];
    if (chosen != Baseline::OtherReport)
        return m_state.setBaseline(chosen);
    const QStringList paths = widgets::askForFiles(this);
    if (paths.isEmpty())
        showBaselines();
    else
        m_state.openBaselineReport(paths.front());
}

void HeatControls::showLook()
{
    const HeatLook &look = m_state.look();
    m_scales[static_cast<int>(look.scale)]->setChecked(true);
    m_palettes[static_cast<int>(look.palette)]->setChecked(true);
    m_lines->setChecked(look.hasLines);
    m_outlines->setChecked(look.hasOutlines);
}

void HeatControls::countNames()
{
    const trace::TraceSnapshotPtr snapshot = m_state.workspace().snapshot();
    const std::string service = m_state.subject().service;
    if (snapshot == nullptr) {
        m_names = {};
        return;
    }
    if (snapshot->generation() == m_namesGeneration && service == m_namesService)
        return;
    m_namesGeneration = snapshot->generation();
    m_namesService = service;
    m_job.start(
        [snapshot, service](std::stop_token stop, Progress &) -> Result<workspace::HeatNames> {
            return workspace::heatNamesOf(*snapshot, service, kMostNames, stop);
        },
        [this](Result<workspace::HeatNames> names) {
            if (!names.has_value() || *names == m_names)
                return;
            m_names = std::move(*names);
            showNames();
        });
}

} // namespace tailspan::heatmap
