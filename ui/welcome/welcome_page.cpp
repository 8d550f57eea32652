// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/welcome_page.h"

#include "app/workspace/samples.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/welcome/drop_area.h"
#include "ui/welcome/file_row.h"
#include "ui/widgets/clear_layout.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_label.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tailspan::welcome {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

constexpr int kContentWidthPx = 880;
constexpr int kLogoPx = 44;

/// "~/runs" for a folder below home: shorter to read.
QString shownFolder(const QFileInfo &file)
{
    const QString folder = file.absolutePath();
    const QString home = QDir::homePath();
    return folder == home || folder.startsWith(home + u'/') ? QString(u"~"_s + folder.mid(home.size())) : folder;
}

QWidget *makeHeader(QWidget *parent)
{
    auto *header = new QWidget(parent);
    auto *logo = new PlainLabel(header);
    logo->setPixmap(style::icon(u"tailspan"_s).pixmap(QSize(kLogoPx, kLogoPx), parent->devicePixelRatioF()));
    auto *name = new PlainLabel(WelcomePage::tr("Tailspan"), header);
    QFont font = style::titleFont();
    font.setPixelSize(24);
    name->setFont(font);
    auto *purpose = new PlainLabel(
        WelcomePage::tr("Replay a load test second by second and see which calls made it slow."), header);
    purpose->setTone(PlainLabel::Tone::Muted);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(name);
    texts->addWidget(purpose);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(14);
    row->addWidget(logo);
    row->addLayout(texts, 1);
    return header;
}

} // namespace

WelcomePage::WelcomePage(workspace::Workspace &workspace, QWidget *parent)
    : widgets::Page(parent), m_workspace(workspace)
{
    auto *content = new QWidget;
    content->setMaximumWidth(kContentWidthPx);
    auto *drop = new DropArea(content);
    connect(drop, &DropArea::openRequested, this, &WelcomePage::askForFiles);
    connect(drop, &DropArea::connectRequested, this, [this] { Q_EMIT pageRequested(u"connections"_s); });
    auto *columns = new QHBoxLayout;
    columns->setSpacing(24);
    columns->addWidget(makeColumn(tr("Recent files"), m_recent), 1);
    columns->addWidget(makeColumn(tr("Samples"), m_samples), 1);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(24, 48, 24, 24);
    column->setSpacing(28);
    column->addWidget(makeHeader(content));
    column->addWidget(drop);
    column->addLayout(columns);
    column->addStretch(1);

    auto *centered = new QWidget;
    auto *center = new QHBoxLayout(centered);
    center->setContentsMargins(0, 0, 0, 0);
    center->addStretch(1);
    center->addWidget(content, 100);
    center->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(centered);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    connect(&m_workspace, &workspace::Workspace::recentFilesChanged, this, &WelcomePage::fillRecent);
    fillRecent();
    fillSamples();
}

widgets::PageInfo WelcomePage::info() const
{
    return {u"welcome"_s, tr("Home"), u"home"_s, widgets::PageInfo::Needs::Choice};
}

QWidget *WelcomePage::makeColumn(const QString &heading, QVBoxLayout *&rows)
{
    auto *column = new QWidget;
    auto *title = new PlainLabel(heading, column);
    title->setFont(style::headingFont());
    rows = new QVBoxLayout;
    rows->setSpacing(2);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::kGap);
    layout->addWidget(title);
    layout->addLayout(rows);
    layout->addStretch(1);
    return column;
}

void WelcomePage::showEvent(QShowEvent *event)
{
    fillRecent(); // files may have come and gone meanwhile
    Page::showEvent(event);
}

void WelcomePage::fillRecent()
{
    widgets::clearLayout(*m_recent);
    const QStringList paths = m_workspace.settings().value().recentFiles;
    if (paths.isEmpty()) {
        auto *hint =
            new PlainLabel(tr("Files you open are listed here. Start with one of the samples, or press Ctrl+O."));
        hint->setTone(PlainLabel::Tone::Muted);
        hint->setWordWrap(true);
        m_recent->addWidget(hint);
    }
    for (const QString &path : paths) {
        const QFileInfo file(path);
        const bool isMissing = !file.exists();
        auto *row = new FileRow({u"file"_s, file.fileName(), shownFolder(file), isMissing ? tr("missing") : QString(),
                                 Qt::ElideMiddle, isMissing, true});
        connect(row, &FileRow::clicked, this, [this, path] { m_workspace.open({path}); });
        connect(row, &FileRow::removed, this, [this, path] { m_workspace.forgetRecentFile(path); });
        m_recent->addWidget(row);
    }
}

void WelcomePage::fillSamples()
{
    for (const workspace::Sample &sample : workspace::bundledSamples()) {
        const QString icon = sample.kind == u"traces"_s ? u"traces"_s : u"chart"_s;
        auto *row = new FileRow({icon, sample.name, sample.description, sample.kind, Qt::ElideRight, false, false});
        connect(row, &FileRow::clicked, this, [this, sample] { m_workspace.openSample(sample); });
        m_samples->addWidget(row);
    }
}

void WelcomePage::askForFiles()
{
    const QStringList paths = widgets::askForFiles(this);
    if (!paths.isEmpty())
        m_workspace.open(paths);
}

} // namespace tailspan::welcome
