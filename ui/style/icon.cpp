// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/icon.h"

#include "ui/style/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

// A static library's resources are there only after this call; it has to stand outside of any namespace.
static void initResources()
{
    Q_INIT_RESOURCE(tailspan);
}

namespace tailspan::style {

using namespace Qt::StringLiterals;

namespace {

QString pathOf(const QString &name)
{
    return u":/icons/"_s + name + u".svg"_s;
}

QColor colorOf(IconColor color)
{
    const Theme &t = theme();
    switch (color) {
    case IconColor::Text: return t.text;
    case IconColor::Muted: return t.muted;
    case IconColor::Accent: return t.accent;
    case IconColor::Good: return t.good;
    case IconColor::Warn: return t.warn;
    case IconColor::Bad: return t.bad;
    case IconColor::OnAccent: return t.onAccent;
    }
    return t.text;
}

class Engine final : public QIconEngine {
public:
    Engine(QString name, IconColor color) : m_name(std::move(name)), m_color(color) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const double scale = painter->device()->devicePixelRatio();
        painter->drawPixmap(rect, drawn(rect.width(), scale, mode));
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        // Qt passes the size in device pixels here.
        return drawn(static_cast<int>(std::lround(size.width() / scale)), scale, mode);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override { return drawn(size.width(), 1, mode); }
    QIconEngine *clone() const override { return new Engine(m_name, m_color); }
    bool isNull() override { return false; }

private:
    QPixmap drawn(int sizePx, double scale, QIcon::Mode mode) const
    {
        const QColor color = mode == QIcon::Disabled ? theme().disabled : colorOf(m_color);
        return iconPixmap(m_name, color, sizePx, scale);
    }

    QString m_name;
    IconColor m_color;
};

} // namespace

void loadResources()
{
    static const bool isDone = (initResources(), true);
    Q_UNUSED(isDone);
}

QIcon icon(const QString &name, IconColor color)
{
    loadResources();
    if (!QFile::exists(pathOf(name))) {
        qWarning("No icon named %s", qPrintable(name));
        return {};
    }
    return QIcon(new Engine(name, color)); // the icon owns its engine
}

QPixmap iconPixmap(const QString &name, const QColor &color, int sizePx, double devicePixelRatio)
{
    loadResources();
    const QString key = u"icon/%1/%2/%3/%4"_s.arg(name, color.name()).arg(sizePx).arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray drawing = file.readAll();
    drawing.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(drawing);
    const int devicePx = static_cast<int>(std::lround(sizePx * devicePixelRatio));
    pixmap = QPixmap(devicePx, devicePx);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, devicePx, devicePx));
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace tailspan::style
