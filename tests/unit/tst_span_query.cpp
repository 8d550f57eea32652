// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_matcher.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::string_view kDrawing = R"(trace aa11
web GET /pay @0ms +120ms http.status_code=500
  db SELECT users @10ms +80ms error db.rows=7
  cache GET cart(x) @95ms +5ms consumer region=eu-west
trace bb22
auth POST /login @0ms +30ms
)";

} // namespace

class TestSpanQuery : public QObject {
    Q_OBJECT

    /// Rows that fit, as digits: rows stand in the order of the drawing.
    static QString rowsOf(const TraceSnapshot &snapshot, const QString &text)
    {
        const auto query = parseSpanQuery(text.toStdString());
        if (!query)
            return QString::fromStdString(query.error().text());
        const SpanMatcher matcher(snapshot, *query);
        QString rows;
        for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
            const Match byColumns = matcher.match(row);
            const bool fits = matcher.match(row, snapshot.details(SpanRow(row), Secrets::Revealed).value());
            if (byColumns != Match::Unknown && fits != (byColumns == Match::Yes))
                return QStringLiteral("columns and details contradict each other");
            if (byColumns == Match::Unknown && !matcher.needsDetails())
                return QStringLiteral("details were not announced");
            if (fits)
                rows += QString::number(row);
        }
        return rows;
    }

private Q_SLOTS:
    void spansFit_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char *text, const char *rows) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(rows);
        };
        row("", "0123");
        row("GET", "02");
        row("get", "02");
        row("\"select users\"", "1");
        row("service=db", "1");
        row("service=d", "");
        row("service=db service=auth", "13");
        row("service=db AND service=auth", "");
        row("service!=db", "023");
        row("operation=~^get", "02");
        row("operation!~^get", "13");
        row("~^(GET|POST)", "023");
        row("status=error", "1");
        row("kind=consumer", "2");
        row("trace=aa11", "012");
        row("trace=cc33", "");
        row("duration>50ms", "01");
        row("duration>=30ms duration<100ms", "13");
        row("http.status_code=500", "0");
        row("status_code=500", "0");
        row("code=500", "");
        row("attr.db.rows=7", "1");
        row("region=~^eu", "2");
        row("region!=eu-west", "013");
        row("eu-WEST", "2");
        row("status=error OR duration<10ms", "12");
        row("NOT status=error", "023");
        row("NOT NOT status=error", "1");
        row("NOT (service=db OR service=web)", "23");
        row("(GET OR POST) duration<100ms", "23");
        row("login OR pay AND status=error", "3"); // AND binds closer
        row("cart(x)", "2");
        row("(cart(x))", "2");
        row("\"AND\"", "");
        row("service=\"db\"", "1");
    }
    void spansFit()
    {
        QFETCH(QString, text);
        QFETCH(QString, rows);
        const TraceSnapshotPtr snapshot = test::spansFromText(kDrawing);
        QCOMPARE(rowsOf(*snapshot, text), rows);
    }

    void whatCannotBeReadIsSaid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *text, const char *words) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(words);
        };
        row("(a OR b", "the \"(\" at character 1 is not closed");
        row("a ) b", "the \")\" at character 3 closes nothing");
        row("a OR", "a condition is missing at character 5");
        row("AND a", "a condition is missing at character 1");
        row("()", "a condition is missing at character 2");
        row("duration>fast", "is not a duration");
        row("status=broken", "There are: error, ok, unset");
        row("kind=odd", "There are: internal, server");
        row("~(", "not a regular expression");
    }
    void whatCannotBeReadIsSaid()
    {
        QFETCH(QString, text);
        QFETCH(QString, words);
        const auto query = parseSpanQuery(text.toStdString());
        QVERIFY(!query.has_value());
        QVERIFY2(QString::fromStdString(query.error().text()).contains(words), query.error().text().c_str());
    }

    void hostileTextsEndInAnError()
    {
        QCOMPARE(parseSpanQuery(std::string(100'000, '(')).error().code, ErrorCode::LimitReached);
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += "a ";
        QCOMPARE(parseSpanQuery(many).error().code, ErrorCode::LimitReached);
        QVERIFY(parseSpanQuery("~(((a{1000}){1000}){1000})").error().code == ErrorCode::Malformed
                || parseSpanQuery("~(((a{1000}){1000}){1000})").error().code == ErrorCode::LimitReached);
    }

    void aLongListOfAlternativesStaysWithinTheStack()
    {
        std::string text;
        for (int i = 0; i < 200; ++i)
            text += "service=s" + std::to_string(i) + " ";
        const TraceSnapshotPtr snapshot = test::spansFromText(kDrawing);
        QCOMPARE(rowsOf(*snapshot, QString::fromStdString(text)), QString());
    }
};

QTEST_APPLESS_MAIN(TestSpanQuery)
#include "tst_span_query.moc"
