// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tailspan::servicemap {

/// Screen readers see the map as a list: its nodes by name, then its edges, each with all that its tooltip says. Call
/// before a map is made. Thread: GUI.
void installMapAccessibility();

} // namespace tailspan::servicemap
