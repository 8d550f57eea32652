// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/servers/server_process.h"

#include <QTemporaryDir>

#include <cstdint>
#include <string>

namespace tailspan::test {

/// A prometheus of a test's own on a free port of 127.0.0.1, its data in a temporary folder. Thread: one.
class PrometheusServer {
public:
    struct Options {
        std::string openMetrics = {}; ///< Filled into blocks by promtool before the start; times in seconds.
        QStringList scraped = {};     ///< "127.0.0.1:9100": scraped every second as the job "test".
        std::string rules = {};       ///< A rule file.
        QString pathPrefix = {};      ///< "/metrics-store"
        QString certificate = {};     ///< Not empty: TLS.
        QString certificateKey = {};
        bool asksForPassword = false; ///< Of kUser, kPassword.
        QStringList arguments = {};   ///< Further ones.
    };
    static constexpr const char *kUser = "admin";
    static constexpr const char *kPassword = "test";

    /// "" or why there is none on this machine.
    [[nodiscard]] static QString missing();
    /// Starts it and waits until it is ready; "" or what went wrong.
    [[nodiscard]] QString start(const Options &options);
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ServerProcess &process() { return m_process; }

private:
    [[nodiscard]] QString fill(const std::string &openMetrics);
    [[nodiscard]] QString writeFiles(const Options &options);
    [[nodiscard]] QStringList arguments(const Options &options) const;
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }

    QTemporaryDir m_folder;
    ServerProcess m_process;
    std::uint16_t m_port = 0;
};

/// The same of prometheus-alertmanager, without anybody to notify.
class AlertmanagerServer {
public:
    [[nodiscard]] static QString missing();
    [[nodiscard]] QString start();
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// Sends JSON to an address of it, as Prometheus and its users do; the answer's body.
    std::string post(const std::string &path, const std::string &json) const;

private:
    QTemporaryDir m_folder;
    ServerProcess m_process;
    std::uint16_t m_port = 0;
};

} // namespace tailspan::test
