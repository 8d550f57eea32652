// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/open_progress.h"

#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
namespace metric = style::metric;

namespace {
constexpr int kAppearAfterMs = 300;
constexpr int kTickMs = 100;
constexpr int kBarSteps = 1000;
} // namespace

OpenProgress::OpenProgress(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_text(new widgets::PlainLabel(this)), m_bar(new QProgressBar(this))
{
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Progress of opening"));
    m_text->setMinimumWidth(260);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"cancelOpen"_s);
    connect(cancel, &QPushButton::clicked, &m_workspace, &workspace::Workspace::cancelOpen);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::kMargin, 6, metric::kMargin, 6);
    row->setSpacing(metric::kMargin);
    row->addWidget(m_text);
    row->addWidget(m_bar, 1);
    row->addWidget(cancel);
    m_appear.setSingleShot(true);
    m_appear.setInterval(kAppearAfterMs);
    m_tick.setInterval(kTickMs);
    connect(&m_appear, &QTimer::timeout, this, [this] {
        refresh();
        show();
        m_tick.start();
    });
    connect(&m_tick, &QTimer::timeout, this, &OpenProgress::refresh);
    connect(&m_workspace, &workspace::Workspace::openStarted, this, &OpenProgress::start);
    connect(&m_workspace, &workspace::Workspace::openFinished, this, &OpenProgress::finish);
    hide();
}

void OpenProgress::start()
{
    if (isHidden())
        m_appear.start();
}

void OpenProgress::finish()
{
    m_appear.stop();
    m_tick.stop();
    hide();
}

void OpenProgress::refresh()
{
    const std::shared_ptr<const Progress> progress = m_workspace.progress();
    if (!progress)
        return;
    const std::uint64_t total = progress->total.load(std::memory_order_relaxed);
    const std::uint64_t done = std::min(progress->done.load(std::memory_order_relaxed), total);
    QString stage = QString::fromUtf8(progress->stage.load(std::memory_order_relaxed));
    if (stage.isEmpty())
        stage = tr("Opening");
    stage[0] = stage[0].toUpper();
    if (total == 0) {
        m_bar->setRange(0, 0);
        m_text->setText(stage);
        return;
    }
    const double ratio = static_cast<double>(done) / static_cast<double>(total);
    m_bar->setRange(0, kBarSteps);
    m_bar->setValue(static_cast<int>(ratio * kBarSteps));
    m_text->setText(tr("%1 · %2 %").arg(stage).arg(static_cast<int>(ratio * 100)));
}

void OpenProgress::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.fillRect(QRect(0, height() - 1, width(), 1), style::theme().line);
}

} // namespace tailspan::mainwindow
