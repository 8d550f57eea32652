// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/run_side_list.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_label.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QShortcut>
#include <QUrl>
#include <QVBoxLayout>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;

namespace {

constexpr int kLeastListPx = 120;
constexpr int kMostMenuNames = 2;

/// "nightly/ and 2 more": short enough for a menu. An ampersand would be a mnemonic there.
QString menuText(const QStringList &paths)
{
    QStringList names;
    for (const QString &path : paths.mid(0, kMostMenuNames)) {
        const QFileInfo file(path);
        names << file.fileName() + (file.isDir() ? u"/"_s : QString());
    }
    QString text = names.join(u", "_s);
    if (paths.size() > kMostMenuNames)
        text = RunSideList::tr("%1 and %2 more").arg(text).arg(paths.size() - kMostMenuNames);
    return text.replace(u'&', u"&&"_s);
}

QStringList localFilesIn(const QMimeData &data)
{
    QStringList paths;
    for (const QUrl &url : data.urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

} // namespace

RunSideList::RunSideList(const QString &title, const QString &name, QWidget *parent)
    : QWidget(parent), m_list(new QListWidget(this)), m_recent(new QMenu(this)), m_found(new PlainLabel(this))
{
    setObjectName(name);
    setAcceptDrops(true);
    auto *heading = new PlainLabel(title, this);
    heading->setFont(style::headingFont());
    m_list->setAccessibleName(title);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setMinimumHeight(kLeastListPx);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_found->setWordWrap(true);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(heading);
    rows->addWidget(m_list, 1);
    rows->addWidget(buildButtons());
    rows->addWidget(m_found);
    auto *erase = new QShortcut(QKeySequence::Delete, m_list);
    erase->setContext(Qt::WidgetShortcut);
    connect(erase, &QShortcut::activated, this, &RunSideList::removeSelected);
    connect(m_list, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_list->selectedItems().isEmpty()); });
    setRecent({});
    showEntries();
}

QWidget *RunSideList::buildButtons()
{
    auto *files = new QPushButton(tr("Add files..."), this);
    auto *folder = new QPushButton(tr("Add a folder..."), this);
    m_recentButton = new QPushButton(tr("Recent"), this);
    m_recentButton->setMenu(m_recent);
    m_remove = new QPushButton(tr("Remove"), this);
    auto *line = new QWidget(this);
    auto *buttons = new QHBoxLayout(line);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(style::metric::kGrid);
    for (QPushButton *button : {files, folder, m_recentButton, m_remove}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    connect(files, &QPushButton::clicked, this, [this] { add(widgets::askForFiles(this)); });
    connect(folder, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("A folder of runs"));
        add(path.isEmpty() ? QStringList() : QStringList{path});
    });
    connect(m_remove, &QPushButton::clicked, this, &RunSideList::removeSelected);
    return line;
}

void RunSideList::setOpenRun(const QString &fileName)
{
    m_openRun = fileName;
    showEntries();
}

void RunSideList::setRecent(const QList<QStringList> &recent)
{
    m_recent->clear();
    for (const QStringList &side : recent)
        connect(m_recent->addAction(menuText(side)), &QAction::triggered, this, [this, side] { setPaths(side); });
    m_recentButton->setEnabled(!recent.isEmpty());
}

void RunSideList::setPaths(const QStringList &paths)
{
    if (paths == m_paths)
        return;
    m_paths = paths;
    showEntries();
    Q_EMIT pathsChanged();
}

void RunSideList::setFound(const QString &text, bool isError)
{
    m_found->setTone(isError ? PlainLabel::Tone::Bad : PlainLabel::Tone::Muted);
    m_found->setText(text);
}

QString RunSideList::found() const
{
    return m_found->text();
}

void RunSideList::add(const QStringList &paths)
{
    QStringList all = m_paths;
    for (const QString &path : paths) {
        const QString absolute = QFileInfo(path).absoluteFilePath();
        if (!all.contains(absolute))
            all << absolute;
    }
    setPaths(all);
}

void RunSideList::removeSelected()
{
    QStringList left = m_paths;
    bool isOpenRemoved = false;
    for (const QListWidgetItem *item : m_list->selectedItems()) {
        const QString path = item->data(Qt::UserRole).toString();
        isOpenRemoved = isOpenRemoved || path.isEmpty();
        left.removeAll(path);
    }
    if (isOpenRemoved)
        Q_EMIT openRunRemoved();
    setPaths(left);
}

void RunSideList::showEntries()
{
    m_list->clear();
    if (!m_openRun.isEmpty())
        m_list->addItem(tr("%1 (the open run)").arg(m_openRun));
    for (const QString &path : m_paths) {
        const QFileInfo file(path);
        auto *item = new QListWidgetItem(file.fileName() + (file.isDir() ? u"/"_s : QString()), m_list);
        item->setData(Qt::UserRole, path);
    }
    m_remove->setEnabled(false);
}

void RunSideList::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFilesIn(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void RunSideList::dropEvent(QDropEvent *event)
{
    add(localFilesIn(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace tailspan::replay
