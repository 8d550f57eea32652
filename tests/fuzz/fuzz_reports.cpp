// SPDX-License-Identifier: GPL-3.0-or-later
// Report readers over arbitrary bytes. Called as fuzz_report_<name> it is that reader alone; called otherwise, the one
// that recognises the bytes, then each of them regardless.
#include "app/reports/report_list.h"
#include "app/reports/report_reader.h"
#include "models/loadtest/capacity.h"
#include "models/loadtest/comparison.h"
#include "models/loadtest/merge_reports.h"
#include "models/loadtest/omission_what_if.h"
#include "models/loadtest/request_steps.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/verdict_order.h"
#include "tests/support/report_check.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace tailspan;

namespace {

void require(const char *what, const loadtest::LoadTestReport &report)
{
    const std::string broken = test::brokenPromise(report);
    if (broken.empty())
        return;
    std::fprintf(stderr, "%s: %s\n", what, broken.c_str());
    std::abort();
}

void use(const char *reader, const loadtest::LoadTestReport &report)
{
    require(reader, report);
    (void)loadtest::regrouped(report.timeline, Duration::seconds(7));
    (void)loadtest::verdictsToShow(report);
    const auto part = std::make_shared<const loadtest::LoadTestReport>(report);
    const std::vector<loadtest::LoadTestReportPtr> parts{part, part};
    (void)loadtest::areParts(report, report);
    if (const auto merged = loadtest::mergedParts(parts))
        require("merged parts", *merged);
    (void)loadtest::completed(report, report);
    (void)loadtest::omissionWhatIf(report, {}, Duration::milliseconds(10));
    (void)loadtest::capacityOf(report, {});
    (void)loadtest::requestSteps(report, {}, {}, {}, loadtest::StepLength::Shortest);
    loadtest::ComparisonOptions options;
    options.rounds = 2;
    (void)loadtest::compareRuns(std::span(parts).first(1), std::span(parts).last(1), options, {});
}

/// With answers to what the file may leave open, or without: texts of an odd length bring them.
void readBy(const reports::ReportReader &reader, const std::string &text)
{
    reports::ReadOptions options;
    if (text.size() % 2 == 1) {
        options.zone = loadtest::ZoneRule(Duration::seconds(7200));
        options.unit = Duration::microseconds(1);
    }
    const auto stream = bytes::streamOf(bytes::sourceFromMemory("input", text));
    Progress progress;
    if (const auto report = reader.readWith(*stream, options, {}, progress))
        use(reader.info().id, *report);
    else if (report.error().message.empty())
        std::abort();
}

/// "K6DashboardHtml" is "k6_dashboard_html".
std::string snakeOf(std::string_view name)
{
    std::string snake;
    for (const char c : name) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        if (isUpper && !snake.empty())
            snake += '_';
        snake += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return snake;
}

const reports::ReportReader *readerNamed(std::string_view snake)
{
    std::size_t place = 0;
#define TAILSPAN_COMPARE(Name)                                                                                         \
    if (snakeOf(#Name) == snake)                                                                                       \
        return reports::allReportReaders()[place].get();                                                               \
    ++place;
    TAILSPAN_REPORT_READERS(TAILSPAN_COMPARE)
#undef TAILSPAN_COMPARE
    return nullptr;
}

const reports::ReportReader *chosen = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int *argc, char ***argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int * /*argc*/, char ***argv)
{
    constexpr std::string_view kPrefix = "fuzz_report_";
    const std::string_view program = **argv;
    const std::size_t at = program.rfind(kPrefix);
    if (at == std::string_view::npos)
        return 0;
    chosen = readerNamed(program.substr(at + kPrefix.size()));
    if (chosen == nullptr) {
        std::fprintf(stderr, "no reader has the name of %s\n", **argv);
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    if (chosen != nullptr) {
        (void)chosen->sniff({text, true});
        readBy(*chosen, text);
        return 0;
    }
    Progress progress;
    if (const auto report = reports::readReport(bytes::sourceFromMemory("input", text), {}, progress))
        use("recognised", **report);
    for (const auto &reader : reports::allReportReaders())
        readBy(*reader, text);
    return 0;
}
