// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTemporaryDir>

namespace tailspan::test {

/// Certificates for servers of tests, made by openssl: an authority, and what it signed.
class TestCertificates {
public:
    /// Makes them; problem() says what went wrong.
    TestCertificates();
    [[nodiscard]] QString problem() const { return m_problem; }

    /// PEM files. A certificate `name` has its key in `name`.key: "good" (127.0.0.1, localhost), "expired",
    /// "elsewhere" (for another host), "client", "self-signed".
    [[nodiscard]] QString certificate(const QString &name) const
    {
        return m_folder.filePath(name + QLatin1String(".pem"));
    }
    [[nodiscard]] QString key(const QString &name) const { return m_folder.filePath(name + QLatin1String(".key")); }
    [[nodiscard]] QString authority() const { return certificate(QLatin1String("authority")); }
    /// Another authority, which signed nothing here.
    [[nodiscard]] QString otherAuthority() const { return certificate(QLatin1String("other-authority")); }
    /// The client's key encrypted with kPassphrase.
    [[nodiscard]] QString encryptedKey() const { return key(QLatin1String("client-encrypted")); }
    static constexpr const char *kPassphrase = "open sesame";

private:
    [[nodiscard]] bool run(const QStringList &arguments);
    [[nodiscard]] bool makeAuthority(const QString &name);
    [[nodiscard]] bool makeSigned(const QString &name, const QString &names, int days);

    QTemporaryDir m_folder;
    QString m_problem;
};

} // namespace tailspan::test
