// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tailspan::waterfall {

/// Makes the rows of WaterfallCanvas known to assistive technology: a tree whose items are the rows on the page,
/// each with name, value, state and place. Items are made when they are asked for. Idempotent. Thread: GUI.
void installWaterfallAccessibility();

} // namespace tailspan::waterfall
