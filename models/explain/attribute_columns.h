// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/explain/population.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::explain {

/// Attributes beyond these limits are left out or share one code, which is said in the notes.
inline constexpr std::size_t kMostAttributeNames = 400;
inline constexpr std::size_t kMostNameBytes = 256;
inline constexpr std::size_t kMostValueBytes = 1024;
inline constexpr std::size_t kMostDistinctValues = 100'000;

/// The attributes of some spans, read once, then made into columns of those that could be read. Thread: one; uses all
/// cores.
class AttributeReader {
public:
    /// `rows`: ascending. Both outlive the reader.
    AttributeReader(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows);
    ~AttributeReader();
    AttributeReader(const AttributeReader &) = delete;
    AttributeReader &operator=(const AttributeReader &) = delete;

    void read(const std::stop_token &stop, Progress &progress);
    [[nodiscard]] const std::vector<std::uint8_t> &isRead() const { return m_isRead; } ///< By row asked for.
    /// Why others could not be read, each reason once.
    [[nodiscard]] const std::vector<std::string> &problems() const { return m_problems; }

    /// By name. `positionOf`: of each row asked for its position in the population, PopulationBuilder::kNone for none.
    /// Adds what was left out to `notes`.
    [[nodiscard]] std::vector<Column> columns(std::span<const std::uint32_t> positionOf,
                                              const PopulationBuilder &builder, const std::stop_token &stop,
                                              std::vector<std::string> &notes) const;

private:
    struct Chunk;
    void cutIntoChunks();
    [[nodiscard]] std::vector<std::uint32_t> rowsOf(const Chunk &chunk) const;
    void readChunk(Chunk &chunk, bool isStore, const std::stop_token &stop, Progress &progress) const;
    [[nodiscard]] std::vector<std::string> chosenNames(std::vector<std::string> &notes) const;
    [[nodiscard]] Column joined(const std::string &name, std::span<const std::uint32_t> positionOf,
                                const PopulationBuilder &builder) const;

    const trace::TraceSnapshot &m_snapshot;
    std::span<const std::uint32_t> m_rows;
    std::vector<Chunk> m_chunks; // of files, then of stores
    std::size_t m_fileChunks = 0;
    std::vector<std::uint8_t> m_isRead;
    std::vector<std::string> m_problems;
};

} // namespace tailspan::explain
