// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/source_arguments.h"
#include "app/cli/window_painter.h"
#include "models/base/wall_clock.h"

#include <charconv>
#include <ostream>
#include <string_view>

namespace tailspan::cli {

namespace {

constexpr int kSmallestPx = 200;
constexpr int kLargestPx = 8000;

WindowPainter &windowPainter()
{
    static WindowPainter painter;
    return painter;
}

bool readNumber(std::string_view text, int &number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool readSize(std::string_view text, PictureRequest &request)
{
    const std::size_t x = text.find('x');
    if (x == std::string_view::npos || !readNumber(text.substr(0, x), request.widthPx)
        || !readNumber(text.substr(x + 1), request.heightPx))
        return false;
    const auto isFitting = [](int px) { return px >= kSmallestPx && px <= kLargestPx; };
    return isFitting(request.widthPx) && isFitting(request.heightPx);
}

Result<> applyOption(const std::string &option, const std::string &value, PictureRequest &request)
{
    if (option == "--page") {
        request.page = value;
    } else if (option == "--view") {
        request.view = value;
    } else if (option == "--filter") {
        request.filter = value;
    } else if (option == "--out") {
        request.outPath = value;
    } else if (option == "--source") {
        Arguments sources;
        sources.inOrder.emplace_back("--source", value);
        TS_TRY(const SourceArguments read, readSourceArguments(sources, currentTime()));
        request.sources.insert(request.sources.end(), read.sources.begin(), read.sources.end());
    } else if (option == "--size") {
        if (!readSize(value, request))
            return fail(ErrorCode::Unsupported, "--size takes WIDTHxHEIGHT, each from 200 to 8000, such as 1440x900.");
    } else if (option == "--theme") {
        if (value != "light" && value != "dark")
            return fail(ErrorCode::Unsupported, "--theme takes light or dark.");
        request.isDark = value == "dark";
    } else if (option == "--scale") {
        if (!readNumber(value, request.scale) || request.scale < 1 || request.scale > 4)
            return fail(ErrorCode::Unsupported, "--scale takes a number from 1 to 4.");
    } else {
        return fail(ErrorCode::Unsupported, "unknown option " + option + ".");
    }
    return {};
}

Result<PictureRequest> requestOf(const std::vector<std::string> &arguments)
{
    PictureRequest request;
    bool takesOptions = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
        if (takesOptions && argument == "--") {
            takesOptions = false;
        } else if (!takesOptions || !argument.starts_with("--")) {
            request.files.push_back(argument);
        } else if (const std::size_t equals = argument.find('='); equals != std::string::npos) {
            TS_CHECK(applyOption(argument.substr(0, equals), argument.substr(equals + 1), request));
        } else if (i + 1 == arguments.size()) {
            return fail(ErrorCode::Unsupported, argument + " needs a value.");
        } else {
            TS_CHECK(applyOption(argument, arguments[++i], request));
        }
    }
    if (request.page.empty() || request.outPath.empty())
        return fail(ErrorCode::Unsupported,
                    "--page and --out are needed: tailspan snapshot --page welcome --out window.png");
    return request;
}

class SnapshotCommand final : public Command {
public:
    CommandInfo info() const override
    {
        return {.name = "snapshot",
                .synopsis = "snapshot --page PAGE [--view VIEW] --out FILE.png [--size WxH] [--theme light|dark] "
                            "[--scale N] [--filter EXPR] [--source S]... "
                            "[FILE...]",
                .summary = "paints the window with these files or live sources into a PNG, off screen",
                .options =
                    "--page PAGE          welcome, traces, map, heatmap, metrics, replay, advisor or connections\n"
                    "--view VIEW          of traces: waterfall, flame, statistics, tree, compare or scatter; of map:\n"
                    "                     folded, compared or service:NAME; of heatmap: difference, explain or\n"
                    "                     correlation; of advisor: finding:N, unjudged, refuted or what-if; of\n"
                    "                     metrics: lanes, mapping, targets, service:NAME or query:PROMQL; of\n"
                    "                     replay: lanes, advice, at:SECONDS, traces:SECONDS, compare:BASELINE,\n"
                    "                     compare-time:BASELINE, compare-heat:BASELINE, trend:FOLDER,\n"
                    "                     capacity:200ms (also with peak-users=120, peak-rps=, target-rps=,\n"
                    "                     replicas=, read-peak), limits:FILE or\n"
                    "                     counting:warmup=30s,failures=out,setup=out,whatif=100ms\n"
                    "--out FILE.png       where the picture goes\n"
                    "--size WxH           size of the window; 1440x900 when not given\n"
                    "--theme light|dark   light when not given\n"
                    "--scale N            pixels for each point, 1 to 4; 2 for sharp screens\n"
                    "--filter EXPR        what the window's filter takes: duration>500ms service=auth\n"
                    "--source S           a live source, see `tailspan help trace`; painted when the newest 15\n"
                    "                     minutes are there\n",
                .jsonHelp = ""};
    }

    bool needsWidgets() const override { return true; }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &, std::ostream &err) override
    {
        const Result<PictureRequest> request = requestOf(arguments);
        if (!request) {
            err << "tailspan snapshot: " << request.error().text() << '\n';
            return ExitCode::WrongUsage;
        }
        const Result<> painted = windowPainter()(*request);
        if (!painted) {
            err << "tailspan snapshot: " << painted.error().text() << '\n';
            const bool isUsage = painted.error().code == ErrorCode::NotFound; // no such page
            return isUsage ? ExitCode::WrongUsage : exitCodeFor(painted.error());
        }
        return ExitCode::Fine;
    }
};

} // namespace

void setWindowPainter(WindowPainter painter)
{
    windowPainter() = std::move(painter);
}

std::unique_ptr<Command> makeSnapshotCommand();

std::unique_ptr<Command> makeSnapshotCommand()
{
    return std::make_unique<SnapshotCommand>();
}

} // namespace tailspan::cli
