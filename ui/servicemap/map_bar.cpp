// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_bar.h"

#include "models/items/qt_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::servicemap {

using namespace Qt::StringLiterals;
using items::toQString;

namespace {

constexpr double kRates[] = {0, 0.01, 0.1, 1, 10, 100};
constexpr int kMostHops = 3;
constexpr int kSearchPx = 140;
constexpr int kSearchMostPx = 240;

QToolButton *makeButton(const QString &icon, const QString &text, const QString &tip, bool isCheckable, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(style::icon(icon));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setCheckable(isCheckable);
    widgets::setPlainToolTip(button, tip);
    return button;
}

QComboBox *makeChoice(const QString &name, QWidget *parent)
{
    auto *choice = new QComboBox(parent);
    choice->setAccessibleName(name);
    widgets::setPlainToolTip(choice, name);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    choice->setMinimumContentsLength(6);
    return choice;
}

} // namespace

MapBar::MapBar(MapSource &source, QWidget *parent) : QWidget(parent), m_source(source)
{
    build();
    connectAll();
    refresh();
}

void MapBar::buildSearch()
{
    m_search = new QLineEdit(this);
    m_search->setObjectName(u"mapSearch"_s);
    m_search->setPlaceholderText(tr("Find a service"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(style::icon(u"search"_s), QLineEdit::LeadingPosition);
    m_search->setAccessibleName(tr("Find a service on the map"));
    m_search->setMinimumWidth(kSearchPx);
    m_search->installEventFilter(this);
}

void MapBar::build()
{
    buildSearch();
    m_hops = makeChoice(tr("How much of the map is shown"), this);
    m_hops->setObjectName(u"mapHops"_s);
    m_hops->addItem(tr("Everything"), 0);
    for (int hops = 1; hops <= kMostHops; ++hops)
        m_hops->addItem(tr("%n call(s) away", nullptr, hops).replace(u"call(s)"_s, hops == 1 ? u"call"_s : u"calls"_s),
                        hops);
    m_rate = makeChoice(tr("Calls that are rarer are hidden"), this);
    m_rate->setObjectName(u"mapRate"_s);
    for (const double rate : kRates)
        m_rate->addItem(rate > 0 ? tr("From %1/s").arg(rate) : tr("Any rate"), rate);
    m_baseline = makeChoice(tr("What the map is compared with"), this);
    m_baseline->setObjectName(u"mapBaseline"_s);
    m_baseline->addItem(tr("No baseline"));
    m_baseline->addItem(tr("Against first half"));
    m_baseline->addItem(tr("Against this range"));
    m_counted = makeChoice(tr("Which spans are counted"), this);
    m_counted->setObjectName(u"mapCounted"_s);
    m_counted->addItem(tr("Loaded spans"));
    m_counted->addItem(tr("Count in the store"));
    m_fold = makeButton(u"sources"_s, tr("Namespaces"), tr("Fold the services of a namespace into one"), true, this);
    m_fold->setObjectName(u"mapFold"_s);
    m_mesh =
        makeButton(u"file"_s, tr("Declared"), tr("Lay a declaration of who may call whom over the map"), true, this);
    m_mesh->setObjectName(u"mapMesh"_s);
    m_arrange = makeButton(u"arrange"_s, {}, tr("Arrange the map anew"), false, this);
    m_arrange->setToolButtonStyle(Qt::ToolButtonIconOnly);
    m_arrange->setAccessibleName(tr("Arrange the map anew"));
    m_legend = makeButton(u"info"_s, {}, tr("What the shapes and colours mean"), true, this);
    m_legend->setToolButtonStyle(Qt::ToolButtonIconOnly);
    m_legend->setAccessibleName(tr("Legend"));
    layOut();
}

/// The choices go below the search where one line has no room for all.
void MapBar::layOut()
{
    m_choices = new QWidget(this);
    auto *choices = new QHBoxLayout(m_choices);
    choices->setContentsMargins(0, 0, 0, 0);
    choices->setSpacing(style::metric::kGap);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_hops, m_rate, m_baseline, m_counted, m_fold, m_mesh})
        choices->addWidget(widget);
    choices->addStretch();
    m_first = new QHBoxLayout;
    m_first->setSpacing(style::metric::kGap);
    m_first->addWidget(m_search, 1);
    m_first->addStretch();
    m_first->addWidget(m_arrange);
    m_first->addWidget(m_legend);
    m_rows = new QVBoxLayout(this);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(style::metric::kGap);
    m_rows->addLayout(m_first);
    m_rows->addWidget(m_choices);
}

void MapBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int others = m_arrange->sizeHint().width() + m_legend->sizeHint().width() + 4 * style::metric::kGap;
    const bool isOneLine = kSearchPx + m_choices->sizeHint().width() + others <= width();
    if (isOneLine == m_isOneLine)
        return;
    m_isOneLine = isOneLine;
    m_first->removeWidget(m_choices);
    m_rows->removeWidget(m_choices);
    if (isOneLine)
        m_first->insertWidget(1, m_choices);
    else
        m_rows->addWidget(m_choices);
    m_search->setMaximumWidth(isOneLine ? kSearchMostPx : QWIDGETSIZE_MAX);
}

void MapBar::connectAll()
{
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter.search = text.toStdString();
        Q_EMIT searchEdited(text);
    });
    connect(m_hops, &QComboBox::activated, this, &MapBar::chooseHops);
    connect(m_rate, &QComboBox::activated, this, [this] {
        m_filter.leastRate = m_rate->currentData().toDouble();
        Q_EMIT filterChanged();
    });
    connect(m_baseline, &QComboBox::activated, this, &MapBar::chooseBaseline);
    connect(m_counted, &QComboBox::activated, this, [this](int index) {
        MapChoices choices = m_source.choices();
        choices.isFromStore = index == 1;
        m_source.setChoices(std::move(choices));
        refresh();
    });
    connect(m_fold, &QToolButton::clicked, this, [this](bool isOn) {
        MapChoices choices = m_source.choices();
        choices.isFolded = isOn;
        choices.opened.clear();
        m_source.setChoices(std::move(choices));
    });
    connect(m_mesh, &QToolButton::clicked, this, &MapBar::chooseMesh);
    connect(m_arrange, &QToolButton::clicked, this, &MapBar::arrangeWanted);
    connect(m_legend, &QToolButton::toggled, this, &MapBar::legendToggled);
    connect(&m_source, &MapSource::stateChanged, this, &MapBar::refresh);
    connect(&m_source, &MapSource::meshOpened, this, &MapBar::refresh);
    connect(&m_source, &MapSource::meshFailed, this, &MapBar::refresh);
}

void MapBar::setFocus(const std::string &node, int hops)
{
    m_filter.focus = hops > 0 ? node : std::string();
    m_filter.hops = std::max(hops, 1);
    refresh();
    Q_EMIT filterChanged();
}

void MapBar::setSelectedNode(const std::string &node)
{
    m_selected = node;
    refresh();
}

/// Of the selected node; with none selected of the one that is in focus already.
void MapBar::chooseHops()
{
    const int hops = m_hops->currentData().toInt();
    setFocus(m_selected.empty() ? m_filter.focus : m_selected, hops);
}

void MapBar::chooseBaseline()
{
    MapChoices choices = m_source.choices();
    choices.baseline = static_cast<Baseline>(m_baseline->currentIndex());
    if (choices.baseline == Baseline::Range)
        choices.baselineRange = m_source.shownRange();
    m_source.setChoices(std::move(choices));
}

void MapBar::chooseMesh()
{
    if (m_source.choices().mesh) {
        MapChoices choices = m_source.choices();
        choices.mesh.reset();
        m_source.setChoices(std::move(choices));
        return refresh();
    }
    refresh();
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a declaration of services"), {},
                                                      tr("YAML and JSON (*.yaml *.yml *.json);;All files (*)"));
    if (!path.isEmpty())
        m_source.openMesh(path);
}

void MapBar::refresh()
{
    const MapChoices &choices = m_source.choices();
    const bool canFocus = !m_selected.empty() || !m_filter.focus.empty();
    m_hops->setCurrentIndex(m_filter.focus.empty() ? 0 : m_filter.hops);
    m_hops->setEnabled(canFocus);
    widgets::setPlainToolTip(m_hops,
                             canFocus ? tr("Only what is a few calls away from %1")
                                            .arg(toQString(m_selected.empty() ? m_filter.focus : m_selected))
                                      : tr("Select a service to see only what is around it"));
    m_baseline->setCurrentIndex(static_cast<int>(choices.baseline));
    m_baseline->setVisible(!choices.isFromStore);
    m_fold->setChecked(choices.isFolded);
    m_fold->setVisible(!choices.isFromStore);
    m_counted->setVisible(m_source.canCountInStore());
    m_counted->setCurrentIndex(choices.isFromStore ? 1 : 0);
    m_mesh->setChecked(choices.mesh != nullptr);
    m_mesh->setEnabled(!choices.isFolded);
    widgets::setPlainToolTip(
        m_mesh,
        choices.isFolded   ? tr("Open the namespaces to see what is declared")
            : choices.mesh ? tr("%1 is laid over the map; click to take it away").arg(toQString(choices.mesh->name))
                           : tr("Lay a declaration of who may call whom over the map"));
}

/// Enter goes to the next service that fits, Shift+Enter back; Escape empties the field and returns to the map.
bool MapBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        Q_EMIT nextWanted(key->modifiers().testFlag(Qt::ShiftModifier));
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        m_search->clear();
        Q_EMIT searchLeft();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace tailspan::servicemap
