// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/metrics_history.h"

#include <fstream>

namespace tailspan::sim {

/// Adds one point to each series.
class MetricsHistory::Writer final : public MetricWriter {
public:
    Writer(MetricsHistory &history, std::int64_t atNs)
        : m_history(history), m_end(' ' + std::to_string(atNs / 1'000'000'000) + '\n')
    {}
    void family(const std::string &name, const char *type, const char *help) override
    {
        const auto [entry, isNew] = m_history.m_familyOf.try_emplace(name, m_history.m_families.size());
        if (isNew) {
            // The family of a counter is named without the ending of its series.
            const std::string bare = name.ends_with("_total") ? name.substr(0, name.size() - 6) : name;
            m_history.m_families.push_back(
                {"# TYPE " + bare + ' ' + type + "\n# HELP " + bare + ' ' + help + '\n', {}});
        }
        m_family = &m_history.m_families[entry->second];
    }
    void sample(const std::string &name, const std::string &labels, double value) override
    {
        m_family->points[name + '{' + labels + ",job=\"mesh\"} "] += number(value) + m_end;
    }

private:
    MetricsHistory &m_history;
    std::string m_end;
    Family *m_family = nullptr; ///< Of m_history, until the next one is added.
};

Result<std::unique_ptr<MetricsHistory>> MetricsHistory::open(const std::string &path)
{
    if (!std::ofstream(path))
        return fail(ErrorCode::Internal, "Cannot be written; is the folder there, and is there room?", path);
    return std::unique_ptr<MetricsHistory>(new MetricsHistory(path));
}

Result<> MetricsHistory::addState(const ServiceBoard &board, std::int64_t atNs)
{
    if (atNs < m_nextNs)
        return {};
    m_nextNs = atNs + kStepNs;
    add(atNs, [&board](MetricWriter &writer) { board.write(writer); });
    return {};
}

void MetricsHistory::add(std::int64_t atNs, const std::function<void(MetricWriter &)> &write)
{
    Writer writer(*this, atNs);
    write(writer);
}

Result<> MetricsHistory::finish()
{
    std::ofstream file(m_path);
    for (const Family &family : m_families) {
        file << family.head;
        for (const auto &[series, points] : family.points)
            for (std::size_t begin = 0, end = 0; begin < points.size(); begin = end) {
                end = points.find('\n', begin) + 1;
                file << series << std::string_view(points).substr(begin, end - begin);
            }
    }
    file << "# EOF\n";
    file.close();
    return file ? Result<>() : fail(ErrorCode::Internal, "Cannot be written; is there room?", m_path);
}

} // namespace tailspan::sim
