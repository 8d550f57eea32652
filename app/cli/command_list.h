// SPDX-License-Identifier: GPL-3.0-or-later
// One line a command: X(Name) declares and registers make<Name>Command(). The order is that of the help text.
#pragma once

#define TAILSPAN_COMMANDS(X)                                                                                           \
    X(Report)                                                                                                          \
    X(Trace)                                                                                                           \
    X(Graph)                                                                                                           \
    X(Heatmap)                                                                                                         \
    X(Advise)                                                                                                          \
    X(Capture)                                                                                                         \
    X(Snapshot)                                                                                                        \
    X(Help)
