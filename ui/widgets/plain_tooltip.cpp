// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plain_tooltip.h"

#include <QToolTip>
#include <QWidget>

namespace tailspan::widgets {

using namespace Qt::StringLiterals;

QString plainToolTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    const QString cut = text.size() > kToolTipLimit ? QString(text.left(kToolTipLimit) + u"…"_s) : text;
    QString escaped = cut.toHtmlEscaped();
    escaped.replace(u'\n', u"<br>"_s);
    return u"<qt>"_s + escaped + u"</qt>"_s;
}

void setPlainToolTip(QWidget *widget, const QString &text)
{
    widget->setToolTip(plainToolTip(text));
}

void showPlainToolTip(const QPoint &globalPos, const QString &text, QWidget *widget)
{
    QToolTip::showText(globalPos, plainToolTip(text), widget);
}

} // namespace tailspan::widgets
