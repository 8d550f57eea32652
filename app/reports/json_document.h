// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/data_quality.h"
#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::reports {

using Json = nlohmann::json;

/// A whole JSON document of moderate size, made safe to handle: never deeper than kMaxJsonDepth.
struct JsonDocument {
    Json root;
    DataQuality quality;
    bool isTruncated = false; ///< The text ended early; `root` holds what was whole.
};

inline constexpr std::size_t kMaxJsonDepth = 256;
inline constexpr std::size_t kMaxDocumentBytes = 256ULL << 20;

/// Reads the stream to its end and parses it. Put right and counted: NaN and Infinity (null), numbers beyond a double
/// (the largest double), bytes that are not UTF-8, raw control characters in strings, an end in the middle.
/// Errors: Malformed with the line, LimitReached for depth or size.
[[nodiscard]] Result<JsonDocument> readJsonDocument(bytes::ByteStream &stream, std::stop_token stop,
                                                    Progress &progress);
/// The same for text in memory; `name` is the context of errors.
[[nodiscard]] Result<JsonDocument> parseJsonDocument(std::string_view text, const std::string &name);

/// A report of this document that says so far only how whole and how clean it is.
[[nodiscard]] loadtest::LoadTestReport reportOn(const JsonDocument &document);

// Lookups that take whatever the file holds: a missing key or a value of another kind is simply absent.
[[nodiscard]] const Json &child(const Json &object, std::string_view key); ///< A null value when there is none.
[[nodiscard]] std::optional<double> numberOf(const Json &value);
[[nodiscard]] std::optional<double> numberAt(const Json &object, std::string_view key);
/// A count: negative and fractional numbers are absent, as they are no counts.
[[nodiscard]] std::optional<std::uint64_t> countAt(const Json &object, std::string_view key);
[[nodiscard]] std::optional<bool> boolAt(const Json &object, std::string_view key);
[[nodiscard]] std::string textAt(const Json &object, std::string_view key);

} // namespace tailspan::reports
