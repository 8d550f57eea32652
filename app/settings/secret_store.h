// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QHash>
#include <QString>

#include <functional>

namespace tailspan::settings {

/// Passwords of connection profiles: in the desktop's keyring where there is one, else in memory until the program
/// ends. Never in a file of ours. Thread: GUI (or the main thread of a command). Owner: the application.
class SecretStore {
public:
    enum class Place : std::uint8_t {
        Keyring,
        ThisRun, ///< In memory only: there is no keyring, and the text says why.
    };
    struct Kept {
        Place place = Place::ThisRun;
        QString text; ///< For the user: where it is kept and, in memory, why.
    };

    /// `useKeyring` false: memory only (tests, painting off screen).
    explicit SecretStore(bool useKeyring = true) : m_useKeyring(useKeyring) {}

    /// Empty when none is kept. Waits for the keyring, which may ask the user to unlock it; at most a minute.
    [[nodiscard]] QString read(const QString &profile);
    Kept write(const QString &profile, const QString &secret);
    void remove(const QString &profile);

private:
    bool m_useKeyring;
    QHash<QString, QString> m_inMemory;
};

} // namespace tailspan::settings
