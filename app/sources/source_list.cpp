// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/source_list.h"

#include "app/sources/metric_source.h"
#include "app/sources/spanless_source.h"
#include "app/sources/trace_source.h"

#include <algorithm>
#include <cmath>

namespace tailspan::sources {

#define TAILSPAN_DECLARE_AS(Name, Base)                                                                                \
    SourceInfo info##Name##Source();                                                                                   \
    std::unique_ptr<Base> make##Name##Source(const SourceAddress &address, const SourceSecrets &secrets);
#define TAILSPAN_DECLARE(Name) TAILSPAN_DECLARE_AS(Name, TraceSource)
#define TAILSPAN_DECLARE_METRIC(Name) TAILSPAN_DECLARE_AS(Name, MetricSource)
#define TAILSPAN_DECLARE_ALERT(Name) TAILSPAN_DECLARE_AS(Name, AlertSource)
TAILSPAN_SOURCES(TAILSPAN_DECLARE)
TAILSPAN_METRIC_SOURCES(TAILSPAN_DECLARE_METRIC)
TAILSPAN_ALERT_SOURCES(TAILSPAN_DECLARE_ALERT)
#undef TAILSPAN_DECLARE_AS
#undef TAILSPAN_DECLARE
#undef TAILSPAN_DECLARE_METRIC
#undef TAILSPAN_DECLARE_ALERT

namespace {

template <class Source>
using Maker = std::unique_ptr<Source> (*)(const SourceAddress &, const SourceSecrets &);

/// One of the makers is set.
struct Entry {
    SourceInfo info;
    Maker<TraceSource> make = nullptr;
    Maker<MetricSource> makeMetric = nullptr;
    Maker<AlertSource> makeAlert = nullptr;
};

const std::vector<Entry> &entries()
{
    static const std::vector<Entry> kEntries = {
#define TAILSPAN_REGISTER(Name) {info##Name##Source(), make##Name##Source, nullptr, nullptr},
#define TAILSPAN_REGISTER_METRIC(Name) {info##Name##Source(), nullptr, make##Name##Source, nullptr},
#define TAILSPAN_REGISTER_ALERT(Name) {info##Name##Source(), nullptr, nullptr, make##Name##Source},
        TAILSPAN_SOURCES(TAILSPAN_REGISTER) TAILSPAN_METRIC_SOURCES(TAILSPAN_REGISTER_METRIC)
            TAILSPAN_ALERT_SOURCES(TAILSPAN_REGISTER_ALERT)
#undef TAILSPAN_REGISTER
#undef TAILSPAN_REGISTER_METRIC
#undef TAILSPAN_REGISTER_ALERT
    };
    return kEntries;
}

const Entry *entryOf(const SourceAddress &address)
{
    const auto found = std::find_if(entries().begin(), entries().end(),
                                    [&](const Entry &entry) { return address.kind == entry.info.kind; });
    return found == entries().end() ? nullptr : &*found;
}

} // namespace

const std::vector<SourceInfo> &allSourceInfos()
{
    static const std::vector<SourceInfo> kInfos = [] {
        std::vector<SourceInfo> infos;
        for (const Entry &entry : entries())
            infos.push_back(entry.info);
        return infos;
    }();
    return kInfos;
}

const SourceInfo *sourceInfo(std::string_view kind)
{
    const auto &infos = allSourceInfos();
    const auto found =
        std::find_if(infos.begin(), infos.end(), [&](const SourceInfo &info) { return kind == info.kind; });
    return found == infos.end() ? nullptr : &*found;
}

std::unique_ptr<TraceSource> makeSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    const Entry *entry = entryOf(address);
    if (entry == nullptr)
        return nullptr;
    if (entry->make != nullptr)
        return entry->make(address, secrets);
    return makeSpanlessSource(entry->info.title, address, secrets);
}

std::unique_ptr<MetricSource> makeMetricSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    const Entry *entry = entryOf(address);
    return entry == nullptr || entry->makeMetric == nullptr ? nullptr : entry->makeMetric(address, secrets);
}

std::unique_ptr<AlertSource> makeAlertSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    const Entry *entry = entryOf(address);
    return entry == nullptr || entry->makeAlert == nullptr ? nullptr : entry->makeAlert(address, secrets);
}

Result<> TraceSource::manyDetails(std::span<const trace::SpanAddress>, const OnDetails &, Ask)
{
    return fail(ErrorCode::Unsupported, "This store gives the attributes of one span at a time only.");
}

Result<Aggregate> TraceSource::aggregate(AggregateKind, const trace::TraceQuery &, std::size_t, Ask)
{
    return fail(ErrorCode::Unsupported, "This store cannot count by itself; its spans are read and counted here.");
}

const std::array<std::int64_t, kLatencyBounds> &latencyBoundsNs()
{
    static const std::array<std::int64_t, kLatencyBounds> kBounds = [] {
        std::array<std::int64_t, kLatencyBounds> bounds{};
        for (std::size_t i = 0; i < kLatencyBounds; ++i)
            bounds[i] = std::llround(1e6 * std::exp2(static_cast<double>(i) / 4));
        return bounds;
    }();
    return kBounds;
}

} // namespace tailspan::sources
