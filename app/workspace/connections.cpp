// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/connections.h"

#include "app/sources/metric_mapping_json.h"
#include "models/items/qt_text.h"

#include <QUrl>

#include <algorithm>

namespace tailspan::workspace {

using namespace Qt::StringLiterals;

namespace {

ConnectionKind kindOf(const sources::SourceInfo &info)
{
    ConnectionKind kind{QString::fromUtf8(info.kind),
                        QString::fromUtf8(info.title),
                        QString::fromUtf8(info.description),
                        {},
                        info.defaultPort,
                        QString::fromUtf8(info.databaseTitle),
                        {}};
    for (const char *scheme : info.schemes)
        kind.schemes.append(QString::fromUtf8(scheme));
    for (const sources::OptionInfo &option : info.options) {
        const QString choices = QString::fromUtf8(option.choices);
        kind.options.push_back({QString::fromUtf8(option.id), QString::fromUtf8(option.title),
                                QString::fromUtf8(option.help), static_cast<ConnectionOption::Kind>(option.kind),
                                choices.isEmpty() ? QStringList() : choices.split(u'|'),
                                QString::fromUtf8(option.fallback), option.isFolded});
    }
    return kind;
}

sources::SourceAddress addressOf(const ConnectionDraft &draft)
{
    sources::SourceAddress address;
    address.kind = draft.kind.toStdString();
    address.scheme = draft.scheme.toStdString();
    address.host = draft.host.trimmed().toStdString();
    address.port = static_cast<std::uint16_t>(draft.port);
    address.user = draft.user.toStdString();
    address.database = draft.database.toStdString();
    for (auto it = draft.options.begin(); it != draft.options.end(); ++it)
        address.options[it.key().toStdString()] = it.value().toStdString();
    return address;
}

ConnectionDraft draftOf(const sources::ParsedAddress &parsed)
{
    const sources::SourceAddress &address = parsed.address;
    ConnectionDraft draft;
    draft.kind = items::toQString(address.kind);
    draft.scheme = items::toQString(address.scheme);
    draft.host = items::toQString(address.host);
    draft.port = address.port;
    draft.user = items::toQString(address.user);
    draft.password = items::toQString(parsed.secrets.password);
    draft.database = items::toQString(address.database);
    for (const auto &[id, value] : address.options)
        draft.options.insert(items::toQString(id), items::toQString(value));
    return draft;
}

QString proposedName(const ConnectionDraft &draft)
{
    const QString host = draft.host.isEmpty() ? u"local"_s : draft.host;
    return draft.kind + u" "_s + host;
}

} // namespace

Connections::Connections(settings::SettingsStore &settings, settings::SecretStore &secrets, QObject *parent)
    : QObject(parent), m_settings(settings), m_secrets(secrets)
{}

Connections::~Connections() = default;

const std::vector<ConnectionKind> &Connections::kinds()
{
    static const std::vector<ConnectionKind> kKinds = [] {
        std::vector<ConnectionKind> kinds;
        for (const sources::SourceInfo &info : sources::allSourceInfos())
            kinds.push_back(kindOf(info));
        return kinds;
    }();
    return kKinds;
}

QStringList Connections::names() const
{
    QStringList names;
    for (const settings::Profile &profile : m_settings.value().profiles)
        names.append(profile.name);
    return names;
}

ConnectionDraft Connections::draft(const QString &name) const
{
    for (const settings::Profile &profile : m_settings.value().profiles) {
        if (profile.name != name)
            continue;
        const auto parsed = sources::parseAddress(profile.url.toStdString());
        ConnectionDraft draft = parsed ? draftOf(*parsed) : ConnectionDraft();
        draft.name = name;
        draft.opensAtStart = profile.opensAtStart;
        return draft;
    }
    return {};
}

Result<ConnectionDraft> Connections::draftFromUrl(const QString &url) const
{
    TS_TRY(const sources::ParsedAddress parsed, sources::parseAddress(url.trimmed().toStdString()));
    ConnectionDraft draft = draftOf(parsed);
    draft.name = proposedName(draft);
    return draft;
}

std::vector<ConnectionDraft> Connections::environmentOffers() const
{
    std::vector<ConnectionDraft> offers;
    for (const char *variable : {"REDIS_URL", "DATABASE_URL"}) {
        const QString url = qEnvironmentVariable(variable);
        if (url.isEmpty())
            continue;
        Result<ConnectionDraft> draft = draftFromUrl(url);
        if (!draft)
            continue;
        draft->name = QString::fromUtf8(variable);
        offers.push_back(std::move(*draft));
    }
    return offers;
}

Result<QString> Connections::save(const ConnectionDraft &draft, const QString &before)
{
    const QString name = draft.name.trimmed();
    if (name.isEmpty())
        return fail(ErrorCode::Unsupported, "Give the connection a name.");
    if (name != before && names().contains(name))
        return fail(ErrorCode::Unsupported, "There is a connection of that name already.", name.toStdString());
    const std::string url = addressOf(draft).url();
    TS_CHECK(sources::parseAddress(url));
    QString password = draft.password;
    if (!before.isEmpty() && before != name) {
        if (password.isEmpty())
            password = m_secrets.read(before);
        m_secrets.remove(before);
    }
    QList<settings::Profile> &profiles = m_settings.edit().profiles;
    settings::Profile profile{name, items::toQString(url), draft.opensAtStart};
    const auto known = std::find_if(profiles.begin(), profiles.end(), [&](const settings::Profile &each) {
        return each.name == (before.isEmpty() ? name : before);
    });
    if (known == profiles.end()) {
        profiles.append(profile);
    } else {
        profile.metrics = known->metrics;
        *known = profile;
    }
    TS_CHECK(m_settings.save());
    Q_EMIT changed();
    if (password.isEmpty())
        return tr("Saved.");
    return tr("Saved. %1").arg(m_secrets.write(name, password).text);
}

std::vector<metric::SignalQuery> Connections::chosenQueries(const std::string &name) const
{
    for (const settings::Profile &profile : m_settings.value().profiles) {
        if (profile.name != items::toQString(name) || profile.metrics.isEmpty())
            continue;
        std::uint64_t leftOut = 0; // of a newer version; what was found is asked instead
        return sources::chosenQueries(profile.metrics.toStdString(), leftOut)
            .value_or(std::vector<metric::SignalQuery>());
    }
    return {};
}

bool Connections::keepChosen(const std::string &name, const std::vector<metric::SignalQuery> &chosen)
{
    for (settings::Profile &profile : m_settings.edit().profiles) {
        if (profile.name != items::toQString(name))
            continue;
        metric::MetricMapping mapping;
        mapping.queries = chosen;
        profile.metrics = chosen.empty() ? QString() : items::toQString(sources::mappingJson(mapping));
        (void)m_settings.save(); // what cannot be written now is written when the window closes
        return true;
    }
    return false;
}

void Connections::remove(const QString &name)
{
    QList<settings::Profile> &profiles = m_settings.edit().profiles;
    profiles.removeIf([&](const settings::Profile &profile) { return profile.name == name; });
    m_secrets.remove(name);
    (void)m_settings.save(); // what cannot be written now is written when the window closes
    Q_EMIT changed();
}

Result<sources::SourceToOpen> Connections::toOpen(const ConnectionDraft &draft) const
{
    sources::SourceToOpen source;
    source.address = addressOf(draft);
    TS_CHECK(sources::parseAddress(source.address.url()));
    source.name = draft.name.isEmpty() ? source.address.text() : draft.name.toStdString();
    QString password = draft.password;
    if (password.isEmpty() && names().contains(draft.name))
        password = m_secrets.read(draft.name);
    source.secrets.password = password.toStdString();
    return source;
}

void Connections::test(const ConnectionDraft &draft)
{
    const Result<sources::SourceToOpen> source = toOpen(draft);
    if (!source) {
        Q_EMIT testFinished(items::toQString(source.error().text()));
        return;
    }
    const std::uint64_t round = ++m_testRound;
    m_test.start(
        [this, round, source = *source](std::stop_token stop, Progress &progress) -> Result<bool> {
            const auto store = sources::makeSource(source.address, source.secrets);
            const auto post = [this, round](const sources::ProbeStep &step) {
                m_mailbox.post([this, round, step] {
                    if (round == m_testRound)
                        Q_EMIT testStep({static_cast<ConnectionTestStep::State>(step.state),
                                         items::toQString(step.title), items::toQString(step.text),
                                         step.title == "reads only" || step.title == "read-only user"});
                });
            };
            TS_CHECK(store->probe(post, {std::move(stop), progress}));
            return true;
        },
        [this](const Result<bool> &outcome) {
            // The steps wait in a mailbox of their own: let them come first.
            m_mailbox.post([this, error = outcome ? QString() : items::toQString(outcome.error().text())] {
                Q_EMIT testFinished(error);
            });
        });
}

void Connections::cancelTest()
{
    ++m_testRound;
    m_test.cancel();
}

} // namespace tailspan::workspace
