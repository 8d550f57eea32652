// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/stage_clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::layout {

// Runs drawn over each other on one clock, as plain numbers. Pure functions, any thread.

/// The values of one run on the clock, a point a step; kNoValue (replay_picture.h) where nothing was measured.
struct OverlayRun {
    bool isLater = false; ///< Of the later side, not of the baseline.
    std::string name;     ///< Its file.
    std::vector<double> seconds;
    std::vector<double> users;
    std::vector<double> requestsRps;
    std::vector<double> p95Ns;
};

/// A stage of the clock.
struct OverlayStage {
    std::string name;
    double beginSeconds = 0;
    double endSeconds = 0;
};

struct RunOverlay {
    std::vector<OverlayRun> runs; ///< Baseline first.
    std::vector<OverlayStage> stages;
    double beginSeconds = 0;
    double endSeconds = 0;
    std::string words; ///< How they were laid over each other, and what is left out.
};

/// More runs of a side are too many lines to tell apart.
inline constexpr std::size_t kMostOverlayRuns = 6;

/// `clock`: of the baseline's runs, then the later ones. Steps are joined so that there are at most about `mostSteps`; a
/// p95 of joined steps is one of their joined requests. Cost: linear in the timelines.
[[nodiscard]] RunOverlay runOverlayOf(std::span<const loadtest::LoadTestReportPtr> baseline,
                                      std::span<const loadtest::LoadTestReportPtr> current,
                                      const loadtest::StageClock &clock, int mostSteps, const std::stop_token &stop);

enum class OverlayFigure : std::uint8_t { Users, Requests, P95 };
inline constexpr std::array kOverlayFigures{OverlayFigure::Users, OverlayFigure::Requests, OverlayFigure::P95};
[[nodiscard]] const std::vector<double> &valuesOf(const OverlayRun &run, OverlayFigure figure);

/// One of the plots below each other.
struct RunOverlayPlot {
    struct Line {
        bool isLater = false;
        std::vector<std::vector<PlotPoint>> pieces; ///< Broken where there is no value.
    };
    std::vector<PlotTick> valueTicks;
    std::vector<Line> lines; ///< As RunOverlay::runs.
    bool isEmpty = true;     ///< No run holds this figure.
};

struct RunOverlayPicture {
    std::array<RunOverlayPlot, kOverlayFigures.size()> plots;
    std::vector<PlotTick> timeTicks;
    std::vector<std::pair<PlotTick, double>> stages; ///< Left edge with the name, and the width.
};

/// Marks of such a clock at round times, with a minus before its 0.
[[nodiscard]] std::vector<PlotTick> runClockTicks(double beginSeconds, double endSeconds, double widthPx);
/// "12.5 s", "-3 s": a moment on the clock.
[[nodiscard]] std::string runClockText(double seconds);

/// Every plot of that size.
[[nodiscard]] RunOverlayPicture layOverlay(const RunOverlay &overlay, double widthPx, double heightPx);
/// The moment on the clock at a place.
[[nodiscard]] double overlaySecondAt(const RunOverlay &overlay, double xPx, double widthPx);
/// The step of a run that is nearest to a moment; nullopt where none is near.
[[nodiscard]] std::optional<std::size_t> overlayStepAt(const OverlayRun &run, double second);

} // namespace tailspan::layout
