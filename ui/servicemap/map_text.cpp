// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_text.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/servicemap/map_moment.h"

#include <QCoreApplication>

#include <cmath>

namespace tailspan::servicemap {

using graph::GraphDifference;
using graph::NodeKind;
using items::toQString;
using layout::MapFigures;
using layout::MapScene;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("MapText", text);
}

QString duration(double ns)
{
    return toQString(durationText(Duration(std::llround(ns))));
}

/// " (was 1.1k/s)", with the word that it is beyond chance, or nothing.
QString before(const std::optional<GraphDifference::Change> &change,
               GraphDifference::Figure GraphDifference::Change::*member, auto &&textOf)
{
    if (!change)
        return {};
    const GraphDifference::Figure &figure = (*change).*member;
    return figure.isSignificant ? tr("  (was %1, clear)").arg(textOf(figure.before))
                                : tr("  (was %1)").arg(textOf(figure.before));
}

QString counted(std::uint64_t count, const char *one, const char *many)
{
    return toQString(pluralText(count, one, many));
}

void addEdgeLines(const layout::MapEdge &edge, QStringList &lines)
{
    if (edge.isMissing)
        lines.append(tr("Declared, and no call was seen"));
    if (edge.isUndeclared)
        lines.append(tr("Seen, and not declared"));
}

void addNodeLines(const layout::MapNode &node, QStringList &lines)
{
    if (node.isMissing)
        lines.append(tr("Declared, and no span was seen"));
    if (node.isUndeclared)
        lines.append(tr("Seen, and not declared"));
    for (const std::string &warning : node.warnings)
        lines.append(toQString(warning));
}

} // namespace

QString kindText(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Database: return tr("Database");
    case NodeKind::Cache: return tr("Cache");
    case NodeKind::Queue: return tr("Queue");
    case NodeKind::External: return tr("Outside, without spans");
    case NodeKind::Group: return tr("Namespace");
    case NodeKind::Service: break;
    }
    return tr("Service");
}

std::vector<FigureRow> figureRows(const MapFigures &figures)
{
    const auto rate = [](double value) { return toQString(rateText(value)); };
    const auto percent = [](double value) { return toQString(percentText(value)); };
    using Change = GraphDifference::Change;
    std::vector<FigureRow> rows;
    if (figures.ratePerSecond)
        rows.push_back({tr("Rate"), rate(*figures.ratePerSecond) + before(figures.change, &Change::rate, rate)});
    if (figures.calls > 0 || figures.ratePerSecond)
        rows.push_back({tr("Calls"), toQString(countText(figures.calls))});
    if (figures.errorRatio)
        rows.push_back({tr("Failed"), percent(*figures.errorRatio) + before(figures.change, &Change::errors, percent)});
    if (figures.p50Ns)
        rows.push_back({tr("p50"), toQString(durationText(Duration(*figures.p50Ns)))});
    if (figures.p95Ns)
        rows.push_back(
            {tr("p95"),
             toQString(durationText(Duration(*figures.p95Ns))) + before(figures.change, &Change::p95, duration)});
    if (figures.criticalShare > 0)
        rows.push_back({tr("Of the critical path"), percent(figures.criticalShare)});
    return rows;
}

QString titleOf(const MapSelection &selection)
{
    return selection.isEdge() ? toQString(selection.node) + u" \u2192 " + toQString(selection.to)
                              : toQString(selection.node);
}

QString tooltipOf(const MapScene &scene, const MapSelection &selection)
{
    QStringList lines{titleOf(selection)};
    const std::uint32_t node = scene.nodeNamed(selection.node);
    const std::uint32_t edge = selection.isEdge() ? scene.edgeBetween(selection.node, selection.to) : MapScene::kNone;
    const MapFigures *figures = nullptr;
    if (edge != MapScene::kNone) {
        addEdgeLines(scene.edges[edge], lines);
        figures = &scene.edges[edge].figures;
    } else if (node != MapScene::kNone && !selection.isEdge()) {
        lines.append(kindText(scene.nodes[node].kind));
        addNodeLines(scene.nodes[node], lines);
        figures = &scene.nodes[node].figures;
    }
    if (figures != nullptr) {
        for (const FigureRow &row : figureRows(*figures))
            lines.append(row.title + u": " + row.value);
    }
    return lines.join(u'\n');
}

QString momentSentence(const MomentScene &moment)
{
    std::uint64_t calls = 0;
    double failed = 0;
    for (const layout::MapNode &node : moment.scene.nodes) {
        if (node.kind != NodeKind::Service && node.kind != NodeKind::Group)
            continue;
        calls += node.figures.calls;
        failed += node.figures.errorRatio.value_or(0) * static_cast<double>(node.figures.calls);
    }
    return tr("marked: %1 \u2013 %2 UTC, %3 ran, %4 began, %5 failed")
        .arg(toQString(clockText(moment.step.begin)), toQString(clockText(moment.step.end)),
             counted(moment.traces, "trace", "traces"), counted(calls, "span", "spans"),
             toQString(countText(static_cast<std::uint64_t>(std::llround(failed)))));
}

QStringList stateSentences(const graph::ServiceMap &map, const DrawnMap &drawn)
{
    QStringList parts;
    parts.append(map.source.empty()
                     ? tr("%1 loaded").arg(counted(map.spanCount, "span", "spans"))
                     : tr("%1 counted in %2").arg(counted(map.spanCount, "call", "calls"), toQString(map.source)));
    if (!map.isComplete)
        parts.append(tr("at least: the store stopped at its limit"));
    if (!map.hasLatency)
        parts.append(tr("the store does not tell how long calls took"));
    if (drawn.shown.rareNodes + drawn.shown.rareEdges > 0)
        parts.append(tr("%1 and %2 below the rate are hidden")
                         .arg(counted(drawn.shown.rareNodes, "service", "services"),
                              counted(drawn.shown.rareEdges, "call path", "call paths")));
    if (drawn.shown.farNodes > 0)
        parts.append(tr("%1 outside the neighbourhood").arg(counted(drawn.shown.farNodes, "service", "services")));
    if (map.mesh)
        parts.append(tr("%1 declared and seen, %2 not declared, %3 never seen")
                         .arg(toQString(countText(map.mesh->declaredCount)),
                              toQString(countText(map.mesh->undeclaredCount)),
                              toQString(countText(map.mesh->missing.size()))));
    for (std::size_t i = 0; map.mesh && i < map.mesh->callsAll.size(); ++i) {
        const auto &all = map.mesh->callsAll[i];
        parts.append(tr("%1 may call all and calls %2 of %3")
                         .arg(toQString(all.name), toQString(countText(all.seen)), toQString(countText(all.others))));
    }
    if (map.difference)
        parts.append(tr("compared with %1 \u2013 %2 UTC")
                         .arg(toQString(clockText(map.difference->before.begin)),
                              toQString(clockText(map.difference->before.end))));
    if (map.difference && !map.difference->goneNodes.empty())
        parts.append(
            tr("%1 of the baseline gone").arg(counted(map.difference->goneNodes.size(), "service", "services")));
    if (drawn.scene.quietWarnings > 0)
        parts.append(
            tr("%1 about services without spans here").arg(counted(drawn.scene.quietWarnings, "warning", "warnings")));
    for (const std::string &note : map.notes)
        parts.append(toQString(note));
    return parts;
}

} // namespace tailspan::servicemap
