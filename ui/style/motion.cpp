// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/motion.h"

#include <QSettings>
#include <QStandardPaths>

namespace tailspan::style {

using namespace Qt::StringLiterals;

bool isMotionReduced()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    for (const QString &name : {u"/gtk-4.0/settings.ini"_s, u"/gtk-3.0/settings.ini"_s}) {
        const QSettings gtk(folder + name, QSettings::IniFormat);
        if (!gtk.value(u"Settings/gtk-enable-animations"_s, true).toBool())
            return true;
    }
    const QSettings kde(folder + u"/kdeglobals"_s, QSettings::IniFormat);
    return kde.value(u"KDE/AnimationDurationFactor"_s, 1.0).toDouble() == 0;
}

} // namespace tailspan::style
