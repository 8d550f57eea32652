// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/theme_switch.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/style_sheet.h"
#include "ui/style/tailspan_style.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QEvent>
#include <QPalette>
#include <QScopedValueRollback>
#include <QTimer>
#include <QToolTip>

namespace tailspan::style {

namespace {

/// The palette of the desktop, without ours on top.
bool systemIsDark()
{
    QApplication::setPalette(QPalette());
    const QPalette palette = QApplication::palette();
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

QPalette paletteOf(const Theme &t)
{
    QPalette palette;
    const auto both = [&palette](QPalette::ColorRole role, const QColor &color) { palette.setColor(role, color); };
    both(QPalette::Window, t.window);
    both(QPalette::WindowText, t.text);
    both(QPalette::Base, t.panel);
    both(QPalette::AlternateBase, t.stripe);
    both(QPalette::Text, t.text);
    both(QPalette::PlaceholderText, t.muted);
    both(QPalette::Button, t.raised);
    both(QPalette::ButtonText, t.text);
    both(QPalette::BrightText, t.bad);
    both(QPalette::ToolTipBase, t.raised);
    both(QPalette::ToolTipText, t.text);
    both(QPalette::Highlight, t.selection);
    both(QPalette::HighlightedText, t.text);
    both(QPalette::Link, t.accent);
    both(QPalette::LinkVisited, t.accent);
    both(QPalette::Light, t.raised);
    both(QPalette::Midlight, t.grid);
    both(QPalette::Mid, t.line);
    both(QPalette::Dark, t.line);
    both(QPalette::Shadow, t.line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                                           QPalette::HighlightedText, QPalette::PlaceholderText, QPalette::Link})
        palette.setColor(QPalette::Disabled, role, t.disabled);
    return palette;
}

} // namespace

ThemeSwitch &ThemeSwitch::instance()
{
    static ThemeSwitch theSwitch;
    return theSwitch;
}

void ThemeSwitch::apply(ThemeChoice choice)
{
    m_choice = choice;
    install();
    const bool wasDark = m_isDark;
    const bool isFirst = !m_isInstalled;
    {
        const QScopedValueRollback guard(m_isApplying, true);
        m_isDark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark());
        paintApplication();
    }
    m_isInstalled = true;
    if (isFirst || wasDark != m_isDark)
        Q_EMIT themeChanged();
}

void ThemeSwitch::install()
{
    if (m_isInstalled)
        return;
    QApplication::setStyle(new TailspanStyle); // the application owns it
    qApp->installEventFilter(this);
}

void ThemeSwitch::paintApplication()
{
    const Theme &t = m_isDark ? darkTheme() : lightTheme();
    const QPalette palette = paletteOf(t);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    QApplication::setFont(uiFont());
    QToolTip::setFont(tableFont());
    qApp->setStyleSheet(styleSheetOf(t));
}

bool ThemeSwitch::eventFilter(QObject *watched, QEvent *event)
{
    // The platform tells the application of a changed desktop theme; asked again later, outside of its delivery.
    const bool isChange = event->type() == QEvent::ThemeChange || event->type() == QEvent::ApplicationPaletteChange;
    if (isChange && watched == qApp && !m_isApplying && m_choice == ThemeChoice::System)
        QTimer::singleShot(0, this, &ThemeSwitch::followSystem);
    return QObject::eventFilter(watched, event);
}

void ThemeSwitch::followSystem()
{
    if (m_choice == ThemeChoice::System)
        apply(ThemeChoice::System);
}

} // namespace tailspan::style
