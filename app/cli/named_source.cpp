// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/named_source.h"

#include "app/cli/arguments.h"
#include "app/settings/secret_store.h"
#include "app/settings/settings.h"

#include <algorithm>
#include <cstdlib>

namespace tailspan::cli {

namespace {

constexpr std::string_view kVariable = "env:";

Result<sources::SourceToOpen> fromUrl(const std::string &url, bool mayHoldPassword)
{
    TS_TRY(sources::ParsedAddress parsed, sources::parseAddress(url));
    if (!parsed.secrets.password.empty() && !mayHoldPassword)
        return fail(ErrorCode::Unsupported,
                    "has a password on the command line, where every user of the machine can read it. Put the URL into "
                    "an environment variable and name it as env:NAME, or save a profile in the window",
                    parsed.address.text());
    // What redis-cli reads; libpq reads PGPASSWORD and .pgpass by itself.
    const char *password = std::getenv("REDISCLI_AUTH");
    if (parsed.address.kind == "redis" && parsed.secrets.password.empty() && password != nullptr)
        parsed.secrets.password = password;
    return sources::SourceToOpen{parsed.address.text(), parsed.address, parsed.secrets};
}

Result<sources::SourceToOpen> fromProfile(const std::string &name)
{
    settings::SettingsStore store(settings::SettingsStore::defaultPath());
    store.load();
    const QString wanted = QString::fromStdString(name);
    const auto &profiles = store.value().profiles;
    const auto found = std::find_if(profiles.begin(), profiles.end(),
                                    [&](const settings::Profile &profile) { return profile.name == wanted; });
    if (found == profiles.end())
        return fail(ErrorCode::NotFound,
                    "is neither a URL of a source nor the name of a profile. Profiles are made on the window's "
                    "Connections page",
                    oneLine(name));
    TS_TRY(sources::SourceToOpen source, fromUrl(found->url.toStdString(), true));
    source.name = name;
    const QString password = settings::SecretStore().read(wanted);
    if (!password.isEmpty())
        source.secrets.password = password.toStdString();
    return source;
}

Result<sources::SourceToOpen> fromVariable(const std::string &name)
{
    const char *url = std::getenv(name.c_str());
    if (url == nullptr || *url == '\0')
        return fail(ErrorCode::NotFound, "is not set in the environment; export the URL of a source under that name",
                    std::string(kVariable) + oneLine(name));
    return fromUrl(url, true);
}

} // namespace

bool isSourceWord(std::string_view word)
{
    return word.starts_with(kVariable) || sources::isSourceUrl(word);
}

Result<sources::SourceToOpen> namedSource(const std::string &word)
{
    if (word.starts_with(kVariable))
        return fromVariable(word.substr(kVariable.size()));
    return word.find("://") != std::string::npos ? fromUrl(word, false) : fromProfile(word);
}

} // namespace tailspan::cli
