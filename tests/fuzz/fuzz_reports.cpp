// SPDX-License-Identifier: GPL-3.0-or-later
// Every report reader over arbitrary bytes: first the one that recognises them, then each of them regardless.
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/verdict_order.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace tailspan;

namespace {

void use(const loadtest::LoadTestReport &report)
{
    (void)loadtest::totalsOf(report);
    (void)loadtest::regrouped(report.timeline, Duration::seconds(7));
    (void)loadtest::verdictsToShow(report);
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
        if (const auto report = reader->read(*stream, {}, progress))
            use(*report);
    }
    return 0;
}
