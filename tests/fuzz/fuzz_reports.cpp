// SPDX-License-Identifier: GPL-3.0-or-later
// Every report reader over arbitrary bytes: first the one that recognises them, then each of them regardless.
#include "app/reports/report_reader.h"
#include "models/loadtest/merge_reports.h"
#include "models/loadtest/omission_what_if.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/verdict_order.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace tailspan;

namespace {

void use(const loadtest::LoadTestReport &report)
{
    (void)loadtest::totalsOf(report);
    (void)loadtest::regrouped(report.timeline, Duration::seconds(7));
    (void)loadtest::verdictsToShow(report);
    const auto part = std::make_shared<const loadtest::LoadTestReport>(report);
    const std::vector<loadtest::LoadTestReportPtr> parts{part, part};
    (void)loadtest::areParts(report, report);
    (void)loadtest::mergedParts(parts);
    (void)loadtest::completed(report, report);
    (void)loadtest::omissionWhatIf(report, {}, Duration::milliseconds(10));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    Progress progress;
    if (const auto report = reports::readReport(bytes::sourceFromMemory("input", text), {}, progress))
        use(**report);
    for (const auto &reader : reports::allReportReaders()) {
        const auto stream = bytes::streamOf(bytes::sourceFromMemory("input", text));
        reports::ReadOptions options;
        options.zone = loadtest::ZoneRule(Duration::seconds(7200));
        options.unit = Duration::microseconds(1);
        if (const auto report = reader->readWith(*stream, options, {}, progress))
            use(*report);
    }
    return 0;
}
