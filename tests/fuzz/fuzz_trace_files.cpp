// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a trace file: opened, checked against what every snapshot promises, and the first spans' details read.
// Build with -DTAILSPAN_FUZZ=ON, clang and -DTAILSPAN_SANITIZE=address,undefined; seeds: tests/data and the cases of
// tests/contract.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/critical_path.h"
#include "models/trace/redaction.h"
#include "tests/support/snapshot_check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace tailspan;

namespace {

void require(bool holds, const char *what, const std::string &detail = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s %s\n", what, detail.c_str());
    std::abort();
}

void readDetails(const trace::TraceSnapshot &snapshot)
{
    constexpr std::uint32_t kSpansOpened = 8;
    for (std::uint32_t row = 0; row < snapshot.spans().size() && row < kSpansOpened; ++row) {
        const auto masked = snapshot.details(SpanRow(row));
        (void)snapshot.details(SpanRow(row), trace::Secrets::Revealed);
        if (masked.has_value())
            require(trace::maskedJson(masked->rawRecord) == masked->rawRecord, "masking twice changes the record",
                    masked->rawRecord);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    Progress progress;
    const auto opened = tracefiles::openTraceBytes(bytes::sourceFromMemory("fuzz", text), {}, progress);
    if (!opened.has_value()) {
        require(!opened.error().message.empty(), "an error without words");
        return 0;
    }
    const trace::TraceSnapshot &snapshot = **opened;
    const std::string broken = test::brokenPromise(snapshot);
    require(broken.empty(), "promise", broken);
    for (const trace::TraceSummary &trace : snapshot.traces()) {
        const trace::CriticalPath path = trace::criticalPathOf(snapshot, trace);
        require(path.lengthNs >= 0 && path.lengthNs <= trace.durationNs, "the critical path is longer than the trace");
        for (const std::int64_t self : trace::selfTimesNs(snapshot, trace))
            require(self >= 0, "a negative self time");
    }
    readDetails(snapshot);
    return 0;
}
