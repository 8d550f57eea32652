// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/source_address.h"

#include "app/sources/trace_source.h"

#include <QUrl>
#include <QUrlQuery>

#include <algorithm>

namespace tailspan::sources {

using namespace Qt::StringLiterals;

namespace {

const SourceInfo *infoForScheme(std::string_view scheme)
{
    const auto &infos = allSourceInfos();
    const auto found = std::find_if(infos.begin(), infos.end(), [&](const SourceInfo &info) {
        return std::find(info.schemes.begin(), info.schemes.end(), scheme) != info.schemes.end();
    });
    return found == infos.end() ? nullptr : &*found;
}

std::string knownSchemes()
{
    std::string list;
    for (const SourceInfo &info : allSourceInfos()) {
        for (const char *scheme : info.schemes)
            list += (list.empty() ? "" : ", ") + std::string(scheme) + "://";
    }
    return list;
}

bool isHidden(const QString &name)
{
    return name == u"password"_s || name == u"token"_s || name == u"sslpassword"_s;
}

Result<> takeOptions(const QUrl &url, const SourceInfo &info, ParsedAddress &parsed)
{
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (isHidden(name)) {
            (name == u"sslpassword"_s ? parsed.secrets.keyPassphrase : parsed.secrets.password) = value.toStdString();
            continue;
        }
        if (name == u"host"_s && parsed.address.host.empty()) { // how libpq's URLs name a socket's folder
            parsed.address.host = value.toStdString();
            continue;
        }
        const std::string id = name.toStdString();
        const bool isKnown = std::any_of(info.options.begin(), info.options.end(),
                                         [&](const OptionInfo &option) { return id == option.id; });
        if (!isKnown) {
            std::string known;
            for (const OptionInfo &option : info.options)
                known += (known.empty() ? "" : ", ") + std::string(option.id);
            return fail(ErrorCode::Unsupported,
                        "does not know the option \"" + id + "\". It knows " + (known.empty() ? "none" : known) + ".",
                        parsed.address.text());
        }
        parsed.address.options[id] = value.toStdString();
    }
    return {};
}

QUrl urlOf(const SourceAddress &address)
{
    QUrl url;
    url.setScheme(QString::fromStdString(address.scheme));
    if (address.host.starts_with('/')) {
        QUrlQuery query;
        query.addQueryItem(u"host"_s, QString::fromStdString(address.host));
        url.setQuery(query);
    } else {
        url.setHost(QString::fromStdString(address.host));
    }
    if (address.port != 0)
        url.setPort(address.port);
    url.setPath(u"/"_s + QString::fromStdString(address.database));
    return url;
}

} // namespace

std::string SourceAddress::text() const
{
    return urlOf(*this).toString(QUrl::FullyEncoded).toStdString();
}

std::string SourceAddress::url() const
{
    QUrl url = urlOf(*this);
    if (!user.empty())
        url.setUserName(QString::fromStdString(user));
    QUrlQuery query(url);
    for (const auto &[id, value] : options)
        query.addQueryItem(QString::fromStdString(id),
                           QString::fromUtf8(QUrl::toPercentEncoding(QString::fromStdString(value))));
    url.setQuery(query);
    return url.toString(QUrl::FullyEncoded).toStdString();
}

std::string SourceAddress::option(const std::string &id, const std::string &fallback) const
{
    const auto found = options.find(id);
    if (found != options.end())
        return found->second;
    if (!fallback.empty())
        return fallback;
    const SourceInfo *info = sourceInfo(kind);
    if (info == nullptr)
        return {};
    const auto known = std::find_if(info->options.begin(), info->options.end(),
                                    [&](const OptionInfo &candidate) { return id == candidate.id; });
    return known == info->options.end() ? std::string() : known->fallback;
}

bool isSourceUrl(std::string_view text)
{
    const std::size_t colon = text.find("://");
    return colon != std::string_view::npos && infoForScheme(text.substr(0, colon)) != nullptr;
}

Result<ParsedAddress> parseAddress(std::string_view text)
{
    const std::size_t colon = text.find("://");
    const SourceInfo *info = colon == std::string_view::npos ? nullptr : infoForScheme(text.substr(0, colon));
    if (info == nullptr)
        return fail(ErrorCode::Unsupported,
                    "The address does not begin with a kind of source that is known: " + knownSchemes() + ".");
    const QUrl url(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), QUrl::StrictMode);
    if (!url.isValid())
        return fail(ErrorCode::Malformed,
                    "The address is not a valid URL. Special characters in user, password and database are written as "
                    "%XX.",
                    std::string(text.substr(0, colon)) + "://");
    ParsedAddress parsed;
    parsed.address.kind = info->kind;
    parsed.address.scheme = url.scheme().toStdString();
    parsed.address.host = url.host(QUrl::FullyDecoded).toStdString();
    parsed.address.port = static_cast<std::uint16_t>(std::max(url.port(0), 0));
    parsed.address.user = url.userName(QUrl::FullyDecoded).toStdString();
    parsed.address.database = url.path(QUrl::FullyDecoded).mid(1).toStdString();
    parsed.secrets.password = url.password(QUrl::FullyDecoded).toStdString();
    TS_CHECK(takeOptions(url, *info, parsed));
    return parsed;
}

} // namespace tailspan::sources
