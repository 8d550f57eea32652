// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tailspan::layout {

/// How the user wants the axis of a lane of values. The usual one is linear and begins at 0.
struct AxisChoice {
    bool isLogarithmic = false; ///< Values of 0 and below lie on the lower edge.
    bool isFitted = false;      ///< Begins at the lowest value.
    friend bool operator==(const AxisChoice &, const AxisChoice &) = default;
};

} // namespace tailspan::layout
