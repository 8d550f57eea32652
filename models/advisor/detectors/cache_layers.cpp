// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of caches whose declared times to live do not fit together: one layer with two of them, and layers whose ages
// add up to more than anybody meant.
#include "models/advisor/cache_findings.h"
#include "models/advisor/scaling_config.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.layer-conflict";

std::string secondsText(double seconds)
{
    return countText(static_cast<std::uint64_t>(std::max(0.0, std::round(seconds)))) + " s";
}

Reference referenceTo(const CacheLayer &layer)
{
    const Place &place = layer.ttlSeconds.place;
    return {ReferenceKind::Config, place.text(), layer.key + ": " + layer.ttlSeconds.written, {}};
}

using Layers = std::map<CacheLayer::Kind, std::vector<const CacheLayer *>>;

class LayerSearch {
public:
    LayerSearch(const ScalingConfig &config, const Rules &rules) : m_rules(rules)
    {
        for (const CacheLayer &layer : config.cacheLayers) {
            if (std::isfinite(layer.ttlSeconds.value) && layer.ttlSeconds.value >= 0)
                m_layers[layer.kind].push_back(&layer);
        }
    }

    void run(Output &output)
    {
        for (auto &[kind, layers] : m_layers) {
            std::ranges::stable_sort(layers, {}, [](const CacheLayer *layer) { return layer->ttlSeconds.value; });
            if (layers.back()->ttlSeconds.value > layers.front()->ttlSeconds.value)
                output.findings.push_back(twoOfOne(kind, layers));
        }
        addUp(output);
    }

private:
    static Finding begin(std::string object, std::string distinction)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.subject.object = std::move(object);
        finding.id = findingId(kId, finding.subject, distinction);
        finding.verification = {VerificationState::Verified, "Added up from the declared values."};
        return finding;
    }

    Finding twoOfOne(CacheLayer::Kind kind, const std::vector<const CacheLayer *> &layers) const
    {
        const std::string name(cacheLayerText(kind));
        const CacheLayer &shortest = *layers.front(), &longest = *layers.back();
        Finding finding = begin(name + " cache", "two");
        finding.severity = Severity::Low;
        finding.confidence = m_rules.number("cache.layer-conflict.confidence");
        finding.title = "Declare one time to live for the " + name + " cache";
        finding.what = "The " + name + " cache keeps answers " + secondsText(shortest.ttlSeconds.value) + " by "
            + shortest.key + " and " + secondsText(longest.ttlSeconds.value) + " by " + longest.key
            + ". Which one holds depends on which part of the configuration is read last.";
        finding.impactText = secondsText(shortest.ttlSeconds.value) + " or " + secondsText(longest.ttlSeconds.value);
        Evidence evidence{"config", "Declared " + pluralText(layers.size(), "time", "times") + ".", {}};
        for (const CacheLayer *layer : layers)
            evidence.references.push_back(referenceTo(*layer));
        finding.evidence.push_back(std::move(evidence));
        finding.artifacts.push_back(
            {"yaml", "The shorter one in both places",
             "# " + longest.ttlSeconds.place.text() + "\n" + leafOf(longest.key) + ": " + shortest.ttlSeconds.written,
             "# " + longest.ttlSeconds.place.text() + "\n" + leafOf(longest.key) + ": " + longest.ttlSeconds.written});
        finding.actions.push_back({Action::Verb::Set, "ttl " + name + " layer"});
        finding.refutedBy = "The two values are for different content.";
        return finding;
    }

    /// "cdnTtl" of "performance.caching.cdnTtl"
    static std::string leafOf(const std::string &key) { return key.substr(key.rfind('.') + 1); }

    /// Each layer may take an answer that is about to expire in the layer behind it, so their times add up.
    void addUp(Output &output) const
    {
        std::vector<const CacheLayer *> longest;
        double sum = 0, innermost = 0;
        using Kind = CacheLayer::Kind;
        for (const Kind kind : {Kind::Redis, Kind::Application, Kind::Cdn, Kind::Browser}) { // from the inside out
            const auto found = m_layers.find(kind);
            if (found == m_layers.end())
                continue;
            const CacheLayer *const layer = found->second.back();
            longest.push_back(layer);
            sum += layer->ttlSeconds.value;
            if (innermost <= 0)
                innermost = layer->ttlSeconds.value;
        }
        const bool isMore = innermost > 0 && sum >= innermost * m_rules.number("cache.layer-conflict.min-sum-factor");
        if (longest.size() < 2 || !isMore || sum < m_rules.number("cache.layer-conflict.min-sum-seconds"))
            return;
        output.findings.push_back(stacked(longest, sum, innermost));
    }

    Finding stacked(const std::vector<const CacheLayer *> &layers, double sum, double innermost) const
    {
        std::string listed;
        TablePicture table{{"Layer", "Time to live", "Oldest answer so far"}, {}, {}};
        Evidence evidence{"config", "Times to live as declared.", {}};
        double age = 0;
        for (const CacheLayer *layer : layers) {
            const double ttl = layer->ttlSeconds.value;
            age += ttl;
            const std::string name(cacheLayerText(layer->kind));
            listed += (listed.empty() ? "" : ", ") + name + " " + secondsText(ttl);
            if (age > innermost)
                table.badRows.push_back(table.rows.size());
            table.rows.push_back({name, secondsText(ttl), secondsText(age)});
            evidence.references.push_back(referenceTo(*layer));
        }
        // What the outer layers may take of the innermost time, so that the sum stays near it.
        const double outer = innermost * m_rules.number("cache.layer-conflict.outer-share");
        const double after = innermost + outer * static_cast<double>(layers.size() - 1);
        const std::string oldest = durationText(Duration::seconds(static_cast<std::int64_t>(sum)));
        Finding finding = begin("cache layers", "sum");
        finding.severity = Severity::Medium;
        finding.confidence = m_rules.number("cache.layer-conflict.confidence");
        finding.title = "Users can see answers " + oldest + " old";
        finding.what = "Each layer may fetch an answer just before it expires in the layer behind it, so what they "
                       "declare adds up: "
            + listed + ", together " + secondsText(sum) + ", though the innermost promises " + secondsText(innermost)
            + ".";
        finding.impactText = "up to " + oldest + " old";
        finding.evidence.push_back(std::move(evidence));
        finding.estimate = oldestAnswer(innermost, after, sum);
        finding.artifacts.push_back(header(outer));
        finding.picture = std::move(table);
        finding.actions.push_back({Action::Verb::Lower, "ttl outer layers"});
        finding.refutedBy = "The layers pass on the header Age, or are told to drop what has changed.";
        finding.assumptions.push_back("All layers hold the same content, and none passes on how old an answer is.");
        return finding;
    }

    static Estimate oldestAnswer(double innermost, double after, double sum)
    {
        return {"oldest answer a user can see",
                "s",
                innermost,
                after,
                after,
                sum,
                "the sum of the layers; the innermost alone where they pass on Age"};
    }

    static Artifact header(double outer)
    {
        const std::string seconds = std::to_string(std::max<long long>(1, std::llround(outer)));
        return {"http", "One header that all outer layers obey",
                "Cache-Control: public, max-age=" + seconds + ", s-maxage=" + seconds
                    + ", stale-while-revalidate=" + seconds,
                "Remove the header again: the layers fall back to their own times."};
    }

    const Rules &m_rules;
    Layers m_layers;
};

class CacheLayersDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Cache layers that disagree", Input::Scaling, {}};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        LayerSearch(*inputs.scaling, rules).run(output);
    }
};

} // namespace

DetectorPtr makeCacheLayersDetector()
{
    return std::make_unique<CacheLayersDetector>();
}

} // namespace tailspan::advisor
