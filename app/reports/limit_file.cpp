// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/limit_file.h"

#include "app/bytes/file_name.h"
#include "app/yaml/yaml_tree.h"
#include "models/loadtest/limit_text.h"

#include <charconv>
#include <initializer_list>

namespace tailspan::reports {

using namespace loadtest;

namespace {

/// Reads the entries of one file; `m_name` says where in errors.
class LimitReader {
public:
    explicit LimitReader(std::string name) : m_name(std::move(name)) {}

    Result<std::vector<Limit>> read(const yaml::Node &root)
    {
        const yaml::Node *list = nullptr;
        for (const auto &[key, line, value] : root.map) {
            if (key != "limits")
                return wrong(line, "unknown key \"" + key + "\"; the file holds one list, \"limits\"");
            list = &value;
        }
        if (list == nullptr || list->kind != yaml::Node::Kind::List || list->items.empty())
            return wrong(root, "there is no list \"limits\" with entries");
        for (const yaml::Node &entry : list->items)
            TS_CHECK(readEntry(entry));
        return std::move(m_limits);
    }

private:
    [[nodiscard]] tl::unexpected<Error> wrong(int line, const std::string &message) const
    {
        return fail(ErrorCode::Malformed, message, m_name + ", line " + std::to_string(line));
    }
    [[nodiscard]] tl::unexpected<Error> wrong(const yaml::Node &node, const std::string &message) const
    {
        return wrong(node.line, message);
    }

    Result<> readEntry(const yaml::Node &entry)
    {
        if (entry.kind != yaml::Node::Kind::Map)
            return wrong(entry, "an entry of \"limits\" is not a set of keys");
        LimitScope scope;
        for (const auto &[key, line, value] : entry.map)
            TS_CHECK(readScope(key, value, scope));
        const std::size_t before = m_limits.size();
        for (const auto &[key, line, value] : entry.map) {
            if (!isScopeKey(key))
                TS_CHECK(readLimit(key, line, value, scope));
        }
        if (m_limits.size() == before)
            return wrong(entry, "an entry names no limit, such as \"p95: < 200 ms\"");
        return {};
    }

    static bool isScopeKey(std::string_view key)
    {
        return key == "scenario" || key == "stage" || key == "endpoint" || key == "from" || key == "to";
    }

    Result<> readScope(const std::string &key, const yaml::Node &value, LimitScope &scope) const
    {
        if (!isScopeKey(key))
            return {};
        if (value.kind != yaml::Node::Kind::Text || value.text.empty())
            return wrong(value, "\"" + key + "\" is not a word");
        if (key == "scenario")
            scope.scenario = value.text;
        else if (key == "stage")
            scope.stage = value.text;
        else if (key == "endpoint")
            scope.endpoint = value.text;
        else if (key == "from")
            return durationInto(key, value, scope.from);
        else
            return durationInto(key, value, scope.to);
        return {};
    }

    Result<> readLimit(const std::string &key, int line, const yaml::Node &value, const LimitScope &scope)
    {
        Limit limit;
        limit.scope = scope;
        if (key == "recovery") {
            TS_CHECK(readRecovery(value, limit));
        } else if (key == "resource") {
            TS_CHECK(readResource(value, limit));
        } else if (key == "figure") {
            TS_CHECK(readFigure(value, limit));
        } else if (key == "apdex") {
            TS_CHECK(readApdex(value, limit));
        } else if (key == "errors") {
            limit.kind = LimitKind::Errors;
            TS_CHECK(readPercent(key, value, limit));
        } else if (key == "throughput") {
            limit.kind = LimitKind::Throughput;
            TS_CHECK(readNumber(key, value, {"/s", "rps", ""}, ">=", limit));
        } else if (isLatencyKey(key, limit)) {
            TS_CHECK(readLatency(key, value, limit));
        } else {
            return wrong(line,
                         "unknown key \"" + key
                             + "\"; known are scenario, stage, endpoint, from, to, mean, max, pN, errors, "
                               "throughput, apdex, recovery, resource, figure");
        }
        m_limits.push_back(std::move(limit));
        return {};
    }

    static bool isLatencyKey(std::string_view key, Limit &limit)
    {
        limit.kind = key == "mean" ? LimitKind::Mean : (key == "max" ? LimitKind::Max : LimitKind::Percentile);
        if (limit.kind != LimitKind::Percentile)
            return true;
        if (!key.starts_with('p') || key.size() < 2)
            return false;
        const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), limit.percentile);
        return error == std::errc() && end == key.data() + key.size() && limit.percentile > 0 && limit.percentile < 100;
    }

    [[nodiscard]] Result<LimitText> limitText(const std::string &key, const yaml::Node &value) const
    {
        const auto text = value.kind == yaml::Node::Kind::Text ? parseLimitText(value.text) : std::nullopt;
        if (!text)
            return wrong(value,
                         "\"" + key
                             + "\" is no limit; write for example \"< 200 ms\" (with quotes where it "
                               "begins with >)");
        return *text;
    }

    [[nodiscard]] Result<Duration> duration(const std::string &key, const yaml::Node &value) const
    {
        const auto parsed = value.kind == yaml::Node::Kind::Text ? parseDurationText(value.text) : std::nullopt;
        if (!parsed)
            return wrong(value, "\"" + key + "\" is no length of time; write for example \"30 s\" or \"250 ms\"");
        return *parsed;
    }

    Result<> durationInto(const std::string &key, const yaml::Node &value, std::optional<Duration> &target) const
    {
        TS_TRY(target, duration(key, value));
        return {};
    }

    Result<> readLatency(const std::string &key, const yaml::Node &value, Limit &limit) const
    {
        TS_TRY(const LimitText text, limitText(key, value));
        const auto parsed = durationOf(text);
        if (!parsed)
            return wrong(value, "\"" + key + "\" needs a unit of time, such as \"200 ms\"");
        limit.comparison = text.comparison.empty() ? "<=" : text.comparison;
        limit.limit = static_cast<double>(parsed->ns()) / 1e6;
        return {};
    }

    Result<> readPercent(const std::string &key, const yaml::Node &value, Limit &limit) const
    {
        TS_TRY(const LimitText text, limitText(key, value));
        if (text.unit != "%" || text.value < 0 || text.value > 100)
            return wrong(value, "\"" + key + "\" needs percent, such as \"1 %\"");
        limit.comparison = text.comparison.empty() ? "<=" : text.comparison;
        limit.limit = text.value;
        return {};
    }

    Result<> readNumber(const std::string &key, const yaml::Node &value, std::initializer_list<std::string_view> units,
                        const char *comparison, Limit &limit) const
    {
        TS_TRY(const LimitText text, limitText(key, value));
        bool isKnown = units.size() == 0; // any unit: the number counts as the report writes it
        for (const std::string_view unit : units)
            isKnown = isKnown || text.unit == unit;
        if (!isKnown)
            return wrong(value, "\"" + key + "\" does not go with \"" + text.unit + "\"");
        limit.comparison = text.comparison.empty() ? comparison : text.comparison;
        limit.limit = text.value;
        return {};
    }

    Result<> readApdex(const yaml::Node &value, Limit &limit) const
    {
        limit.kind = LimitKind::Apdex;
        if (value.kind != yaml::Node::Kind::Map)
            return readNumber("apdex", value, {""}, ">=", limit);
        bool hasLimit = false;
        for (const auto &[key, line, child] : value.map) {
            if (key == "target") {
                TS_TRY(limit.apdexTarget, duration(key, child));
            } else if (key == "limit") {
                TS_CHECK(readNumber(key, child, {""}, ">=", limit));
                hasLimit = true;
            } else {
                return wrong(line, "unknown key \"" + key + "\" of apdex; known are target, limit");
            }
        }
        return hasLimit ? Result<>() : wrong(value, "\"apdex\" has no \"limit\"");
    }

    Result<> readRecovery(const yaml::Node &value, Limit &limit) const
    {
        limit.kind = LimitKind::Recovery;
        limit.limit = 60;
        RecoveryRule &rule = limit.recovery;
        for (const auto &[key, line, child] : value.map) {
            if (key == "within") {
                TS_TRY(const Duration within, duration(key, child));
                limit.limit = within.toSeconds();
            } else if (key == "p95") {
                TS_TRY(rule.p95Limit, duration(key, child));
            } else if (key == "errors") {
                Limit errors;
                TS_CHECK(readPercent(key, child, errors));
                rule.errorLimit = errors.limit / 100;
            } else if (key == "good seconds") {
                Limit seconds;
                TS_CHECK(readNumber(key, child, {""}, "", seconds));
                if (seconds.limit < 1 || seconds.limit > 3600)
                    return wrong(child, "\"good seconds\" goes from 1 to 3600");
                rule.goodSteps = static_cast<std::size_t>(seconds.limit);
            } else if (key == "spike from") {
                TS_TRY(rule.spikeBegin, duration(key, child));
            } else if (key == "spike to") {
                TS_TRY(rule.spikeEnd, duration(key, child));
            } else {
                return wrong(line,
                             "unknown key \"" + key
                                 + "\" of recovery; known are within, p95, errors, good seconds, spike from, "
                                   "spike to");
            }
        }
        if (!rule.p95Limit && !rule.errorLimit)
            return wrong(value, "\"recovery\" needs to know what is good: p95, errors or both");
        return {};
    }

    Result<> readResource(const yaml::Node &value, Limit &limit) const
    {
        limit.kind = LimitKind::Resource;
        std::size_t figures = 0;
        for (const auto &[key, line, child] : value.map) {
            if (key == "series" && child.kind == yaml::Node::Kind::Text) {
                limit.subject = child.text;
                continue;
            }
            if (key != "max" && key != "mean" && key != "min")
                return wrong(line, "unknown key \"" + key + "\" of resource; known are series, max, mean, min");
            limit.seriesFigure = key == "max" ? SeriesFigure::Max
                : key == "min"                ? SeriesFigure::Min
                                              : SeriesFigure::Mean;
            TS_CHECK(readNumber(key, child, {}, "<=", limit));
            ++figures;
        }
        if (limit.subject.empty() || figures != 1)
            return wrong(value, "\"resource\" needs a series and one of max, mean, min");
        return {};
    }

    Result<> readFigure(const yaml::Node &value, Limit &limit) const
    {
        limit.kind = LimitKind::Figure;
        bool hasLimit = false;
        for (const auto &[key, line, child] : value.map) {
            if (key == "name" && child.kind == yaml::Node::Kind::Text) {
                limit.subject = child.text;
            } else if (key == "limit") {
                TS_CHECK(readNumber(key, child, {}, "<=", limit));
                hasLimit = true;
            } else {
                return wrong(line, "unknown key \"" + key + "\" of figure; known are name, limit");
            }
        }
        return hasLimit && !limit.subject.empty() ? Result<>() : wrong(value, "\"figure\" needs a name and a limit");
    }

    std::string m_name;
    std::vector<Limit> m_limits;
};

} // namespace

Result<std::vector<Limit>> parseLimits(std::string_view text, const std::string &name)
{
    TS_TRY(const yaml::Node root, yaml::readDocument(text, name));
    return LimitReader(name).read(root);
}

Result<std::vector<Limit>> readLimitFile(const std::string &path)
{
    TS_TRY(const std::string text, yaml::readText(path));
    return parseLimits(text, bytes::fileNameOf(path));
}

} // namespace tailspan::reports
