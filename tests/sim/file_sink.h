// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/sink.h"

#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <string>

namespace tailspan::sim {

/// Two files as exports of the stores would be: redis-lists.tsv (key TAB JSON, the newest 1000 of each service, newest
/// first) and distributed_traces.csv (all records, oldest first).
class FileSink final : public Sink {
public:
    [[nodiscard]] static Result<std::unique_ptr<FileSink>> open(const std::string &folder);
    Result<> addRecord(const StoredRecord &record) override;
    Result<> flush() override;
    Result<> finish() override;

private:
    explicit FileSink(const std::string &folder);

    std::string m_folder;
    std::ofstream m_table;
    std::map<std::string, std::deque<std::string>> m_lists;
};

/// truth.ndjson: what the stores lose. First a line for each planted fault, then one for each record.
class TruthFile final : public Sink {
public:
    [[nodiscard]] static Result<std::unique_ptr<TruthFile>> open(const std::string &path,
                                                                 const std::vector<Fault> &faults,
                                                                 std::int64_t beginNs);
    Result<> addRecord(const StoredRecord &record) override;
    Result<> flush() override;

private:
    explicit TruthFile(const std::string &path) : m_path(path), m_file(path) {}

    std::string m_path;
    std::ofstream m_file;
};

} // namespace tailspan::sim
