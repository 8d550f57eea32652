// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/run_marks.h"

#include "models/advisor/call_text.h"
#include "models/loadtest/alignment.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

using loadtest::LoadTestReport;

/// "POST" and "/pay" of "POST http://shop/pay?id=1"; the method may be empty.
struct Route {
    std::string_view method;
    std::string_view path;
};

Route routeOf(std::string_view text)
{
    Route route;
    if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
        if (isHttpMethod(text.substr(0, blank))) {
            route.method = text.substr(0, blank);
            text.remove_prefix(blank + 1);
        }
    }
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
        const std::size_t path = text.find('/', scheme + 3);
        text = path == std::string_view::npos ? "/" : text.substr(path);
    }
    text = text.substr(0, text.find_first_of("?#"));
    while (text.size() > 1 && text.ends_with('/'))
        text.remove_suffix(1);
    route.path = text;
    return route;
}

bool isVariable(std::string_view part)
{
    const bool isNumber = !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    return isNumber || part.starts_with(':') || (part.starts_with('{') && part.ends_with('}'));
}

/// The part up to the next slash, which is taken away with it.
std::string_view takePart(std::string_view &path)
{
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return part;
}

void addWindow(TimeRange window, TimeRange run, RunMark &mark)
{
    const TimeRange inside{std::max(window.begin, run.begin), std::min(window.end, run.end)};
    const bool isAll = inside == run;
    if (!inside.isEmpty() && !isAll && std::ranges::find(mark.windows, inside) == mark.windows.end())
        mark.windows.push_back(inside);
}

bool addEvidence(const Finding &finding, const LoadTestReport &report, TimeRange run, RunMark &mark)
{
    bool isAbout = false;
    for (const Evidence &evidence : finding.evidence) {
        for (const Reference &reference : evidence.references) {
            const bool isReport = reference.kind == ReferenceKind::Report && reference.target == report.fileName;
            const bool isMeanwhile = reference.kind == ReferenceKind::Metric && report.startedAt
                && reference.range.begin < run.end && run.begin < reference.range.end;
            if (!isReport && !isMeanwhile)
                continue;
            isAbout = true;
            if (!reference.range.isEmpty())
                addWindow(reference.range, run, mark);
        }
    }
    return isAbout;
}

} // namespace

bool isSameEndpoint(std::string_view operation, std::string_view name)
{
    Route a = routeOf(operation);
    Route b = routeOf(name);
    if (!a.method.empty() && !b.method.empty() && a.method != b.method)
        return false;
    if (!a.path.starts_with('/') || !b.path.starts_with('/'))
        return a.path == b.path && !a.path.empty();
    while (!a.path.empty() && !b.path.empty()) {
        const std::string_view left = takePart(a.path);
        const std::string_view right = takePart(b.path);
        const bool isOpen = isVariable(left) && isVariable(right);
        if (left != right && !isOpen)
            return false;
    }
    return a.path.empty() && b.path.empty();
}

std::optional<RunMark> runMarkOf(const Finding &finding, const LoadTestReport &report)
{
    RunMark mark;
    const TimeRange run = loadtest::runRangeOf(report);
    bool isAbout = addEvidence(finding, report, run, mark);
    for (std::size_t i = 0; i < report.endpoints.size(); ++i) {
        if (!finding.subject.operation.empty() && isSameEndpoint(finding.subject.operation, report.endpoints[i].name))
            mark.endpoints.push_back(i);
    }
    isAbout = isAbout || !mark.endpoints.empty();
    for (const loadtest::Stage &stage : report.stages) {
        if (isAbout && mark.windows.empty() && stage.name == finding.subject.operation)
            addWindow({run.begin + stage.begin, run.begin + stage.begin + stage.length}, run, mark);
    }
    return isAbout ? std::optional(std::move(mark)) : std::nullopt;
}

} // namespace tailspan::advisor
