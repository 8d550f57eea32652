// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaling_config.h"

#include <algorithm>
#include <iterator>

namespace tailspan::advisor {

namespace {

template <class Entry>
const Entry *ofService(const std::vector<Entry> &entries, std::string_view service, std::string Entry::*name)
{
    const auto found = std::ranges::find(entries, service, name);
    return found == entries.end() ? nullptr : &*found;
}

template <class Entry>
void append(std::vector<Entry> &all, std::vector<Entry> more)
{
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void joinValue(MaybeDeclared &value, MaybeDeclared other, const char *what, std::vector<ConfigRemark> &problems)
{
    if (!other)
        return;
    if (value && value->value != other->value)
        problems.push_back(
            {std::string(what) + " is " + other->written + " here and " + value->written + " in " + value->place.text(),
             other->place});
    value = std::move(other);
}

} // namespace

std::string Place::text() const
{
    return line > 0 ? file + ":" + std::to_string(line) : file;
}

std::string_view cacheLayerText(CacheLayer::Kind kind)
{
    switch (kind) {
    case CacheLayer::Kind::Application: return "application";
    case CacheLayer::Kind::Redis: return "Redis";
    case CacheLayer::Kind::Cdn: return "CDN";
    case CacheLayer::Kind::Browser: return "browser";
    }
    return "";
}

const HorizontalAutoscaler *ScalingConfig::horizontalOf(std::string_view service) const
{
    return ofService(horizontal, service, &HorizontalAutoscaler::service);
}

const VerticalAutoscaler *ScalingConfig::verticalOf(std::string_view service) const
{
    return ofService(vertical, service, &VerticalAutoscaler::service);
}

const Workload *ScalingConfig::workloadOf(std::string_view service) const
{
    return ofService(workloads, service, &Workload::name);
}

std::vector<std::string> ScalingConfig::services() const
{
    std::vector<std::string> names;
    for (const HorizontalAutoscaler &scaler : horizontal)
        names.push_back(scaler.service);
    for (const VerticalAutoscaler &scaler : vertical)
        names.push_back(scaler.service);
    for (const Workload &workload : workloads)
        names.push_back(workload.name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void ScalingConfig::join(ScalingConfig other)
{
    append(files, std::move(other.files));
    append(horizontal, std::move(other.horizontal));
    append(vertical, std::move(other.vertical));
    append(workloads, std::move(other.workloads));
    append(quotas, std::move(other.quotas));
    append(containerDefaults, std::move(other.containerDefaults));
    append(clusterAutoscalers, std::move(other.clusterAutoscalers));
    append(pools, std::move(other.pools));
    append(cacheLayers, std::move(other.cacheLayers));
    append(alerts, std::move(other.alerts));
    append(loadTestLimits, std::move(other.loadTestLimits));
    append(unknownKeys, std::move(other.unknownKeys));
    append(problems, std::move(other.problems));
    append(notes, std::move(other.notes));
    joinValue(database.maxConnections, std::move(other.database.maxConnections), "max_connections", problems);
    joinValue(database.reservedConnections, std::move(other.database.reservedConnections),
              "superuser_reserved_connections", problems);
    joinValue(database.readReplicas, std::move(other.database.readReplicas), "the number of read replicas", problems);
    joinValue(scrapeIntervalSeconds, std::move(other.scrapeIntervalSeconds), "the scrape interval", problems);
}

} // namespace tailspan::advisor
