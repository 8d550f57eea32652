// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/prometheus_answer.h"

#include "app/sources/metric_source.h"
#include "app/sources/series_selection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace tailspan::sources {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// Seconds as JSON writes them, to the millisecond, which is what Prometheus keeps.
std::optional<std::int64_t> timeOf(std::optional<double> seconds)
{
    constexpr double kMostSeconds = 9.2e9; // what nanoseconds in 64 bits can hold
    if (!seconds || !(std::abs(*seconds) < kMostSeconds))
        return std::nullopt;
    return std::llround(*seconds * 1e3) * 1'000'000;
}

bool readBucket(json::JsonCursor &cursor, std::vector<metric::ValueBucket> &buckets)
{
    std::array<std::optional<double>, 4> numbers; // which ends belong to it, low, high, count
    std::size_t at = 0;
    const bool isRead = json::forEachElement(cursor, [&](json::JsonCursor &value) {
        const auto number = readNumber(value);
        if (at < numbers.size())
            numbers[at] = number;
        ++at;
        return true;
    });
    if (isRead && numbers[1] && numbers[2] && numbers[3])
        buckets.push_back({*numbers[1], *numbers[2], *numbers[3]});
    return isRead;
}

bool readHistogram(json::JsonCursor &cursor, metric::HistogramPoint &point)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "count")
            point.count = readNumber(value).value_or(0);
        else if (key == "sum")
            point.sum = readNumber(value).value_or(kGap);
        else if (key == "buckets" && value.peek() == '[')
            return json::forEachElement(value, [&](json::JsonCursor &bucket) {
                return bucket.peek() == '[' ? readBucket(bucket, point.buckets) : bucket.skipValue();
            });
        else
            return value.skipValue();
        return true;
    });
}

/// Reads the items of one answer; counts what is odd about them.
class MetricReader {
public:
    MetricReader(std::int64_t stepNs, std::size_t limit) : m_selection(limit) { m_answer.stepNs = stepNs; }

    /// A series with one value or many, or one of native histograms.
    bool readItem(json::JsonCursor &cursor)
    {
        if (cursor.peek() != '{') {
            ++m_answer.unreadableItems;
            return cursor.skipValue();
        }
        std::optional<json::JsonCursor> labels;
        metric::MetricSeries series;
        metric::HistogramSeries histogram;
        const bool isRead = json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
            if (key == "metric")
                labels = value;
            if (key == "value")
                return readPoint(value, series);
            if (key == "histogram")
                return readHistogramPoint(value, histogram);
            if (key == "values" && value.peek() == '[')
                return json::forEachElement(value, [&](json::JsonCursor &point) { return readPoint(point, series); });
            if (key == "histograms" && value.peek() == '[')
                return json::forEachElement(
                    value, [&](json::JsonCursor &point) { return readHistogramPoint(point, histogram); });
            return value.skipValue();
        });
        const auto readTheLabels = [&] { return labels ? readLabels(*labels) : metric::Labels(); };
        const bool isHistogram = !histogram.points.empty();
        if (isHistogram) {
            histogram.labels = readTheLabels();
            m_answer.histograms.push_back(std::move(histogram));
        }
        if (!isHistogram || !series.timesNs.empty()) // both where a series changed its kind
            m_selection.add(std::move(series), readTheLabels);
        return isRead;
    }

    /// [seconds, "value"]
    bool readPoint(json::JsonCursor &cursor, metric::MetricSeries &series)
    {
        std::optional<std::int64_t> time;
        std::optional<double> value;
        const bool isRead = readPair(cursor, time, [&](json::JsonCursor &second) {
            value = readNumber(second);
            return true;
        });
        if (!time || !value) {
            ++m_answer.unreadableItems;
            return isRead;
        }
        if (!std::isfinite(*value)) {
            ++m_answer.hiddenValues;
            value = kGap;
        }
        append(series, *time, *value);
        return isRead;
    }

    bool readHistogramPoint(json::JsonCursor &cursor, metric::HistogramSeries &series)
    {
        std::optional<std::int64_t> time;
        metric::HistogramPoint point;
        const bool isRead = readPair(cursor, time, [&](json::JsonCursor &second) {
            return second.peek() == '{' ? readHistogram(second, point) : second.skipValue();
        });
        point.timeNs = time.value_or(0);
        const bool isInOrder = series.points.empty() || point.timeNs > series.points.back().timeNs;
        if (time && isInOrder)
            series.points.push_back(std::move(point));
        else
            ++(time ? m_answer.duplicateTimes : m_answer.unreadableItems);
        return isRead;
    }

    [[nodiscard]] metric::MetricAnswer &answer() { return m_answer; }
    metric::MetricAnswer finish()
    {
        m_selection.finish(m_answer);
        m_answer.seriesTotal += m_answer.histograms.size();
        return std::move(m_answer);
    }
    SeriesSelection &selection() { return m_selection; }

private:
    template <class OnSecond>
    bool readPair(json::JsonCursor &cursor, std::optional<std::int64_t> &time, OnSecond &&onSecond)
    {
        if (cursor.peek() != '[')
            return cursor.skipValue();
        int at = 0;
        return json::forEachElement(cursor, [&](json::JsonCursor &value) {
            ++at;
            if (at == 1)
                time = timeOf(readNumber(value));
            return at == 1 || (at == 2 ? onSecond(value) : value.skipValue());
        });
    }

    /// A time that was there already takes the new value; one before the last is of no series and left out.
    void append(metric::MetricSeries &series, std::int64_t timeNs, double value)
    {
        auto &times = series.timesNs;
        if (!times.empty() && timeNs <= times.back()) {
            const bool isSame = timeNs == times.back();
            ++(isSame ? m_answer.duplicateTimes : m_answer.unreadableItems);
            if (isSame)
                series.values.back() = value;
            return;
        }
        // Where a series was stale the server leaves points out.
        const std::int64_t step = m_answer.stepNs;
        if (step > 0 && !times.empty() && timeNs - times.back() > step + step / 2) {
            times.push_back(times.back() + step);
            series.values.push_back(kGap);
        }
        times.push_back(timeNs);
        series.values.push_back(value);
    }

    metric::MetricAnswer m_answer;
    SeriesSelection m_selection;
};

struct ResultParts {
    std::string type;
    std::optional<json::JsonCursor> result;
};

ResultParts partsOf(json::JsonCursor data)
{
    ResultParts parts;
    if (data.peek() != '{')
        return parts;
    json::forEachField(data, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "result")
            parts.result = value;
        if (key != "resultType")
            return value.skipValue();
        parts.type = readString(value);
        return true;
    });
    return parts;
}

} // namespace

Result<PrometheusEnvelope> openEnvelope(const ApiAnswer &answer, const net::HttpClient &client)
{
    json::JsonCursor cursor = answer.cursor();
    PrometheusEnvelope envelope{cursor, {}, {}};
    std::string status;
    std::string error;
    const bool isRead = json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "status")
            status = readString(value);
        else if (key == "error")
            error = readString(value);
        else if (key == "warnings")
            envelope.warnings = readStrings(value);
        else if (key == "infos")
            envelope.infos = readStrings(value);
        else {
            if (key == "data")
                envelope.data = value;
            return value.skipValue();
        }
        return true;
    });
    if (isRead && status == "success" && answer.http().status < 300)
        return envelope;
    if (status == "error" || answer.http().status >= 300)
        return tl::unexpected(net::httpError(answer.http(), error, client));
    return fail(ErrorCode::Malformed,
                "The answer is JSON, but not of Prometheus' HTTP API. Check the path in front of /api.",
                client.place());
}

Result<metric::MetricAnswer> readMetrics(const PrometheusEnvelope &envelope, std::int64_t stepNs,
                                         std::size_t seriesLimit, const std::string &place)
{
    ResultParts parts = partsOf(envelope.data);
    MetricReader reader(stepNs, seriesLimit);
    bool isRead = parts.result.has_value();
    if (isRead && (parts.type == "vector" || parts.type == "matrix")) {
        isRead = json::forEachElement(*parts.result, [&](json::JsonCursor &item) { return reader.readItem(item); });
    } else if (isRead && parts.type == "scalar") {
        metric::MetricSeries series;
        isRead = reader.readPoint(*parts.result, series);
        reader.selection().add(std::move(series), [] { return metric::Labels(); });
    } else if (isRead && parts.type == "string") {
        const std::vector<std::string> pair = readStrings(*parts.result);
        reader.answer().text = pair.size() == 2 ? pair[1] : std::string();
    } else {
        isRead = false;
    }
    if (!isRead)
        return fail(ErrorCode::Malformed,
                    "The answer holds no result in a form that Prometheus gives. Is this the right server?", place);
    reader.answer().warnings = envelope.warnings;
    reader.answer().infos = envelope.infos;
    return reader.finish();
}

std::int64_t stepFor(TimeRange range, int widthPx, std::int64_t scrapeIntervalNs)
{
    constexpr std::int64_t kMs = 1'000'000;
    constexpr std::array<std::int64_t, 21> kRoundS = {1,     2,     5,     10,    15,     30,     60,
                                                      120,   300,   600,   900,   1800,   3600,   7200,
                                                      10800, 21600, 43200, 86400, 172800, 432000, 864000};
    const std::int64_t length = std::max<std::int64_t>(range.length().ns(), kMs);
    // One point more than intervals, and one more where the begin is moved to a round time.
    const auto most = static_cast<std::int64_t>(kMostPoints) - 2;
    const std::int64_t points = std::clamp<std::int64_t>(widthPx, 1, most);
    const std::int64_t least = std::max({(length - 1) / points + 1, scrapeIntervalNs, kMs});
    if (least <= 1'000 * kMs) {
        for (const std::int64_t ms : {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}) {
            if (ms * kMs >= least)
                return ms * kMs;
        }
    }
    for (const std::int64_t seconds : kRoundS) {
        if (seconds * 1'000 * kMs >= least)
            return seconds * 1'000 * kMs;
    }
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    return ((least - 1) / kDayNs + 1) * kDayNs;
}

} // namespace tailspan::sources
