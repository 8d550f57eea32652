// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/spanless_source.h"

#include "app/sources/metric_source.h"

namespace tailspan::sources {

namespace {

class SpanlessSource final : public TraceSource {
public:
    SpanlessSource(const std::string &title, const SourceAddress &address, const SourceSecrets &secrets)
        : m_metrics(makeMetricSource(address, secrets)), m_alerts(makeAlertSource(address, secrets)),
          m_error{ErrorCode::Unsupported,
                  title + " keeps no spans. Choose a store of traces: Redis, PostgreSQL or a file.", address.text()}
    {}

    Result<> probe(const OnProbeStep &onStep, Ask ask) override
    {
        if (m_metrics)
            return m_metrics->probe(onStep, std::move(ask));
        return m_alerts ? m_alerts->probe(onStep, std::move(ask)) : Result<>(tl::unexpected(m_error));
    }
    Result<SearchPage> search(const trace::TraceQuery &, Ask) override { return tl::unexpected(m_error); }
    Result<FetchOutcome> fetch(const FetchRequest &, trace::TraceBuilder &, std::uint16_t, Ask) override
    {
        return tl::unexpected(m_error);
    }
    Result<FetchOutcome> tail(TailPosition &, trace::TraceBuilder &, std::uint16_t, Ask) override
    {
        return tl::unexpected(m_error);
    }
    Result<trace::SpanDetails> details(const trace::SpanAddress &, Ask) override { return tl::unexpected(m_error); }

private:
    std::unique_ptr<MetricSource> m_metrics;
    std::unique_ptr<AlertSource> m_alerts;
    Error m_error;
};

} // namespace

std::unique_ptr<TraceSource> makeSpanlessSource(const std::string &title, const SourceAddress &address,
                                                const SourceSecrets &secrets)
{
    return std::make_unique<SpanlessSource>(title, address, secrets);
}

} // namespace tailspan::sources
