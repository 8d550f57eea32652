// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/load_records.h"

#include <algorithm>

namespace tailspan::sim {

namespace {

constexpr std::size_t kFlushRecords = 400;

} // namespace

StoredRecord loadRecord(const Call &call)
{
    StoredRecord record = storedRecord(call);
    if (!isDatabaseSpan(call))
        return record;
    record.request = "{}";
    record.response = "{}";
    record.metadata = R"({"db.system":"postgresql","db.name":"payments","net.peer.name":"payments-db","instance":)"
        + jsonText(call.instance->name) + R"(,"version":)" + jsonText(call.instance->version)
        + (*statementOf(call) == '\0' ? "" : R"(,"db.statement":)" + jsonText(statementOf(call))) + "}";
    return record;
}

Result<> writeLoadRecords(const std::vector<LoadRequest> &run, Sink &sink)
{
    std::vector<const Call *> calls;
    for (const LoadRequest &request : run)
        for (const Call &call : request.calls)
            calls.push_back(&call);
    std::stable_sort(calls.begin(), calls.end(),
                     [](const Call *a, const Call *b) { return a->receivedNs < b->receivedNs; });
    std::size_t unflushed = 0;
    for (const Call *call : calls) {
        TS_CHECK(sink.addRecord(loadRecord(*call)));
        if (++unflushed == kFlushRecords) {
            TS_CHECK(sink.flush());
            unflushed = 0;
        }
    }
    TS_CHECK(sink.flush());
    return sink.finish();
}

} // namespace tailspan::sim
