// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/capture/otlp_writer.h"
#include "app/cli/command.h"
#include "app/cli/source_arguments.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"

#include <iostream>

namespace tailspan::cli {

namespace {

class CaptureCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions =
            "  --out FILE        the file to write: OTLP JSON, without bodies, headers and other attributes\n"
            + std::string(kSourceHelp);
        return {"capture", "capture --source S... --out FILE [--last 15m]",
                "Save the spans of live sources into a file that opens here and elsewhere", kOptions.c_str(), ""};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        std::vector<OptionSpec> options = {{"--out", true}};
        options.insert(options.end(), sourceOptions().begin(), sourceOptions().end());
        const Result<Arguments> parsed = parseArguments(arguments, options);
        if (!parsed.has_value())
            return wrongUsage(err, parsed.error().message);
        const auto path = parsed->options.find("--out");
        if (path == parsed->options.end() || !parsed->options.contains("--source") || !parsed->files.empty())
            return wrongUsage(err, "needs --source and --out, and takes no files");
        const Result<SourceArguments> sources = readSourceArguments(*parsed, currentTime());
        if (!sources.has_value())
            return wrongUsage(err, oneLine(sources.error().text()));
        if (!sources->rest.isEmpty())
            return wrongUsage(err, "cannot leave out traces by OR, NOT, patterns or kinds: no store answers these");
        const Result<trace::TraceSnapshotPtr> snapshot = readSources(*sources);
        if (!snapshot.has_value()) {
            err << "tailspan capture: " << oneLine(snapshot.error().text()) << '\n';
            return exitCodeFor(snapshot.error());
        }
        const Result<> written = capture::writeOtlpFile(**snapshot, path->second);
        if (!written.has_value()) {
            err << "tailspan capture: " << oneLine(written.error().text()) << '\n';
            return ExitCode::InputUnreadable;
        }
        for (const trace::TraceInput &input : (*snapshot)->inputs()) {
            for (const std::string &note : input.notes)
                err << "tailspan capture: " << oneLine(input.name) << ": " << oneLine(note) << '\n';
        }
        out << oneLine(path->second) << ": " << pluralText((*snapshot)->traces().size(), "trace", "traces") << ", "
            << pluralText((*snapshot)->spans().size(), "span", "spans") << '\n';
        return ExitCode::Fine;
    }

private:
    ExitCode wrongUsage(std::ostream &err, const std::string &what) const
    {
        err << "tailspan capture: " << what << "; usage: tailspan " << info().synopsis << '\n';
        return ExitCode::WrongUsage;
    }
};

} // namespace

std::unique_ptr<Command> makeCaptureCommand()
{
    return std::make_unique<CaptureCommand>();
}

} // namespace tailspan::cli
