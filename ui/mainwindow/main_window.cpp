// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/main_window.h"

#include "ui/mainwindow/command_palette.h"
#include "ui/mainwindow/filter_strip.h"
#include "ui/mainwindow/ledger_dialog.h"
#include "ui/mainwindow/open_progress.h"
#include "ui/mainwindow/page_list.h"
#include "ui/mainwindow/rail.h"
#include "ui/mainwindow/status_line.h"
#include "ui/mainwindow/time_bar.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/banner.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::Banner;
using workspace::Workspace;
namespace metric = style::metric;

namespace {

QStringList localFiles(const QMimeData &data)
{
    QStringList paths;
    const QList<QUrl> urls = data.urls();
    for (const QUrl &url : urls) {
        if (url.isLocalFile())
            paths.append(url.toLocalFile());
    }
    return paths;
}

QVBoxLayout *tightColumn(QWidget *parent)
{
    auto *column = new QVBoxLayout(parent);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    return column;
}

} // namespace

MainWindow::MainWindow(Workspace &workspace, QWidget *parent) : QWidget(parent), m_workspace(workspace)
{
    setWindowIcon(style::icon(u"tailspan"_s));
    setAcceptDrops(true);
    setMinimumSize(820, 520);
    resize(1440, 900);
    buildFrame();
    buildPages();
    buildActions();
    buildMenu();
    connectWorkspace();
    restoreState();
    updateTitle();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildFrame()
{
    m_rail = new Rail(this);
    m_timeBar = new TimeBar(m_workspace, this);
    m_banner = new Banner(this);
    m_filter = new FilterStrip(m_workspace, this);
    m_progress = new OpenProgress(m_workspace, this);
    m_status = new StatusLine(m_workspace, this);
    m_deck = new QMainWindow(this);
    m_deck->setWindowFlags(Qt::Widget);
    m_deck->setContextMenuPolicy(Qt::NoContextMenu);

    m_deck->setCentralWidget(makeMiddle());
    m_details = new QStackedWidget;
    m_details->setMinimumWidth(240);
    m_details->setAutoFillBackground(true);
    m_details->setBackgroundRole(QPalette::Base);
    m_dock = new QDockWidget(tr("Details"), m_deck);
    m_dock->setObjectName(u"details"_s);
    m_dock->setAllowedAreas(Qt::RightDockWidgetArea);
    m_dock->setFeatures(QDockWidget::DockWidgetClosable);
    m_dock->setTitleBarWidget(new QWidget(m_dock)); // no title: the details carry their own heading
    m_dock->setWidget(m_details);
    m_deck->addDockWidget(Qt::RightDockWidgetArea, m_dock);

    auto *right = new QWidget(this);
    auto *rightColumn = tightColumn(right);
    rightColumn->addWidget(m_timeBar);
    rightColumn->addWidget(m_deck, 1);
    auto *upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_rail);
    upper->addWidget(right, 1);
    auto *column = tightColumn(this);
    column->addLayout(upper, 1);
    column->addWidget(m_status);
}

/// The page in front and what is said above it.
QWidget *MainWindow::makeMiddle()
{
    auto *middle = new QWidget(m_deck);
    auto *middleColumn = tightColumn(middle);
    m_stack = new QStackedWidget(middle);
    middleColumn->addWidget(m_progress);
    middleColumn->addWidget(m_banner);
    middleColumn->addWidget(m_filter);
    middleColumn->addWidget(m_stack, 1);
    return middle;
}

void MainWindow::buildPages()
{
    m_pages = makePages(m_workspace, m_stack);
    int number = 0;
    for (widgets::Page *page : m_pages) {
        const widgets::PageInfo info = page->info();
        m_stack->addWidget(page);
        QWidget *details = page->detailsWidget();
        m_details->addWidget(details != nullptr ? details : new QWidget(m_details));
        m_rail->addPage(info.iconName, info.label, tr("Ctrl+%1").arg(++number));
        connect(page, &widgets::Page::detailsRequested, m_dock, &QWidget::show);
        connect(page, &widgets::Page::pageRequested, this, &MainWindow::showPage);
        connect(page, &widgets::Page::viewRequested, this, [this](const QString &id, const QString &view) {
            if (showPage(id))
                this->page()->showView(view);
        });
        connect(page, &widgets::Page::openRequested, this, [this] { m_openCommand->trigger(); });
    }
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPageAt);
}

void MainWindow::connectWorkspace()
{
    connect(&m_workspace, &Workspace::openStarted, m_banner, &Banner::dismiss);
    connect(&m_workspace, &Workspace::openFailed, this,
            [this](const QString &text) { m_banner->showMessage(Banner::Kind::Error, text); });
    connect(&m_workspace, &Workspace::openNoted, this,
            [this](const QString &text) { m_banner->showMessage(Banner::Kind::Warning, text); });
    connect(&m_workspace, &Workspace::openCancelled, this, [this] {
        m_banner->showMessage(Banner::Kind::Info,
                              m_workspace.hasOpenFiles() ? tr("Opening was cancelled. What was open before still is.")
                                                         : tr("Opening was cancelled."));
    });
    connect(&m_workspace, &Workspace::settingsNotSaved, this,
            [this](const QString &text) { m_banner->showMessage(Banner::Kind::Warning, text); });
    connect(&m_workspace, &Workspace::snapshotChanged, this, &MainWindow::updateTitle);
    connect(&m_workspace, &Workspace::reportChanged, this, [this] {
        updateTitle();
        if (m_workspace.report() && m_workspace.report()->isPartial)
            showOpened(); // its first seconds are there already
    });
    connect(&m_workspace, &Workspace::openFinished, this, &MainWindow::showOpened);
    connect(&m_workspace, &Workspace::configsOpened, this, [this] { showPage(u"advisor"_s); });
    connect(&m_workspace, &Workspace::dashboardChanged, this, [this] {
        if (m_workspace.dashboard())
            showPage(u"metrics"_s);
    });
    connect(m_timeBar, &TimeBar::rangeRefused, this, [this](const QString &text) {
        text.isEmpty() ? m_banner->dismiss() : m_banner->showMessage(Banner::Kind::Warning, text);
    });
    connect(&m_workspace, &Workspace::openFinished, this, &MainWindow::offerQuestion);
    connect(m_banner, &Banner::actionTriggered, this, &MainWindow::askAboutReport);
    connect(m_status, &StatusLine::ledgerRequested, this, &MainWindow::openLedger);
    m_banner->setObjectName(u"banner"_s);
    if (const QString &notice = m_workspace.settings().notice(); !notice.isEmpty())
        m_banner->showMessage(Banner::Kind::Warning, notice);
}

widgets::Page *MainWindow::page() const
{
    return m_pages[static_cast<std::size_t>(m_stack->currentIndex())];
}

bool MainWindow::showView(const QString &id)
{
    return page()->showView(id);
}

QString MainWindow::currentPage() const
{
    return page()->info().id;
}

QStringList MainWindow::pageIds() const
{
    QStringList ids;
    for (const widgets::Page *each : m_pages)
        ids.append(each->info().id);
    return ids;
}

bool MainWindow::showPage(const QString &id)
{
    const qsizetype index = pageIds().indexOf(id);
    if (index >= 0)
        showPageAt(static_cast<int>(index));
    return index >= 0;
}

void MainWindow::showPageAt(int index)
{
    keepDockLayout();
    m_stack->setCurrentIndex(index);
    m_details->setCurrentIndex(index);
    m_filter->setWanted(page()->info().followsFilter);
    m_rail->setCurrent(index);
    restoreDockLayout(*page());
    m_workspace.settings().edit().page = page()->info().id;
    page()->setFocus();
}

/// After opening, the page that shows what was opened comes to the front, unless the one in front can show it.
void MainWindow::showOpened()
{
    using Needs = widgets::PageInfo::Needs;
    const Needs needs = page()->info().needs;
    const bool hasTraces = m_workspace.snapshot() != nullptr && !m_workspace.snapshot()->traces().empty();
    const bool hasReport = m_workspace.report() != nullptr;
    const bool canShow = needs == Needs::Nothing || (needs == Needs::Traces && hasTraces)
        || (needs == Needs::Report && hasReport);
    if (canShow || !m_workspace.hasOpenFiles())
        return;
    const bool isHome = m_stack->currentIndex() == 0;
    showPage(hasReport && (isHome || !hasTraces) ? u"replay"_s : u"traces"_s);
}

bool MainWindow::isSettled() const
{
    return !m_workspace.isOpening() && m_timeBar->isSettled() && page()->isSettled();
}

void MainWindow::updateTitle()
{
    const QStringList paths = m_workspace.openPaths();
    QString title = u"Tailspan"_s;
    if (!paths.isEmpty())
        title = QFileInfo(paths.first()).fileName()
            + (paths.size() > 1 ? tr(" and %1 more").arg(paths.size() - 1) : QString()) + u" — Tailspan"_s;
    setWindowTitle(title);
    if (m_closeCommand != nullptr)
        m_closeCommand->setEnabled(m_workspace.hasOpenFiles() || m_workspace.time().isConnected());
}

void MainWindow::keepDockLayout()
{
    if (page()->detailsWidget() == nullptr)
        return;
    m_workspace.settings().edit().dockLayouts.insert(currentPage(), m_deck->saveState());
}

void MainWindow::restoreDockLayout(const widgets::Page &shown)
{
    const QByteArray layout = m_workspace.settings().value().dockLayouts.value(shown.info().id);
    const bool hasDetails = page()->detailsWidget() != nullptr;
    m_dock->setVisible(hasDetails);
    m_detailsCommand->setEnabled(hasDetails);
    if (!hasDetails)
        return;
    if (layout.isEmpty() || !m_deck->restoreState(layout))
        m_deck->resizeDocks({m_dock}, {metric::kDetailsWidth}, Qt::Horizontal);
}

void MainWindow::restoreState()
{
    const settings::Settings &settings = m_workspace.settings().value();
    if (!settings.windowGeometry.isEmpty())
        restoreGeometry(settings.windowGeometry);
    if (!showPage(settings.page))
        showPageAt(0);
}

void MainWindow::saveState()
{
    keepDockLayout();
    m_workspace.settings().edit().windowGeometry = saveGeometry();
    m_workspace.saveSettings();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    QWidget::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QStringList paths = localFiles(*event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    m_workspace.open(paths);
}

void MainWindow::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::BackButton)
        m_workspace.history().undo();
    else if (event->button() == Qt::ForwardButton)
        m_workspace.history().redo();
    else
        QWidget::mousePressEvent(event);
}

void MainWindow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_workspace.stores().setHidden(false);
    m_workspace.metrics().setHidden(false);
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_workspace.stores().setHidden(true);
    m_workspace.metrics().setHidden(true);
}

void MainWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange) {
        m_workspace.stores().setHidden(isMinimized());
        m_workspace.metrics().setHidden(isMinimized());
    }
    if (event->type() == QEvent::PaletteChange)
        update();
}

} // namespace tailspan::mainwindow
