// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/base/wall_clock.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"
#include "ui/mainwindow/main_window.h"
#include "ui/metrics/lane_deck.h"
#include "ui/metrics/metrics_page.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QLabel>
#include <QStandardPaths>
#include <QTest>

#include <memory>
#include <string>

namespace tailspan::test {

inline constexpr std::int64_t kStepS = 15;
inline constexpr std::int64_t kBackS = 3'600;

/// The last hour of two services, as OpenMetrics: counters, a histogram, a gauge, memory, an alert that fired for five
/// minutes, a version that changed. `nowS`: seconds since 1970; nothing is later, as a server refuses what is older than
/// its blocks.
inline std::string servicesHistory(std::int64_t nowS)
{
    const std::int64_t beginS = (nowS - kBackS) / kStepS * kStepS;
    std::string requests = "# TYPE http_requests counter\n";
    std::string histogram = "# TYPE http_request_duration_seconds histogram\n";
    std::string memory = "# TYPE process_resident_memory_bytes gauge\n";
    std::string pool = "# TYPE pg_pool_used gauge\n";
    std::string alerts = "# TYPE ALERTS gauge\n";
    std::string version = "# TYPE build_info gauge\n";
    const int points = static_cast<int>(kBackS / kStepS) - 1;
    for (int i = 0; i < points; ++i) {
        const std::int64_t atS = beginS + kStepS * i;
        const std::string at = " " + std::to_string(atS) + "\n";
        for (const char *service : {"auth", "payment"}) {
            const std::string label = std::string("{service=\"") + service + "\"";
            requests += "http_requests_total" + label + ",status=\"200\"} " + std::to_string(150 * i) + at;
            requests += "http_requests_total" + label + ",status=\"500\"} " + std::to_string(3 * i) + at;
            memory += "process_resident_memory_bytes" + label + "} " + std::to_string(100'000'000 + 1'000'000 * i) + at;
            pool += "pg_pool_used" + label + "} " + std::to_string(i % 20) + at;
            const std::string all = std::to_string(100 * i);
            for (const auto &[bound, count] : {std::pair{"0.1", 90 * i}, {"0.5", 99 * i}, {"+Inf", 100 * i}})
                histogram += "http_request_duration_seconds_bucket" + label + ",le=\"" + bound + "\"} "
                    + std::to_string(count) + at;
            histogram += "http_request_duration_seconds_count" + label + "} " + all + at;
            histogram += "http_request_duration_seconds_sum" + label + "} " + all + at;
        }
        const bool isFiring = atS > nowS - 600 && atS < nowS - 300;
        if (isFiring)
            alerts += "ALERTS{alertname=\"SlowPayments\",alertstate=\"firing\",service=\"payment\"} 1" + at;
        version += std::string("build_info{service=\"auth\",version=\"") + (atS < nowS - 420 ? "1.0" : "2.0") + "\"} 1"
            + at;
    }
    return alerts + version + histogram + requests + pool + memory + "# EOF\n";
}

/// A window on its Metrics page. Thread: GUI.
class MetricsFixture {
public:
    static void prepare()
    {
        QStandardPaths::setTestModeEnabled(true);
        style::loadResources();
        style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    }

    void show()
    {
        m_settings = std::make_unique<settings::SettingsStore>(QString());
        m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
        m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
        m_window->resize(1400, 900);
        QVERIFY(m_window->showPage(QStringLiteral("metrics")));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QCursor::setPos(0, 0);
    }

    void close()
    {
        m_window.reset();
        m_workspace.reset();
    }

    [[nodiscard]] workspace::Workspace &workspace() { return *m_workspace; }
    [[nodiscard]] settings::SettingsStore &settings() { return *m_settings; }
    [[nodiscard]] mainwindow::MainWindow &window() { return *m_window; }
    [[nodiscard]] const std::vector<metrics::MetricLane *> &lanes() const
    {
        return m_window->findChild<metrics::LaneDeck *>()->lanes();
    }
    /// Null where there is no lane of that title.
    [[nodiscard]] metrics::MetricLane *lane(const QString &title) const
    {
        for (metrics::MetricLane *each : lanes()) {
            if (each->spec().title == title)
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] bool isFilled(const QString &title) const
    {
        const metrics::MetricLane *each = lane(title);
        return each != nullptr && !each->picture().isEmpty;
    }
    /// Whether a text stands anywhere in the window, in a label, a button, or a tooltip.
    [[nodiscard]] bool says(const QString &text) const
    {
        const auto labels = m_window->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->text().contains(text) || label->toolTip().contains(text))
                return true;
        }
        return false;
    }

private:
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

} // namespace tailspan::test
