// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/picture_object.h"

#include <QAbstractTextDocumentLayout>
#include <QPaintDevice>
#include <QPainter>
#include <QTextDocument>

namespace tailspan::workspace {

namespace {

constexpr double kScreenDpi = 96;

} // namespace

QTextCharFormat PictureObject::add(layout::FindingPicture picture)
{
    QTextCharFormat format;
    format.setObjectType(kType);
    format.setProperty(kNumber, static_cast<int>(m_pictures.size()));
    m_pictures.push_back(std::move(picture));
    return format;
}

const layout::FindingPicture &PictureObject::pictureOf(const QTextFormat &format) const
{
    return m_pictures.at(static_cast<std::size_t>(format.intProperty(kNumber)));
}

/// In pixels of the device that is printed on.
QSizeF PictureObject::intrinsicSize(QTextDocument *document, int, const QTextFormat &format)
{
    const QPaintDevice *device = document->documentLayout()->paintDevice();
    const double scale = device != nullptr ? device->logicalDpiX() / kScreenDpi : 1;
    const layout::FindingPicture &picture = pictureOf(format);
    return QSizeF(picture.widthPx, picture.heightPx) * scale;
}

void PictureObject::drawObject(QPainter *painter, const QRectF &rect, QTextDocument *, int, const QTextFormat &format)
{
    const layout::FindingPicture &picture = pictureOf(format);
    painter->save();
    painter->translate(rect.topLeft());
    painter->scale(rect.width() / picture.widthPx, rect.height() / picture.heightPx);
    m_look.paint(*painter, picture);
    painter->restore();
}

} // namespace tailspan::workspace
