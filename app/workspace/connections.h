// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/gui_mailbox.h"
#include "app/jobs/latest_job.h"
#include "app/settings/secret_store.h"
#include "app/settings/settings.h"
#include "app/sources/source_set.h"
#include "models/metric/metric_catalog.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace tailspan::workspace {

/// A field of a connection beyond address and password.
struct ConnectionOption {
    enum class Kind : std::uint8_t { Text, Number, Choice, File, Flag };
    QString id;
    QString title;
    QString help;
    Kind kind = Kind::Text;
    QStringList choices;
    QString fallback;
    bool isFolded = false; ///< Rarely needed: forms fold it away.
};

/// A kind of store that can be connected to.
struct ConnectionKind {
    QString id;
    QString title;
    QString description;
    QStringList schemes;
    int defaultPort = 0;
    QString databaseTitle;
    std::vector<ConnectionOption> options;
};

/// A connection as it is edited.
struct ConnectionDraft {
    QString name;
    QString kind;
    QString scheme;
    QString host;
    int port = 0; ///< 0: the kind's own
    QString user;
    QString password; ///< Empty: the one that is kept, if any
    QString database;
    QHash<QString, QString> options; ///< Only those that differ from the fallback
    bool opensAtStart = false;
};

struct ConnectionTestStep {
    enum class State : std::uint8_t { Done, Warning, Failed, Skipped };
    State state = State::Done;
    QString title;
    QString text;
    bool asksForRights = false; ///< Whether the user could do more than read; a warning says that it could.
};

/// The connections that are known by name, and tests of them. Passwords go to the keyring, never to the settings.
/// Thread: GUI. Owner: the workspace.
class Connections : public QObject {
    Q_OBJECT
public:
    Connections(settings::SettingsStore &settings, settings::SecretStore &secrets, QObject *parent = nullptr);
    ~Connections() override;

    [[nodiscard]] static const std::vector<ConnectionKind> &kinds();
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] ConnectionDraft draft(const QString &name) const;
    /// Of a URL that was pasted; a name is proposed.
    [[nodiscard]] Result<ConnectionDraft> draftFromUrl(const QString &url) const;
    /// REDIS_URL and DATABASE_URL, where they are set.
    [[nodiscard]] std::vector<ConnectionDraft> environmentOffers() const;

    /// Keeps the draft under its name, in place of `before` where that is not empty. The text says where the password
    /// is kept. Errors: Unsupported for a missing or used name or an address that cannot be.
    [[nodiscard]] Result<QString> save(const ConnectionDraft &draft, const QString &before = {});
    void remove(const QString &name);
    /// What the user chose to ask that store of metrics for; kept in the profile, and nowhere without one.
    [[nodiscard]] std::vector<metric::SignalQuery> chosenQueries(const std::string &name) const;
    /// False where there is no profile of that name.
    bool keepChosen(const std::string &name, const std::vector<metric::SignalQuery> &chosen);

    /// What opens a draft: its address and the password typed or kept.
    [[nodiscard]] Result<sources::SourceToOpen> toOpen(const ConnectionDraft &draft) const;

    /// Tests a draft; each step comes as a signal, testFinished() ends it.
    void test(const ConnectionDraft &draft);
    void cancelTest();
    [[nodiscard]] bool isTesting() const { return m_test.isRunning(); }

Q_SIGNALS:
    void changed();
    void testStep(const tailspan::workspace::ConnectionTestStep &step);
    /// `error`: plain text, empty when all went well.
    void testFinished(const QString &error);

private:
    settings::SettingsStore &m_settings;
    settings::SecretStore &m_secrets;
    std::uint64_t m_testRound = 0;
    jobs::GuiMailbox m_mailbox;
    jobs::LatestJob<bool> m_test; // last: it posts to the mailbox
};

} // namespace tailspan::workspace
