// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace tailspan::scalingfiles {

// Numbers with units as configuration files write them. Nothing where the text is no such number, is negative or not
// finite: a unit that does not fit is never guessed at.

/// "12", "12.5": no unit.
[[nodiscard]] std::optional<double> parseNumber(std::string_view text);

/// A quantity of Kubernetes: "500m", "2", "2k", "512Mi", "1.5Gi", "1e3".
/// (k8s.io/apimachinery, pkg/api/resource: decimal suffixes n u m k M G T P E, binary ones Ki Mi Gi Ti Pi Ei.)
[[nodiscard]] std::optional<double> parseQuantity(std::string_view text);

/// Cores: a quantity without a suffix of bytes; "512Mi" is no number of cores.
[[nodiscard]] std::optional<double> parseCores(std::string_view text);

/// Bytes: a quantity that is no fraction; "500m" of memory is half a byte and surely not meant.
[[nodiscard]] std::optional<double> parseBytes(std::string_view text);

/// Seconds: "300" of `unit` seconds each, or "15s", "5m", "1h", "2d", "250ms", and parts in a row: "1h30m".
[[nodiscard]] std::optional<double> parseSeconds(std::string_view text, double unit = 1);

/// A ratio: "80%" and "80" are 0.8, and so is "0.8". "1" could be both and is nothing.
[[nodiscard]] std::optional<double> parseRatio(std::string_view text);

} // namespace tailspan::scalingfiles
