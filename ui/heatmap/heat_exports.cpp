// SPDX-License-Identifier: GPL-3.0-or-later
// What of the map can be saved and copied.
#include "app/workspace/heat_text.h"
#include "ui/heatmap/heat_controls.h"
#include "ui/heatmap/heatmap_page.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QMenu>
#include <QSaveFile>

#include <sstream>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;

namespace {

constexpr double kPictureScale = 2;

} // namespace

void HeatmapPage::buildExports()
{
    QMenu *menu = m_controls->exportMenu();
    const auto add = [&](const QString &text, auto &&run) {
        QAction *action = menu->addAction(text);
        connect(action, &QAction::triggered, this, run);
        auto *command = new QAction(text, this); // in the palette as well
        connect(command, &QAction::triggered, action, &QAction::trigger);
        addAction(command);
    };
    add(tr("Save the map as PNG…"), [this] { savePicture(); });
    add(tr("Save the counts as CSV…"), [this] { saveTable(false); });
    add(tr("Save the counts as JSON…"), [this] { saveTable(true); });
    add(tr("Copy the counts as a table"), [this] { copyTable(); });
    add(tr("Copy the map as a picture"),
        [this] { QApplication::clipboard()->setImage(m_view->rendered(kPictureScale)); });
}

QString HeatmapPage::tableText(char separator) const
{
    if (m_state->map() == nullptr)
        return {};
    std::ostringstream out;
    workspace::writeHeatTable(out, m_state->map()->grid, separator);
    return QString::fromStdString(out.str());
}

void HeatmapPage::copyTable()
{
    QApplication::clipboard()->setText(tableText('\t'));
}

void HeatmapPage::savePicture()
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    m_view->rendered(kPictureScale).save(&buffer, "PNG");
    saveText(tr("Save the map"), tr("PNG pictures (*.png)"), bytes);
}

void HeatmapPage::saveTable(bool asJson)
{
    if (m_state->map() == nullptr)
        return;
    if (!asJson)
        return saveText(tr("Save the counts"), tr("CSV tables (*.csv)"), tableText(',').toUtf8());
    std::ostringstream out;
    workspace::writeHeatJson(out, m_state->map()->source, m_state->map()->grid);
    saveText(tr("Save the counts"), tr("JSON files (*.json)"), QByteArray::fromStdString(out.str()));
}

void HeatmapPage::saveText(const QString &title, const QString &filter, const QByteArray &text)
{
    const QString path = QFileDialog::getSaveFileName(this, title, {}, filter);
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        m_view->setNotice(tr("%1 could not be written: %2. Choose another folder.").arg(path, file.errorString()));
}

} // namespace tailspan::heatmap
