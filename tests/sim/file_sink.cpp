// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/file_sink.h"

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace tailspan::sim {

namespace {

constexpr std::size_t kListLength = 1000;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::string_view kHeader =
    "trace_id,span_id,parent_span_id,service_name,operation,timestamp,duration,status_code,"
    "request,response,error,metadata,neighbors,created_at\n";

std::string csvCell(std::string_view text)
{
    if (text.find_first_of(",\"\n") == std::string_view::npos)
        return std::string(text);
    std::string cell = "\"";
    for (const char c : text)
        cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + '"';
}

/// A timestamp as PostgreSQL writes one without a zone.
std::string withoutZone(std::string iso)
{
    iso[10] = ' ';
    iso.pop_back();
    return iso;
}

tl::unexpected<Error> cannotWrite(const std::string &path)
{
    return fail(ErrorCode::Internal, "Cannot be written; is the folder there, and is there room?", path);
}

} // namespace

FileSink::FileSink(const std::string &folder) : m_folder(folder), m_table(folder + "/distributed_traces.csv") {}

Result<std::unique_ptr<FileSink>> FileSink::open(const std::string &folder)
{
    std::error_code ignored; // opening the file says it
    std::filesystem::create_directories(folder, ignored);
    std::unique_ptr<FileSink> sink(new FileSink(folder));
    if (!(sink->m_table << kHeader))
        return cannotWrite(folder + "/distributed_traces.csv");
    return sink;
}

Result<> FileSink::addRecord(const StoredRecord &record)
{
    const Call &call = record.call;
    const std::string created = withoutZone(isoTime(call.receivedNs + 3 * kNsPerMs));
    for (const std::string_view cell :
         {std::string_view(call.traceId), std::string_view(call.storedId), std::string_view(call.parentHiddenId),
          std::string_view(call.operation->service), std::string_view(call.operation->name)})
        m_table << csvCell(cell) << ',';
    m_table << withoutZone(record.timestamp) << ',' << record.durationMs << ',' << call.statusCode << ','
            << csvCell(record.request) << ',' << csvCell(record.response) << ',' << csvCell(call.error) << ','
            << csvCell(record.metadata) << ',' << csvCell(record.neighbors) << ',' << created << '\n';
    std::deque<std::string> &list = m_lists["traces:" + std::string(call.operation->service)];
    list.push_front(record.json());
    if (list.size() > kListLength)
        list.pop_back();
    return {};
}

Result<> FileSink::flush()
{
    return m_table.good() ? Result<>() : cannotWrite(m_folder + "/distributed_traces.csv");
}

Result<> FileSink::finish()
{
    const std::string path = m_folder + "/redis-lists.tsv";
    std::ofstream lists(path);
    for (const auto &[key, records] : m_lists)
        for (const std::string &record : records)
            lists << key << '\t' << record << '\n';
    lists.close();
    m_table.close();
    return lists && m_table ? Result<>() : cannotWrite(path);
}

Result<std::unique_ptr<TruthFile>> TruthFile::open(const std::string &path, const std::vector<Fault> &faults,
                                                   std::int64_t beginNs)
{
    std::unique_ptr<TruthFile> truth(new TruthFile(path));
    for (const Fault &fault : faults) {
        const FaultInfo &info = faultInfo(fault.kind);
        const auto timeOf = [&](double seconds) {
            return std::isfinite(seconds) ? std::to_string(beginNs / kNsPerMs + std::llround(1000 * seconds)) : "null";
        };
        const char *operation = struckOperation(fault);
        char parameter[40];
        std::snprintf(parameter, sizeof parameter, "%.12g", fault.parameter);
        truth->m_file << R"({"fault":")" << info.id << R"(","service":)" << jsonText(fault.service)
                      << R"(,"operation":)" << (operation == nullptr ? "null" : jsonText(operation)) << R"(,"from":)"
                      << timeOf(fault.fromS) << R"(,"to":)" << timeOf(fault.toS) << R"(,"parameters":{")"
                      << info.parameter << R"(":)" << parameter << "}}\n";
    }
    if (!truth->m_file)
        return cannotWrite(path);
    return truth;
}

Result<> TruthFile::addRecord(const StoredRecord &record)
{
    const Call &call = record.call;
    m_file << R"({"traceId":)" << jsonText(call.traceId) << R"(,"spanId":)" << jsonText(call.storedId)
           << R"(,"hidden":)" << jsonText(call.hiddenId) << R"(,"parent":)"
           << (call.parentHiddenId.empty() ? "null" : jsonText(call.parentHiddenId)) << R"(,"service":)"
           << jsonText(call.operation->service) << R"(,"op":)" << jsonText(call.operation->name) << R"(,"instance":)"
           << jsonText(call.instance->name) << R"(,"version":)" << jsonText(call.instance->version) << R"(,"tenant":)"
           << jsonText(call.tenant) << R"(,"start":)" << call.startNs / kNsPerMs << R"(,"end":)"
           << call.endNs / kNsPerMs << "}\n";
    return {};
}

Result<> TruthFile::flush()
{
    m_file.flush();
    return m_file.good() ? Result<>() : cannotWrite(m_path);
}

} // namespace tailspan::sim
