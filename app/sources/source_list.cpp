// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/source_list.h"

#include "app/sources/trace_source.h"

#include <algorithm>
#include <cmath>

namespace tailspan::sources {

#define TAILSPAN_DECLARE(Name)                                                                                         \
    SourceInfo info##Name##Source();                                                                                   \
    std::unique_ptr<TraceSource> make##Name##Source(const SourceAddress &address, const SourceSecrets &secrets);
TAILSPAN_SOURCES(TAILSPAN_DECLARE)
#undef TAILSPAN_DECLARE

namespace {

using Maker = std::unique_ptr<TraceSource> (*)(const SourceAddress &, const SourceSecrets &);

struct Entry {
    SourceInfo info;
    Maker make;
};

const std::vector<Entry> &entries()
{
    static const std::vector<Entry> kEntries = {
#define TAILSPAN_REGISTER(Name) {info##Name##Source(), make##Name##Source},
        TAILSPAN_SOURCES(TAILSPAN_REGISTER)
#undef TAILSPAN_REGISTER
    };
    return kEntries;
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
    for (const Entry &entry : entries()) {
        if (address.kind == entry.info.kind)
            return entry.make(address, secrets);
    }
    return nullptr;
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
