// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/grafana_dashboard.h"

#include "app/json/indexed_text.h"
#include "app/sources/json_api.h"

#include <algorithm>
#include <array>
#include <optional>

namespace tailspan::sources {

namespace {

using json::JsonCursor;
using metric::Dashboard;
using metric::DashboardPanel;
using metric::DashboardVariable;

/// A source of data: its kind where the file tells it, and its id or name.
struct Datasource {
    std::string type;
    std::string uid;
};

Datasource readDatasource(JsonCursor &cursor)
{
    Datasource source;
    if (cursor.peek() != '{') {
        source.uid = readString(cursor); // of old dashboards: its name, or nothing
        return source;
    }
    json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key == "type")
            source.type = readString(value);
        else if (key == "uid")
            source.uid = readString(value);
        else
            return value.skipValue();
        return true;
    });
    return source;
}

struct Target {
    metric::DashboardTarget target;
    Datasource source;
    bool isHidden = false;
};

bool readTarget(JsonCursor &cursor, Target &target)
{
    return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key == "expr")
            target.target.expression = readString(value);
        else if (key == "legendFormat")
            target.target.legend = readString(value);
        else if (key == "datasource")
            target.source = readDatasource(value);
        else if (key == "hide")
            target.isHidden = readFlag(value);
        else
            return value.skipValue();
        return true;
    });
}

/// The value of a text below the cursor, by a path of names; steps over everything.
std::string textBelow(JsonCursor &cursor, std::initializer_list<std::string_view> path)
{
    JsonCursor at = cursor;
    (void)cursor.skipValue();
    for (const std::string_view name : path) {
        std::optional<JsonCursor> next;
        if (at.peek() == '[') // of the axes of old panels the first
            at.advance();
        if (at.peek() != '{')
            return {};
        json::forEachField(at, [&](std::string_view key, JsonCursor &value) {
            if (key == name)
                next = value;
            return value.skipValue();
        });
        if (!next)
            return {};
        at = *next;
    }
    return readString(at);
}

/// Reads panels into a dashboard.
class PanelReader {
public:
    explicit PanelReader(Dashboard &dashboard) : m_dashboard(dashboard) {}

    /// An array of panels or of rows with panels. `depth` bounds what the file can make this do.
    bool readPanels(JsonCursor &cursor, std::string &row, int depth)
    {
        if (cursor.peek() != '[' || depth > kMostDepth)
            return cursor.skipValue();
        return json::forEachElement(cursor, [&](JsonCursor &item) {
            return item.peek() == '{' ? readPanel(item, row, depth) : item.skipValue();
        });
    }

private:
    static constexpr int kMostDepth = 3;

    struct Panel {
        DashboardPanel panel;
        std::string type;
        Datasource source;
        std::vector<Target> targets;
        std::optional<JsonCursor> inner;
    };

    static bool readFields(JsonCursor &cursor, Panel &found)
    {
        return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            if (key == "title")
                found.panel.title = readString(value);
            else if (key == "type")
                found.type = readString(value);
            else if (key == "datasource")
                found.source = readDatasource(value);
            else if (key == "fieldConfig")
                found.panel.unitName = textBelow(value, {"defaults", "unit"});
            else if (key == "yaxes" && found.panel.unitName.empty())
                found.panel.unitName = textBelow(value, {"format"});
            else if (key == "targets" && value.peek() == '[')
                return json::forEachElement(value, [&](JsonCursor &item) {
                    return item.peek() == '{' ? readTarget(item, found.targets.emplace_back()) : item.skipValue();
                });
            else {
                if (key == "panels")
                    found.inner = value;
                return value.skipValue();
            }
            return true;
        });
    }

    bool readPanel(JsonCursor &cursor, std::string &row, int depth)
    {
        Panel found;
        const bool isRead = readFields(cursor, found);
        const bool isRow = found.type == "row" || (found.inner && found.targets.empty());
        if (isRow) {
            row = found.panel.title; // holds for the panels behind it as well
            return isRead && (!found.inner || readPanels(*found.inner, row, depth + 1));
        }
        found.panel.row = row;
        take(std::move(found));
        return isRead;
    }

    void take(Panel found)
    {
        const std::string name = "\"" + (found.panel.title.empty() ? "Untitled" : found.panel.title) + "\"";
        if (found.targets.empty() && found.type != "text")
            m_dashboard.leftOut.push_back(name + " asks for nothing (" + found.type + ").");
        for (Target &target : found.targets) {
            const Datasource &source = target.source.type.empty() && target.source.uid.empty() ? found.source
                                                                                               : target.source;
            const bool isOther = !source.type.empty() && source.type != "prometheus" && source.type != "datasource";
            const bool isLoki = source.uid.find("oki") != std::string::npos;
            if (target.isHidden)
                continue;
            if (isOther || isLoki || target.target.expression.empty()) {
                m_dashboard.leftOut.push_back(name + " asks " + (source.type.empty() ? source.uid : source.type)
                                              + ", which is not PromQL.");
                continue;
            }
            found.panel.datasourceUid = source.uid;
            found.panel.targets.push_back(std::move(target.target));
        }
        found.panel.unit = metric::unitOfGrafana(found.panel.unitName);
        if (!found.panel.targets.empty())
            m_dashboard.panels.push_back(std::move(found.panel));
    }

    Dashboard &m_dashboard;
};

std::string trimmed(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of(" \t\n"), text.size());
    return std::string(text.substr(first, text.find_last_not_of(" \t\n") + 1 - first));
}

/// "label_values(up{job=\"x\"}, instance)": the label, and which series have it.
void takeQuery(DashboardVariable &variable, const std::string &query)
{
    constexpr std::string_view kCall = "label_values(";
    const std::string text = trimmed(query);
    if (!text.starts_with(kCall) || !text.ends_with(')'))
        return;
    const std::string inside = text.substr(kCall.size(), text.size() - kCall.size() - 1);
    const std::size_t comma = inside.rfind(',');
    variable.labelName = trimmed(comma == std::string::npos ? inside : inside.substr(comma + 1));
    variable.selector = comma == std::string::npos ? std::string() : trimmed(inside.substr(0, comma));
}

/// The value that a list or a choice holds; a single one or several.
std::vector<std::string> readValue(JsonCursor &cursor)
{
    std::vector<std::string> values;
    if (cursor.peek() != '{') {
        (void)cursor.skipValue();
        return values;
    }
    json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key != "value")
            return value.skipValue();
        values = value.peek() == '[' ? readStrings(value) : std::vector{readString(value)};
        return true;
    });
    std::replace(values.begin(), values.end(), std::string("$__all"), std::string(".*"));
    std::erase(values, std::string());
    return values;
}

bool readVariable(JsonCursor &cursor, DashboardVariable &variable, std::string &type)
{
    return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key == "name")
            variable.name = readString(value);
        else if (key == "label")
            variable.title = readString(value);
        else if (key == "type")
            type = readString(value);
        else if (key == "query")
            takeQuery(variable, value.peek() == '{' ? textBelow(value, {"query"}) : readString(value));
        else if (key == "current")
            variable.current = readValue(value);
        else if (key == "allValue")
            variable.everything = readString(value);
        else if (key == "multi")
            variable.isMany = readFlag(value);
        else if (key == "options" && value.peek() == '[')
            return json::forEachElement(value, [&](JsonCursor &item) {
                for (std::string &option : readValue(item))
                    variable.options.push_back(std::move(option));
                return true;
            });
        else
            return value.skipValue();
        return true;
    });
}

bool readVariables(JsonCursor &cursor, Dashboard &dashboard)
{
    if (cursor.peek() != '{')
        return cursor.skipValue();
    return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key != "list" || value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](JsonCursor &item) {
            if (item.peek() != '{')
                return item.skipValue();
            DashboardVariable variable;
            std::string type;
            const bool isRead = readVariable(item, variable, type);
            if (type == "adhoc")
                dashboard.leftOut.push_back("Filters of \"" + variable.name + "\" are typed in Grafana only.");
            else if (type != "datasource") // which one is asked is this program's own choice
                dashboard.variables.push_back(std::move(variable));
            return isRead;
        });
    });
}

/// `isWrapper`: the object may be the API's answer around the dashboard.
bool readBody(JsonCursor &cursor, Dashboard &dashboard, bool &hasPanels, bool isWrapper)
{
    PanelReader panels(dashboard);
    std::string row;
    return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
        if (key == "title") {
            dashboard.title = readString(value);
            return true;
        }
        if (key == "panels" || key == "rows") {
            hasPanels = true;
            return panels.readPanels(value, row, 0);
        }
        if (key == "templating")
            return readVariables(value, dashboard);
        if (key == "dashboard" && isWrapper && value.peek() == '{')
            return readBody(value, dashboard, hasPanels, false);
        return value.skipValue();
    });
}

} // namespace

bool mayBeDashboard(std::string_view head)
{
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || head[first] != '{' || head.find("\"panels\"") == std::string_view::npos)
        return false;
    constexpr std::array<std::string_view, 5> kMarks = {"\"gridPos\"", "\"schemaVersion\"", "\"templating\"",
                                                        "\"__inputs\"", "\"datasource\""};
    return std::any_of(kMarks.begin(), kMarks.end(),
                       [&](std::string_view mark) { return head.find(mark) != std::string_view::npos; });
}

Result<Dashboard> readDashboard(std::string_view json)
{
    const json::IndexedText text(json);
    JsonCursor cursor = text.cursor();
    Dashboard dashboard;
    bool hasPanels = false;
    if (!readBody(cursor, dashboard, hasPanels, true))
        return fail(ErrorCode::Malformed, "The file is not whole JSON. Export the dashboard from Grafana once more.");
    if (!hasPanels)
        return fail(ErrorCode::Unsupported,
                    "The file is JSON, but no dashboard of Grafana: it has no panels. Export one with Share, Export.");
    return dashboard;
}

} // namespace tailspan::sources
