// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/page_export.h"

#include "ui/style/theme.h"
#include "ui/widgets/table_export.h"

#include <QAbstractItemView>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace tailspan::mainwindow {

namespace {

constexpr int kPointsPerPixelDpi = 96;

void paint(QWidget &widget, QPaintDevice &device)
{
    QPainter painter(&device);
    painter.fillRect(QRect(QPoint(), widget.size()), style::theme().window);
    widget.render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
}

QByteArray asSvg(QWidget &widget)
{
    QBuffer buffer;
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(widget.size());
    svg.setViewBox(QRect(QPoint(), widget.size()));
    svg.setResolution(kPointsPerPixelDpi);
    paint(widget, svg);
    return buffer.data();
}

QByteArray asPdf(QWidget &widget)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setResolution(kPointsPerPixelDpi);
    pdf.setPageSize(QPageSize(QSizeF(widget.size()) / kPointsPerPixelDpi, QPageSize::Inch));
    pdf.setPageMargins(QMarginsF());
    paint(widget, pdf);
    return buffer.data();
}

QByteArray asPng(QWidget &widget)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    widget.grab().save(&buffer, "PNG");
    return buffer.data();
}

Result<> write(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (bytes.isEmpty() || !file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Internal,
                    "The file could not be written: " + file.errorString().toStdString()
                        + ". Check that its folder exists and can be written to.",
                    path.toStdString());
    return {};
}

} // namespace

Result<> savePicture(QWidget &widget, const QString &path)
{
    if (path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive))
        return write(path, asSvg(widget));
    if (path.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive))
        return write(path, asPdf(widget));
    return write(path, asPng(widget));
}

Result<> saveTable(const QAbstractItemView &view, const QString &path)
{
    const widgets::TableRoles roles = widgets::rolesOf(view);
    const bool asJson = path.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
    return write(path, asJson ? tableAsJson(*view.model(), roles) : tableAsCsv(*view.model(), roles));
}

} // namespace tailspan::mainwindow
