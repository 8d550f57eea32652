// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace tailspan::bench {

/// The floor of every bench that opens a file of traces: a one-core walk with simdjson's on-demand interface that
/// touches every field of every span of the same bytes.
inline std::uint64_t touch(simdjson::ondemand::value value)
{
    namespace od = simdjson::ondemand;
    std::uint64_t sum = 0;
    switch (value.type()) {
    case od::json_type::object:
        for (auto field : value.get_object())
            sum += std::string_view(field.unescaped_key()).size() + touch(field.value());
        break;
    case od::json_type::array:
        for (auto element : value.get_array())
            sum += touch(element.value());
        break;
    case od::json_type::string: sum += std::string_view(value.get_string()).size(); break;
    case od::json_type::number: sum += static_cast<std::uint64_t>(value.get_double().value()); break;
    case od::json_type::boolean: sum += value.get_bool().value() ? 1 : 0; break;
    case od::json_type::null: break;
    }
    return sum;
}

/// Milliseconds of the walk; reading the file is not counted.
inline double simdjsonWalkMs(const std::string &path)
{
    simdjson::padded_string text = simdjson::padded_string::load(path).value();
    const auto begin = std::chrono::steady_clock::now();
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(text).value();
    std::uint64_t sum = 0;
    for (auto field : document.get_object())
        sum += touch(field.value());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (sum == 0)
        std::puts("the floor saw nothing");
    return took.count();
}

} // namespace tailspan::bench
