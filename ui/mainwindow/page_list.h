// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

#include <vector>

namespace tailspan::mainwindow {

/// Every page in the order of the rail; the first is in front at a first start. To add a page: one line in
/// page_list.cpp.
[[nodiscard]] std::vector<widgets::Page *> makePages(workspace::Workspace &workspace, QWidget *parent);

} // namespace tailspan::mainwindow
