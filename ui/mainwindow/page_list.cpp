// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/page_list.h"

#include "ui/connections/connections_page.h"
#include "ui/metrics/metrics_page.h"
#include "ui/replay/replay_page.h"
#include "ui/traces/traces_page.h"
#include "ui/welcome/welcome_page.h"

namespace tailspan::mainwindow {

std::vector<widgets::Page *> makePages(workspace::Workspace &workspace, QWidget *parent)
{
    return {
        new welcome::WelcomePage(workspace, parent),
        new traces::TracesPage(workspace, parent),
        new metrics::MetricsPage(workspace, parent),
        new replay::ReplayPage(workspace, parent),
        new connections::ConnectionsPage(workspace, parent),
    };
}

} // namespace tailspan::mainwindow
