// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/grafana_dashboard.h"
#include "tests/support/written_file.h"

#include <QTest>
#include <QUrl>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

Result<Dashboard> sample()
{
    return sources::readDashboard(test::testData("grafana/services.json"));
}

DashboardValues valuesOf(std::vector<std::string> services)
{
    return {{{"service", std::move(services)}}, 30'000'000'000, 15'000'000'000, 3'600'000'000'000};
}

std::string expandedText(const char *expression, const DashboardValues &values)
{
    std::vector<std::string> missing;
    return expanded(expression, values, missing);
}

} // namespace

class TestGrafanaDashboard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void panelsBecomeLanesAndTheRestIsNamed()
    {
        const auto dashboard = sample();
        QVERIFY(dashboard.has_value());
        QCOMPARE(dashboard->title, std::string("Services"));
        QCOMPARE(dashboard->panels.size(), std::size_t(2));
        QCOMPARE(dashboard->panels[0].unit, MetricUnit::PerSecond);
        QCOMPARE(dashboard->panels[0].targets.size(), std::size_t(1));
        QCOMPARE(dashboard->panels[0].targets[0].legend, std::string("{{route}} rate"));
        QCOMPARE(dashboard->panels[1].row, std::string("Latency"));
        QCOMPARE(dashboard->panels[1].unit, MetricUnit::Seconds);
        QCOMPARE(dashboard->leftOut,
                 (std::vector<std::string>{"\"Logs\" asks loki, which is not PromQL.",
                                           "\"Rows\" asks postgres, which is not PromQL.",
                                           "Filters of \"Filters\" are typed in Grafana only."}));
    }

    void variablesKnowWhereTheirValuesComeFrom()
    {
        const auto dashboard = sample();
        QCOMPARE(dashboard->variables.size(), std::size_t(2));
        const DashboardVariable &service = dashboard->variables[0];
        QCOMPARE(service.labelName, std::string("service"));
        QCOMPARE(service.selector, std::string("http_requests_total{job=\"a\"}"));
        QCOMPARE(service.current, std::vector<std::string>{".*"});
        QVERIFY(service.isMany);
        QCOMPARE(dashboard->variables[1].options, (std::vector<std::string>{"prod", "dev"}));
        QCOMPARE(dashboard->variables[1].current, std::vector<std::string>{"prod"});
    }

    void rowsOfOldDashboardsAndWrappedOnesAreRead()
    {
        const auto dashboard = sources::readDashboard(
            R"({"meta":{},"dashboard":{"title":"Old","rows":[{"title":"R","panels":[
            {"title":"T","type":"graph","targets":[{"expr":"up"}]}]}]}})");
        QCOMPARE(dashboard->panels.at(0).row, std::string("R"));
        QCOMPARE(dashboard->title, std::string("Old"));
    }

    void whatIsNoDashboardIsRefused()
    {
        QCOMPARE(sources::readDashboard(R"({"title":"x"})").error().code, ErrorCode::Unsupported);
        for (const char *bad : {"", "[]", "{", "{\"panels\":[{\"title\""})
            QCOMPARE(sources::readDashboard(bad).error().code, ErrorCode::Malformed);
        std::string deep = R"({"panels":[)";
        for (int i = 0; i < 100'000; ++i)
            deep += R"({"type":"row","panels":[)";
        QVERIFY(!sources::readDashboard(deep).has_value());
        std::string wrapped;
        for (int i = 0; i < 100'000; ++i)
            wrapped += "{\"dashboard\":";
        QVERIFY(!sources::readDashboard(wrapped + "{}" + std::string(100'000, '}')).has_value());
    }

    void variablesAreFilledIn()
    {
        const auto one = valuesOf({"auth"});
        QCOMPARE(expandedText("x{s=~\"$service\"}", one), std::string("x{s=~\"auth\"}"));
        QCOMPARE(expandedText("x{s=~\"${service}\",t=\"[[service]]\"}", one), std::string("x{s=~\"auth\",t=\"auth\"}"));
        QCOMPARE(expandedText("rate(x[$__rate_interval]) $__interval $__range ${__range_s}", one),
                 std::string("rate(x[60s]) 30s 3600s 3600"));
        const auto two = valuesOf({"a.b", "c"});
        QCOMPARE(expandedText("x{s=~\"$service\"}", two), std::string("x{s=~\"(a\\\\.b|c)\"}"));
        QCOMPARE(expandedText("${service:csv} ${service:pipe}", two), std::string("a.b,c a.b|c"));
        QCOMPARE(expandedText("x{s=~\"^a$\"}", one), std::string("x{s=~\"^a$\"}"));
        std::vector<std::string> missing;
        QCOMPARE(expanded("$gone ${gone} $service", one, missing), std::string("$gone ${gone} auth"));
        QCOMPARE(missing, std::vector<std::string>{"gone"});
    }

    void legendsTakeLabels()
    {
        const Labels labels = {{"__name__", "up"}, {"job", "a"}};
        QCOMPARE(legendText("{{job}} of {{ job }} {{none}}.", labels), std::string("a of a ."));
        QCOMPARE(legendText("", labels), std::string("up{job=\"a\"}"));
        QCOMPARE(legendText("{{job", labels), std::string("{{job"));
    }

    void linksToExploreHoldQueryAndRange()
    {
        const std::string url = exploreUrl("https://g.example/", "P1", "up{a=\"b&c\"}",
                                           {TimePoint(1'000'000'000), TimePoint(2'000'000'000)});
        QVERIFY(url.starts_with("https://g.example/explore?schemaVersion=1&panes=%7B"));
        const QString decoded = QUrl::fromPercentEncoding(QByteArray::fromStdString(url));
        QVERIFY2(decoded.contains(QLatin1String("\"expr\":\"up{a=\\\"b&c\\\"}\"")), qPrintable(decoded));
        QVERIFY(decoded.contains(QLatin1String("\"from\":\"1000\",\"to\":\"2000\"")));
    }
};

QTEST_GUILESS_MAIN(TestGrafanaDashboard)
#include "tst_grafana_dashboard.moc"
