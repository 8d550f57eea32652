// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/structural_index.h"
#include "app/net/http_client.h"
#include "app/sources/http_settings.h"
#include "models/metric/metric_series.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::sources {

/// The answer of an API with its index. Cursors are valid as long as it lives.
class ApiAnswer {
public:
    explicit ApiAnswer(net::HttpAnswer answer);
    [[nodiscard]] json::JsonCursor cursor() const { return m_index->cursor(); }
    /// Status and type; the body is in the index.
    [[nodiscard]] const net::HttpAnswer &http() const { return m_http; }
    /// False: the text ends inside its value, so a part of it was lost on the way.
    [[nodiscard]] bool isWhole() const;

private:
    net::HttpAnswer m_http;
    json::PaddedBuffer m_buffer;
    std::unique_ptr<json::StructuralIndex> m_index;
};

/// Asks an API that answers in JSON, and counts what that cost. Thread: one.
class JsonApi {
public:
    JsonApi(const net::HttpTarget &target, SourceCost &cost) : m_client(target), m_cost(cost) {}

    /// An answer that is whole and JSON, whatever its status. Errors: HttpClient's; Malformed for what is not JSON.
    [[nodiscard]] Result<ApiAnswer> ask(const net::HttpQuestion &question, const std::stop_token &stop);
    /// As ask(), and an error for every status but 2xx.
    [[nodiscard]] Result<ApiAnswer> askFine(const net::HttpQuestion &question, const std::stop_token &stop);
    [[nodiscard]] const net::HttpClient &client() const { return m_client; }

private:
    net::HttpClient m_client;
    SourceCost &m_cost;
};

// Each reads the value under the cursor and steps over it; a value of another kind is stepped over and gives nothing.
[[nodiscard]] std::string readString(json::JsonCursor &cursor);
[[nodiscard]] std::vector<std::string> readStrings(json::JsonCursor &cursor);
/// An object of texts, sorted by name.
[[nodiscard]] metric::Labels readLabels(json::JsonCursor &cursor);
/// A number, also one in quotes: "NaN", "+Inf" and "-Inf" are those.
[[nodiscard]] std::optional<double> readNumber(json::JsonCursor &cursor);
/// RFC 3339; the year 1, by which Go says "never", is nothing.
[[nodiscard]] std::optional<std::int64_t> readTime(json::JsonCursor &cursor);
[[nodiscard]] bool readFlag(json::JsonCursor &cursor);

} // namespace tailspan::sources
