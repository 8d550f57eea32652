// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/metric_mapping_json.h"

#include "app/json/indexed_text.h"
#include "app/json/json_writer.h"
#include "app/sources/json_api.h"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

namespace tailspan::sources {

namespace {

using metric::SignalQuery;

constexpr std::array<std::string_view, 7> kUnits = {"",      "seconds", "milliseconds", "bytes",
                                                    "ratio", "count",   "per-second"};
constexpr std::array<std::string_view, 4> kForms = {"value", "classic-histogram", "native-histogram", "summary"};

/// The place of a word in its list; the first for an unknown one.
template <class Value, std::size_t Count>
Value valueOf(const std::array<std::string_view, Count> &words, const std::string &word)
{
    const auto found = std::find(words.begin(), words.end(), word);
    return static_cast<Value>(found == words.end() ? 0 : found - words.begin());
}

bool readQuery(json::JsonCursor &cursor, SignalQuery &query, bool &isKnown)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "signal") {
            const std::optional<metric::Signal> signal = metric::signalOf(readString(value));
            isKnown = signal.has_value();
            query.signal = signal.value_or(query.signal);
        } else if (key == "service") {
            query.service = readString(value);
        } else if (key == "metric") {
            query.metric = readString(value);
        } else if (key == "serviceLabel") {
            query.serviceLabel = readString(value);
        } else if (key == "form") {
            query.form = valueOf<SignalQuery::Form>(kForms, readString(value));
        } else if (key == "unit") {
            query.unit = valueOf<metric::MetricUnit>(kUnits, readString(value));
        } else if (key == "expression") {
            query.expression = readString(value);
        } else if (key == "buckets") {
            query.buckets = readString(value);
        } else {
            return value.skipValue();
        }
        return true;
    });
}

} // namespace

std::string mappingJson(const metric::MetricMapping &mapping)
{
    std::ostringstream out;
    json::JsonWriter writer(out);
    writer.beginArray();
    for (const SignalQuery &query : mapping.queries) {
        if (!query.isChosenByUser)
            continue;
        writer.beginObject();
        writer.text("service", query.service);
        writer.text("signal", metric::signalId(query.signal));
        writer.text("metric", query.metric);
        writer.text("serviceLabel", query.serviceLabel);
        writer.text("form", kForms[static_cast<std::size_t>(query.form)]);
        writer.text("unit", kUnits[static_cast<std::size_t>(query.unit)]);
        writer.text("expression", query.expression);
        writer.text("buckets", query.buckets);
        writer.endObject();
    }
    writer.endArray();
    return out.str();
}

Result<std::vector<SignalQuery>> chosenQueries(std::string_view json, std::uint64_t &leftOut)
{
    const json::IndexedText text(json);
    json::JsonCursor cursor = text.cursor();
    std::vector<SignalQuery> queries;
    const bool isRead = json::forEachElement(cursor, [&](json::JsonCursor &item) {
        SignalQuery query;
        bool isKnown = false;
        const bool isWhole = item.peek() == '{' ? readQuery(item, query, isKnown) : item.skipValue();
        query.isChosenByUser = true;
        if (isKnown && !query.service.empty())
            queries.push_back(std::move(query));
        else
            ++leftOut;
        return isWhole;
    });
    if (!isRead)
        return fail(ErrorCode::Malformed, "The kept choice of metrics cannot be read; what was found is used instead.");
    return queries;
}

} // namespace tailspan::sources
