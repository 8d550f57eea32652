// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/capture/otlp_writer.h"

#include "app/json/json_writer.h"
#include "models/base/hash.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tailspan::capture {

namespace {

using trace::Id;
using trace::IdForm;
using trace::TraceSnapshot;

std::string hexOf(std::uint64_t value)
{
    std::array<char, 17> text{};
    (void)std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
    return text.data();
}

/// 128 bits that stand for the id.
std::pair<std::uint64_t, std::uint64_t> bitsOf(const Id &id, const StringPool &strings)
{
    if (id.form != IdForm::Text)
        return {id.high, id.low};
    const std::string_view text = strings.view(StringId(static_cast<std::uint32_t>(id.low)));
    return {hashBytes(text, 1), hashBytes(text, 2)};
}

std::string traceHex(const Id &id, const StringPool &strings)
{
    const auto [high, low] = bitsOf(id, strings);
    return hexOf(high) + hexOf(low);
}

std::string spanHex(const Id &id, const StringPool &strings)
{
    const auto [high, low] = bitsOf(id, strings);
    return hexOf(high == 0 ? low : low ^ mixBits(high));
}

int kindNumber(trace::SpanKind kind)
{
    switch (kind) {
    case trace::SpanKind::Unspecified: return 0;
    case trace::SpanKind::Internal: return 1;
    case trace::SpanKind::Server: return 2;
    case trace::SpanKind::Client: return 3;
    case trace::SpanKind::Producer: return 4;
    case trace::SpanKind::Consumer: return 5;
    }
    return 0;
}

class Writing {
public:
    Writing(const TraceSnapshot &snapshot, std::ostream &out)
        : m_snapshot(snapshot), m_spans(snapshot.spans()), m_json(out)
    {}

    void run()
    {
        std::vector<std::vector<std::uint32_t>> rowsOfService(m_snapshot.serviceCount());
        for (std::uint32_t row = 0; row < m_spans.size(); ++row)
            rowsOfService[m_spans.service[row]].push_back(row);
        m_json.beginObject();
        m_json.key("resourceSpans");
        m_json.beginArray();
        for (std::uint32_t service = 0; service < rowsOfService.size(); ++service) {
            if (!rowsOfService[service].empty())
                writeService(ServiceId(service), rowsOfService[service]);
        }
        m_json.endArray();
        m_json.endObject();
    }

private:
    void writeService(ServiceId service, const std::vector<std::uint32_t> &rows)
    {
        m_json.beginObject();
        m_json.key("resource");
        m_json.beginObject();
        m_json.key("attributes");
        m_json.beginArray();
        textAttribute("service.name", m_snapshot.serviceName(service));
        m_json.endArray();
        m_json.endObject();
        m_json.key("scopeSpans");
        m_json.beginArray();
        m_json.beginObject();
        m_json.key("spans");
        m_json.beginArray();
        for (const std::uint32_t row : rows)
            writeSpan(SpanRow(row));
        m_json.endArray();
        m_json.endObject();
        m_json.endArray();
        m_json.endObject();
    }

    void writeSpan(SpanRow row)
    {
        const std::uint32_t r = row.value();
        m_json.beginObject();
        m_json.text("traceId", traceHex(m_snapshot.traceOf(row).id, m_snapshot.strings()));
        m_json.text("spanId", spanHex(m_spans.id(row), m_snapshot.strings()));
        if (!m_spans.isRoot(row))
            m_json.text("parentSpanId", spanHex(m_spans.id(m_spans.parentOf(row)), m_snapshot.strings()));
        m_json.text("name", m_snapshot.operationOf(row));
        m_json.number("kind", std::int64_t{kindNumber(m_spans.kind[r])});
        m_json.text("startTimeUnixNano", std::to_string(m_spans.startNs[r]));
        if (!m_spans.hasMark(row, trace::kMarkMissingDuration))
            m_json.text("endTimeUnixNano", std::to_string(saturatingAdd(m_spans.startNs[r], m_spans.durationNs[r])));
        writeStatus(m_spans.status[r]);
        m_json.key("attributes");
        m_json.beginArray();
        writeAttributes(row);
        m_json.endArray();
        m_json.endObject();
    }

    void writeStatus(trace::SpanStatus status)
    {
        if (status == trace::SpanStatus::Unset)
            return;
        m_json.key("status");
        m_json.beginObject();
        m_json.number("code", std::int64_t{status == trace::SpanStatus::Ok ? 1 : 2});
        m_json.endObject();
    }

    void writeAttributes(SpanRow row)
    {
        if (m_spans.id(row).form != IdForm::Hex16)
            textAttribute("tailspan.span_id", m_snapshot.spanIdText(row));
        if (m_snapshot.traceOf(row).id.form != IdForm::Hex32)
            textAttribute("tailspan.trace_id", m_snapshot.traceIdText(m_snapshot.traceOf(row)));
        if (m_snapshot.parentOrigin(row) == trace::ParentOrigin::Inferred) {
            attribute("tailspan.parent_confidence");
            m_json.number("doubleValue", static_cast<double>(m_snapshot.parentConfidence(row)));
            endAttribute();
        }
        const std::string recorded = m_snapshot.recordedParentText(row);
        const bool isShown = !m_spans.isRoot(row) && recorded == m_snapshot.spanIdText(m_spans.parentOf(row));
        if (!recorded.empty() && !isShown)
            textAttribute("tailspan.recorded_parent_id", recorded);
    }

    void attribute(std::string_view key)
    {
        m_json.beginObject();
        m_json.text("key", key);
        m_json.key("value");
        m_json.beginObject();
    }

    void endAttribute()
    {
        m_json.endObject();
        m_json.endObject();
    }

    void textAttribute(std::string_view key, std::string_view value)
    {
        attribute(key);
        m_json.text("stringValue", value);
        endAttribute();
    }

    const TraceSnapshot &m_snapshot;
    const trace::SpanTable &m_spans;
    json::JsonWriter m_json;
};

} // namespace

void writeOtlp(const TraceSnapshot &snapshot, std::ostream &out)
{
    Writing(snapshot, out).run();
    out << '\n';
}

Result<> writeOtlpFile(const TraceSnapshot &snapshot, const std::string &path)
{
    const std::string partial = path + ".part";
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    if (out)
        writeOtlp(snapshot, out);
    out.close();
    std::error_code error(errno, std::generic_category());
    if (out) {
        std::filesystem::rename(partial, path, error);
        if (!error)
            return {};
    }
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    return fail(ErrorCode::Internal, "cannot be written: " + error.message(), path);
}

} // namespace tailspan::capture
