// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/json_api.h"
#include "app/sources/metric_source.h"

#include "models/base/number_text.h"

namespace tailspan::sources {

SourceInfo infoAlertmanagerSource();
std::unique_ptr<AlertSource> makeAlertmanagerSource(const SourceAddress &address, const SourceSecrets &secrets);

namespace {

using metric::MetricAlert;

bool readStatus(json::JsonCursor &cursor, MetricAlert &alert)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "state") {
            const std::string state = readString(value);
            alert.state = state == "suppressed" ? MetricAlert::State::Suppressed
                : state == "unprocessed"        ? MetricAlert::State::Pending
                                                : MetricAlert::State::Firing;
        } else if (key == "silencedBy") {
            alert.silencedBy = readStrings(value);
        } else if (key == "inhibitedBy") {
            alert.inhibitedBy = readStrings(value);
        } else {
            return value.skipValue();
        }
        return true;
    });
}

bool readAlert(json::JsonCursor &cursor, MetricAlert &alert)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "labels")
            alert.labels = readLabels(value);
        else if (key == "annotations")
            alert.annotations = readLabels(value);
        else if (key == "startsAt")
            alert.sinceNs = readTime(value);
        else if (key == "endsAt")
            alert.endsNs = readTime(value);
        else if (key == "fingerprint")
            alert.fingerprint = readString(value);
        else
            return key == "status" && value.peek() == '{' ? readStatus(value, alert) : value.skipValue();
        return true;
    });
}

bool readMatcher(json::JsonCursor &cursor, metric::SilenceMatcher &matcher)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "name")
            matcher.name = readString(value);
        else if (key == "value")
            matcher.value = readString(value);
        else if (key == "isRegex")
            matcher.isRegex = readFlag(value);
        else if (key == "isEqual")
            matcher.isEqual = readFlag(value);
        else
            return value.skipValue();
        return true;
    });
}

bool readSilenceStatus(json::JsonCursor &cursor, metric::Silence &silence)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key != "state")
            return value.skipValue();
        silence.state = readString(value);
        return true;
    });
}

bool readSilence(json::JsonCursor &cursor, metric::Silence &silence)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "id")
            silence.id = readString(value);
        else if (key == "startsAt")
            silence.startsNs = readTime(value);
        else if (key == "endsAt")
            silence.endsNs = readTime(value);
        else if (key == "createdBy")
            silence.createdBy = readString(value);
        else if (key == "comment")
            silence.comment = readString(value);
        else if (key == "matchers" && value.peek() == '[')
            return json::forEachElement(value, [&](json::JsonCursor &item) {
                return item.peek() == '{' ? readMatcher(item, silence.matchers.emplace_back()) : item.skipValue();
            });
        else
            return key == "status" && value.peek() == '{' ? readSilenceStatus(value, silence) : value.skipValue();
        return true;
    });
}

/// Alertmanager's API, version 2.
class AlertmanagerSource final : public AlertSource {
public:
    AlertmanagerSource(const SourceAddress &address, const SourceSecrets &secrets)
        : m_settings(httpSettings(address, secrets, infoAlertmanagerSource().defaultPort)),
          m_api(m_settings ? m_settings->target : net::HttpTarget{}, m_cost)
    {}

    Result<> probe(const OnProbeStep &onStep, Ask ask) override
    {
        using State = ProbeStep::State;
        const auto found = m_settings ? alerts(ask) : tl::unexpected(m_settings.error());
        if (!found) {
            onStep({State::Failed, m_settings ? "answers questions" : "address understood", found.error().message});
            return tl::unexpected(found.error());
        }
        onStep({State::Done, "connected", m_api.client().place()});
        if (m_settings->target.usesTls)
            onStep({State::Done, "TLS verified", m_tls});
        onStep({State::Done, "answers questions", pluralText(found->size(), "alert", "alerts")});
        return {};
    }

    Result<std::vector<MetricAlert>> alerts(Ask ask) override
    {
        return list<MetricAlert>("/api/v2/alerts", readAlert, ask);
    }

    Result<std::vector<metric::Silence>> silences(Ask ask) override
    {
        return list<metric::Silence>("/api/v2/silences", readSilence, ask);
    }

private:
    template <class T>
    Result<std::vector<T>> list(const char *path, bool (*read)(json::JsonCursor &, T &), const Ask &ask)
    {
        if (!m_settings)
            return tl::unexpected(m_settings.error());
        TS_TRY(const ApiAnswer answer, m_api.askFine({path, {}, false, m_settings->limit}, ask.stop));
        m_tls = answer.http().tls;
        std::vector<T> items;
        json::JsonCursor cursor = answer.cursor();
        const bool isRead = json::forEachElement(cursor, [&](json::JsonCursor &item) {
            return item.peek() == '{' ? read(item, items.emplace_back()) : item.skipValue();
        });
        if (!isRead)
            return fail(ErrorCode::Malformed,
                        "The answer is JSON, but not of Alertmanager's API. Check the path in front of /api.",
                        m_api.client().place());
        m_cost.rows += items.size();
        return items;
    }

    Result<HttpSettings> m_settings;
    JsonApi m_api;
    std::string m_tls;
};

} // namespace

SourceInfo infoAlertmanagerSource()
{
    return {"alertmanager",
            "Alertmanager",
            "Alerts that fire and silences",
            {"alertmanager+http", "alertmanager+https"},
            9093,
            "Path prefix",
            httpOptions(),
            false};
}

std::unique_ptr<AlertSource> makeAlertmanagerSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    return std::make_unique<AlertmanagerSource>(address, secrets);
}

} // namespace tailspan::sources
