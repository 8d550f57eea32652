// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/artillery_v1.h"
#include "app/reports/artillery_v2.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"

namespace tailspan::reports {

namespace {

/// What `artillery run --output` writes: {aggregate, intermediate[]} in the layout of version 1 or 2.
class ArtilleryReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"artillery", "Artillery report (versions 1 and 2)", "Artillery"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return (json.has("aggregate") || json.has("intermediate"))
            && (json.has("aggregate.counters") || json.has("aggregate.scenariosCreated")
                || json.has("intermediate.[].counters") || json.has("intermediate.[].scenariosCreated"));
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        loadtest::LoadTestReport report = reportOn(document);
        if (isVersion1(document.root))
            readArtilleryV1(document.root, report);
        else
            readArtilleryV2(document.root, report);
        return report;
    }

private:
    static bool isVersion1(const Json &root)
    {
        if (child(root, "aggregate").contains("scenariosCreated"))
            return true;
        const Json &steps = child(root, "intermediate");
        return steps.is_array() && !steps.empty() && steps.front().contains("scenariosCreated");
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeArtilleryReader()
{
    return std::make_unique<ArtilleryReader>();
}

} // namespace tailspan::reports
