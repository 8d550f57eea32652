// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tailspan::style {

/// Whether the user's desktop asks for no motion: gtk-enable-animations of GTK's settings.ini, or an animation factor
/// of 0 in KDE's kdeglobals. Qt 6.4 has no call for it. Reads two small files: ask when a motion begins.
/// Thread: GUI.
[[nodiscard]] bool isMotionReduced();

} // namespace tailspan::style
