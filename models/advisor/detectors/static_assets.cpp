// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts, styles, fonts and pictures that application servers hand out themselves: a CDN or at least the browser could
// keep them.
#include "models/advisor/call_findings.h"
#include "models/advisor/call_text.h"
#include "models/advisor/impact.h"
#include "models/advisor/keyed_requests.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <array>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.static-assets";

bool isStatic(std::string_view text)
{
    static constexpr std::array<std::string_view, 15> kEndings{".js",    ".mjs", ".css",  ".png",  ".jpg",
                                                               ".jpeg",  ".gif", ".svg",  ".ico",  ".woff",
                                                               ".woff2", ".ttf", ".webp", ".avif", ".map"};
    const std::string_view path = text.substr(0, text.find('?'));
    return std::ranges::any_of(kEndings, [&](std::string_view ending) { return path.ends_with(ending); });
}

/// Whether the header lets somebody else keep the answer for a while.
bool isKeptElsewhere(std::string_view header)
{
    const bool isForbidden = findWithoutCase(header, "no-store") != std::string_view::npos
        || findWithoutCase(header, "no-cache") != std::string_view::npos
        || findWithoutCase(header, "max-age=0") != std::string_view::npos;
    return !isForbidden && findWithoutCase(header, "max-age=") != std::string_view::npos;
}

struct Assets {
    std::vector<std::uint32_t> rows;
    std::vector<std::string> examples;
    double sumNs = 0;
    double bytes = 0;
    bool tellsHeader = false;
};

void add(const KeyedRequests &requests, const KeyedOperation &operation, Assets &assets)
{
    for (const KeyedRequest &request : requests.of(operation)) {
        assets.rows.push_back(request.row);
        assets.bytes += request.bytes;
    }
    assets.sumNs += operation.sumNs;
    assets.tellsHeader |= !operation.cacheControl.empty();
    constexpr std::size_t kMostExamples = 3;
    if (assets.examples.size() < kMostExamples)
        assets.examples.push_back(shortText(operation.text, 50));
}

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

Artifact headerArtifact()
{
    return {"js", "Headers with express, for files whose names hold a hash",
            "app.use('/static', express.static('static', { immutable: true, maxAge: '365d' }));\n"
            "// Cache-Control: public, max-age=31536000, immutable; then point the CDN at /static",
            "app.use('/static', express.static('static'));"};
}

class StaticAssetsDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Static files without a CDN", Input::Traces, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        if (inputs.keyedRequests == nullptr)
            return;
        std::map<std::string, Assets> byService;
        std::map<std::string, double> served;
        for (const KeyedOperation &operation : inputs.keyedRequests->operations) {
            if (stop.stop_requested())
                return;
            if (operation.type != CallType::Http || !operation.isServed)
                continue;
            served[operation.service] += operation.count;
            if (isStatic(operation.text) && !isKeptElsewhere(operation.cacheControl))
                add(*inputs.keyedRequests, operation, byService[operation.service]);
        }
        for (auto &[service, assets] : byService) {
            const auto count = static_cast<double>(assets.rows.size());
            if (count >= rules.number("cache.static-assets.min-requests")
                && count / served[service] >= rules.number("cache.static-assets.min-share"))
                output.findings.push_back(describe(inputs, rules, service, assets, count / served[service]));
        }
    }

private:
    static Finding describe(const Inputs &inputs, const Rules &rules, const std::string &service, Assets &assets,
                            double share)
    {
        CallFindings shared(inputs, rules);
        std::ranges::sort(assets.rows);
        const EndpointKey endpoint = shared.finder().endpointOfMost(assets.rows);
        RetimeEdit edit;
        edit.kind = RetimeEdit::Kind::Cache;
        edit.rows = assets.rows;
        const EndpointEffect effect =
            shared.effect(endpoint, {std::move(edit)},
                          {rules.number("cache.static-assets.kept-low"), rules.number("cache.static-assets.kept"), 1});
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.subject = {service, {}, "static files"};
        finding.id = findingId(kId, finding.subject);
        finding.title = "Let a CDN hand out the static files of " + service;
        finding.what = service + " hands out static files itself: " + countText(assets.rows.size()) + " requests, "
            + percentText(share) + " of all it answers (" + listed(assets.examples) + ")"
            + (assets.tellsHeader ? ", with a header that forbids keeping them."
                                  : ", as far as told without a header that lets others keep them.");
        finding.confidence = rules.number("cache.static-assets.confidence")
            + (assets.tellsHeader ? rules.number("cache.static-assets.confidence-step") : 0);
        shared.setEffect(finding, endpoint, effect, "most of these requests no longer reach " + service);
        // These are many small endpoints: what counts is all of their time.
        constexpr double kNsPerMs = 1e6;
        const double msPerHour = assets.sumNs / kNsPerMs / std::max(effect.hours, 1.0 / 60)
            * rules.number("cache.static-assets.kept");
        finding.impactMsPerHour = msPerHour;
        finding.severity = severityOfLoss(msPerHour, rules);
        finding.evidence.push_back(
            shared.traceEvidence(assets.rows, endpoint, "Requests for static files that " + service + " answered."));
        finding.verification.how = "Counted in traces; no CDN was asked.";
        finding.artifacts.push_back(headerArtifact());
        finding.actions.push_back({Action::Verb::Add, "cdn " + service});
        finding.refutedBy = "A CDN stands in front already, and these are its first questions.";
        if (!assets.tellsHeader)
            finding.assumptions.push_back("Spans do not tell the header Cache-Control of the answers.");
        return finding;
    }
};

} // namespace

DetectorPtr makeStaticAssetsDetector()
{
    return std::make_unique<StaticAssetsDetector>();
}

} // namespace tailspan::advisor
