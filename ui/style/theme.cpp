// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/theme.h"

#include "models/base/hash.h"
#include "ui/style/contrast.h"
#include "ui/style/theme_switch.h"

namespace tailspan::style {

namespace {

void addSurfaces(Theme &theme)
{
    theme.hover = mixed(theme.text, theme.panel, theme.isDark ? 0.07 : 0.05);
    theme.selection = mixed(theme.accent, theme.panel, theme.isDark ? 0.2 : 0.15);
    theme.stripe = mixed(theme.text, theme.panel, theme.isDark ? 0.025 : 0.02);
    theme.scrollHandle = mixed(theme.muted, theme.panel, 0.55);
}

Theme makeLight()
{
    Theme t;
    t.window = QColor(0xF6F7F9);
    t.panel = QColor(0xFFFFFF);
    t.raised = QColor(0xFFFFFF);
    t.line = QColor(0xD9DDE3);
    t.grid = QColor(0xE8EBEF);
    t.text = QColor(0x1B1F24);
    t.muted = QColor(0x57606A);
    t.disabled = QColor(0x8C959F);
    t.accent = QColor(0x0B62D6);
    t.onAccent = QColor(0xFFFFFF);
    t.good = QColor(0x00795A);
    t.warn = QColor(0x9A6700);
    t.bad = QColor(0xB93A00);
    // The fourth is a shade darker than Okabe-Ito's pink, which stays below 3:1 on the window colour.
    t.categories = {QColor(0x0072B2), QColor(0xD55E00), QColor(0x009E73), QColor(0xC870A0),
                    QColor(0x8F6B00), QColor(0x2E8FCB), QColor(0x6E5BB8), QColor(0x7A7A7A)};
    t.ranks = {QColor(0x99904A), QColor(0x7E7A66), QColor(0x5F6470), QColor(0x2F4A7C), QColor(0x00224E)};
    t.quiet = QColor(0x868B92);
    addSurfaces(t);
    return t;
}

Theme makeDark()
{
    Theme t;
    t.isDark = true;
    t.window = QColor(0x15181D);
    t.panel = QColor(0x1B1F26);
    t.raised = QColor(0x232831);
    t.line = QColor(0x333A45);
    t.grid = QColor(0x262C35);
    t.text = QColor(0xE6EAF0);
    t.muted = QColor(0x9AA4B2);
    t.disabled = QColor(0x667080);
    t.accent = QColor(0x5AA2FF);
    t.onAccent = QColor(0x0E1420);
    t.good = QColor(0x3CCB9B);
    t.warn = QColor(0xF2B33D);
    t.bad = QColor(0xFF8A5C);
    t.categories = {QColor(0x56A8E0), QColor(0xF08A3C), QColor(0x2CC39B), QColor(0xE59AC3),
                    QColor(0xD9B84A), QColor(0x8FD0F5), QColor(0xA394E8), QColor(0xB0B0B0)};
    t.ranks = {QColor(0x5E76A8), QColor(0x838C9C), QColor(0xA59C74), QColor(0xD2BD58), QColor(0xFEE838)};
    t.quiet = QColor(0x6A707A);
    addSurfaces(t);
    return t;
}

QGradientStops evenStops(std::initializer_list<QRgb> colors)
{
    QGradientStops stops;
    const double last = static_cast<double>(colors.size() - 1);
    for (const QRgb rgb : colors)
        stops.append({static_cast<double>(stops.size()) / last, QColor(rgb)});
    return stops;
}

} // namespace

const Theme &lightTheme()
{
    static const Theme instance = makeLight();
    return instance;
}

const Theme &darkTheme()
{
    static const Theme instance = makeDark();
    return instance;
}

const Theme &theme()
{
    return ThemeSwitch::instance().isDark() ? darkTheme() : lightTheme();
}

QColor Theme::category(std::size_t index, std::string_view name) const
{
    if (index < categories.size())
        return categories[index];
    constexpr std::array<double, 3> kShares = {0.2, 0.36, 0.52};
    const std::size_t shades = categories.size() * (kShares.size() + 1);
    const std::size_t place = index < shades ? index
                                             : hashBytes(name) % (shades - categories.size()) + categories.size();
    const QColor base = categories[place % categories.size()];
    const QColor tinted = mixed(text, base, kShares[place / categories.size() - 1]);
    return readable(tinted, isDark ? panel : window, text, kMarkContrast);
}

QColor Theme::tint(const QColor &color) const
{
    return mixed(color, panel, isDark ? 0.2 : 0.14);
}

QColor Theme::onTint(const QColor &color) const
{
    return readable(color, tint(color), text, kTextContrast);
}

QColor Theme::fill(const QColor &color) const
{
    return mixed(color, panel, isDark ? 0.28 : 0.2);
}

const QGradientStops &cividis()
{
    static const QGradientStops stops =
        evenStops({0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xE1CC55, 0xFEE838});
    return stops;
}

const QGradientStops &viridis()
{
    static const QGradientStops stops =
        evenStops({0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B, 0xFDE725});
    return stops;
}

} // namespace tailspan::style
