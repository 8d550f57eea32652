// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tailspan::style {

enum class ThemeChoice { System, Light, Dark };

/// Puts a theme on the application: palette, style, style sheet, font. With ThemeChoice::System it follows the
/// lightness of the system's palette, also when that changes later.
/// Thread: GUI. One for the process; lives as long as it.
class ThemeSwitch final : public QObject {
    Q_OBJECT
public:
    static ThemeSwitch &instance();

    /// Call once after the QApplication exists; later calls change the theme at once.
    void apply(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] bool isDark() const { return m_isDark; }

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void themeChanged();

private:
    ThemeSwitch() = default;
    void install();
    void paintApplication();
    void followSystem();

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_isDark = false;
    bool m_isInstalled = false;
    bool m_isApplying = false;
};

} // namespace tailspan::style
