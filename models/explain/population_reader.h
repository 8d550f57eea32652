// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/explain/population.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::explain {

/// Which spans to compare: rows of a snapshot, in any order, each once. A row that stands in both counts as selected.
struct PopulationRows {
    std::vector<std::uint32_t> selected;
    std::vector<std::uint32_t> baseline;
    std::uint32_t mostPerSide = 20'000; ///< Of more spans every so-many-th is read.
};

/// A population with what it was made of.
struct ReadPopulation {
    Population population;
    std::vector<std::uint32_t> rows;      ///< By position, ascending.
    std::vector<std::uint8_t> isSelected; ///< By position, as explain() takes it.
    std::uint64_t selectedTotal = 0;      ///< Before sampling.
    std::uint64_t baselineTotal = 0;
    /// Spans whose attributes could not be read. They are left out, unless none could be read: then only what the
    /// snapshot knows is compared.
    std::uint64_t unreadCount = 0;
    std::vector<std::string> notes; ///< What was sampled, left out or not read, in words.
};

/// Reads everything known of the spans: service, operation, kind, status, who called them, what they call below
/// themselves and how often, and their attributes, own and of their process or resource: from files on all cores, from
/// stores with few questions and without bodies. Attributes whose values are always masked are left out, secrets in
/// others masked, and so is what only repeats the duration. Progress counts spans. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<ReadPopulation> readPopulation(const trace::TraceSnapshot &snapshot, const PopulationRows &rows,
                                                    const std::stop_token &stop, Progress &progress);

} // namespace tailspan::explain
