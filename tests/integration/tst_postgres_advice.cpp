// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "app/verify/gather_postgres.h"
#include "models/advisor/detector.h"
#include "models/advisor/runner.h"
#include "tests/support/planted_database.h"
#include "tests/support/postgres_advice.h"
#include "tests/support/servers/postgres_server.h"

#include <QProcess>
#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

const char *const kRoles = "CREATE USER advisor PASSWORD 'advisor-pw'; GRANT pg_monitor TO advisor; "
                           "GRANT SELECT ON ALL TABLES IN SCHEMA public TO advisor; "
                           "CREATE USER monitor PASSWORD 'monitor-pw'; GRANT pg_monitor TO monitor; "
                           "CREATE USER nobody PASSWORD 'nobody-pw'";
const char *const kIndexes =
    "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'";
/// What a visit must leave as it was: the catalog, and rows written.
const char *const kState =
    "SELECT (SELECT md5(string_agg(c::text, '|' ORDER BY oid)) FROM pg_class c) || "
    "(SELECT md5(string_agg(s::text, '|' ORDER BY starelid, staattnum)) FROM pg_statistic s) || "
    "(SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text FROM pg_stat_user_tables) || "
    "(SELECT coalesce(sum(calls), 0)::text FROM pg_stat_statements WHERE query LIKE '%wallets w JOIN%')";

/// "detector state title" of findings that are not refuted.
QStringList linesOf(const Advice &advice)
{
    QStringList lines;
    for (const Finding &finding : advice.findings) {
        if (finding.verification.state != VerificationState::Refuted)
            lines += QString::fromStdString(
                finding.detector + " " + std::string(verificationId(finding.verification.state)) + " " + finding.title);
    }
    lines.sort();
    return lines;
}

/// What was tried, for when something is missing.
QString trialLines(const PostgresFacts &facts)
{
    QString lines;
    for (const IndexTrial &trial : facts.trials)
        lines += u'\n' + QString::fromStdString(trial.candidate.definition() + ": " + trial.why);
    for (const StatementFacts &statement : facts.statements)
        lines += u'\n'
            + QString::fromStdString(statement.queryId + " " + std::to_string(statement.totalMs) + " ms "
                                     + statement.whyNotPlanned + " " + statement.text.substr(0, 100));
    return lines;
}

const Finding *findingOf(const Advice &advice, std::string_view object, std::string_view detector)
{
    const auto found = std::ranges::find_if(advice.findings, [&](const Finding &finding) {
        return finding.subject.object == object && finding.detector == detector
            && finding.verification.state != VerificationState::Refuted;
    });
    return found == advice.findings.end() ? nullptr : &*found;
}

} // namespace

class TestPostgresAdvice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = PostgresServer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        QCOMPARE(m_server.start({.settings = {u"shared_preload_libraries=pg_stat_statements"_s, u"autovacuum=off"_s,
                                              u"jit=off"_s}}),
                 QString());
        const QString made = m_server.sql(u"CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg"_s);
        if (made.startsWith(u"ERROR"_s))
            QSKIP(qPrintable(u"postgresql-15-hypopg is not installed: "_s + made));
        for (const QString &text : plantedTables())
            QCOMPARE(m_server.sql(text), QString());
        QCOMPARE(m_server.sql(QString::fromUtf8(kRoles)), QString());
        m_server.sql(u"SELECT pg_stat_statements_reset()"_s);
        QVERIFY(!m_server.sql(plantedLoad()).startsWith(u"ERROR"_s));
    }

    void plantedFaultsAreFoundAndWhatLooksAlikeIsNot()
    {
        const QString before = m_server.sql(QString::fromUtf8(kState));
        const auto facts = gatherAs(m_server.port(), "advisor");
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QCOMPARE(m_server.sql(QString::fromUtf8(kState)), before);
        QCOMPARE(facts->whyNoTrials, std::string());
        const Advice advice = adviceOn(*facts);
        const QStringList expected = {
            u"db.large-result unverified Read readings in pages, not 30,000 rows at once"_s,
            u"db.missing-index verified Index cart_items (cart)"_s,
            u"db.missing-index verified Index jobs (created DESC) where status = 'pending'"_s,
            u"db.missing-index verified Index ledger (kind, amount)"_s,
            u"db.missing-index verified Index places (name text_pattern_ops)"_s,
            u"db.missing-index verified Index spans (service, ts DESC)"_s,
            u"db.missing-index verified Index transfers (to_wallet)"_s,
            u"db.missing-index verified Index users ((lower(email)))"_s,
            u"db.missing-index verified Index users (email)"_s,
            u"db.redundant-index verified Drop index accounts_email_copy: accounts_email_key serves as well"_s,
            u"db.stale-statistics verified Analyze visits"_s,
        };
        const QStringList found = linesOf(advice);
        if (found != expected)
            qWarning("%s", qPrintable(trialLines(*facts)));
        QVERIFY2(found == expected, qPrintable(found.join(u'\n')));
        for (const Finding &finding : advice.findings) {
            QVERIFY(!finding.evidence.empty() && !finding.refutedBy.empty());
            if (finding.estimate)
                QVERIFY(finding.estimate->low <= finding.estimate->expected
                        && finding.estimate->expected <= finding.estimate->high);
        }
    }

    void artifactsApplyAndUndoVerbatim()
    {
        const auto facts = gatherAs(m_server.port(), "advisor");
        QVERIFY(facts.has_value());
        const Advice advice = adviceOn(*facts);
        const QString before = m_server.sql(QString::fromUtf8(kIndexes));
        for (const Finding &finding : advice.findings) {
            const bool isIndex = finding.detector == "db.missing-index" || finding.detector == "db.redundant-index";
            if (!isIndex || finding.verification.state != VerificationState::Verified)
                continue;
            for (const QString &statement : artifactStatements(QString::fromStdString(finding.artifacts[0].text))) {
                const QString result = m_server.sql(statement);
                QVERIFY2(!result.startsWith(u"ERROR"_s), qPrintable(statement + result));
                if (statement.startsWith(u"SELECT indisvalid"_s))
                    QCOMPARE(result, u"t"_s);
            }
            QVERIFY(m_server.sql(QString::fromUtf8(kIndexes)) != before);
            for (const QString &statement : artifactStatements(QString::fromStdString(*finding.artifacts[0].undo)))
                QVERIFY2(!m_server.sql(statement).startsWith(u"ERROR"_s), qPrintable(statement));
            QCOMPARE(m_server.sql(QString::fromUtf8(kIndexes)), before);
        }
    }

    void builtIndexIsUsedAndNoLongerSuggested()
    {
        const auto facts = gatherAs(m_server.port(), "advisor");
        const Advice advice = adviceOn(*facts);
        const Finding *finding = findingOf(advice, "ledger", "db.missing-index");
        QVERIFY(finding != nullptr);
        const QStringList statements = artifactStatements(QString::fromStdString(finding->artifacts[0].text));
        for (const QString &statement : statements)
            m_server.sql(statement);
        QVERIFY(m_server.sql(u"EXPLAIN SELECT id FROM ledger WHERE kind = 3 AND amount >= 10 AND amount < 50"_s)
                    .contains(u"ledger_kind_amount_idx"_s));
        QVERIFY(findingOf(adviceOn(*gatherAs(m_server.port(), "advisor")), "ledger", "db.missing-index") == nullptr);
        for (const QString &statement : artifactStatements(QString::fromStdString(*finding->artifacts[0].undo)))
            m_server.sql(statement);
    }

    void noHypotheticalIndexStaysAndOneConnectionIsEnough()
    {
        m_server.sql(u"ALTER ROLE advisor CONNECTION LIMIT 1"_s);
        QVERIFY(gatherAs(m_server.port(), "advisor").has_value());
        const QStringList sent = m_server.statements(u"advisor"_s);
        qsizetype lastMade = -1;
        qsizetype lastReset = -1;
        for (qsizetype i = 0; i < sent.size(); ++i) {
            lastMade = sent[i].contains(u"hypopg_create_index"_s) ? i : lastMade;
            lastReset = sent[i].contains(u"hypopg_reset"_s) ? i : lastReset;
        }
        QVERIFY(lastMade >= 0 && lastReset > lastMade);
        QVERIFY(std::ranges::none_of(sent, [](const QString &sql) { return sql.contains(u"ANALYZE"_s); }));
        m_server.sql(u"ALTER ROLE advisor CONNECTION LIMIT -1"_s);
    }

    void monitorWithoutSelectGetsUnverifiedFindingsAndReasons()
    {
        const auto facts = gatherAs(m_server.port(), "monitor");
        QVERIFY(facts.has_value());
        QVERIFY(facts->plans.empty());
        const Advice advice = adviceOn(*facts);
        const auto isVerifiedIndex = [](const Finding &finding) {
            return finding.detector == "db.missing-index" && finding.verification.state == VerificationState::Verified;
        };
        QVERIFY(std::ranges::none_of(advice.findings, isVerifiedIndex));
        const auto saysGrant = [](const Unjudged &unjudged) {
            return unjudged.why.find("GRANT SELECT ON") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(advice.unjudged, saysGrant));
        QVERIFY(findingOf(advice, "accounts", "db.redundant-index") != nullptr);
    }

    void roleWithoutRightsIsToldWhatItMisses()
    {
        const auto facts = gatherAs(m_server.port(), "nobody");
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QVERIFY(facts->statements.empty());
        const auto saysMonitor = [](const std::string &note) {
            return note.find("GRANT pg_monitor") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(facts->notes, saysMonitor));
        QVERIFY(findingOf(adviceOn(*facts), "visits", "db.missing-index") == nullptr);
    }

    void withoutHypopgFindingsAreUnverified()
    {
        m_server.sql(u"DROP EXTENSION hypopg"_s);
        const auto facts = gatherAs(m_server.port(), "advisor");
        m_server.sql(u"CREATE EXTENSION hypopg"_s);
        QVERIFY(facts.has_value());
        QVERIFY(facts->whyNoTrials.find("CREATE EXTENSION hypopg") != std::string::npos);
        const Advice advice = adviceOn(*facts);
        const Finding *finding = findingOf(advice, "ledger", "db.missing-index");
        QVERIFY(finding != nullptr);
        QCOMPARE(finding->verification.state, VerificationState::Unverified);
        QCOMPARE(finding->title, std::string("Index ledger (kind, amount)"));
        for (const char *healthy : {"ledger_ok", "spans_ok", "jobs_ok", "users_ok", "options", "archive", "visits"})
            QVERIFY2(findingOf(advice, healthy, "db.missing-index") == nullptr, healthy);
    }

    void withoutStatementsTheCatalogIsStillRead()
    {
        m_server.sql(u"DROP EXTENSION pg_stat_statements"_s);
        const auto facts = gatherAs(m_server.port(), "advisor");
        m_server.sql(u"CREATE EXTENSION pg_stat_statements"_s);
        QVERIFY(facts.has_value());
        QVERIFY(facts->statements.empty());
        QVERIFY(findingOf(adviceOn(*facts), "accounts", "db.redundant-index") != nullptr);
    }

    void windowCountsOnlyWhatHappensInIt()
    {
        verify::PostgresOptions options = quickPostgresOptions();
        options.triesIndexes = false;
        options.window = std::chrono::milliseconds(1'500);
        const auto facts = gatherAs(m_server.port(), "advisor", options);
        QVERIFY(facts.has_value());
        QVERIFY(!facts->window.isSinceReset);
        QVERIFY(facts->window.seconds >= 1.4 && facts->window.seconds < 5);
        QVERIFY(std::ranges::none_of(facts->statements, [](const StatementFacts &statement) {
            return statement.text.find("wallets w JOIN") != std::string::npos;
        }));
    }

    void waitsForLocksAreLaidAtTheirHolder()
    {
        const QStringList psql = {u"-h"_s,   m_server.folder(), u"-p"_s, QString::number(m_server.port()),
                                  u"-U"_s,   u"postgres"_s,     u"-d"_s, u"postgres"_s,
                                  u"-XqAt"_s};
        QProcess holder;
        holder.setProcessEnvironment(environmentNamed(u"billing"_s));
        holder.start(u"psql"_s, psql);
        holder.write("BEGIN; UPDATE accounts SET hits = 1 WHERE id = 1; \n");
        QTRY_COMPARE(m_server.sql(u"SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"_s),
                     u"1"_s);
        QProcess waiter;
        waiter.setProcessEnvironment(environmentNamed(u"shop"_s));
        waiter.start(u"psql"_s, psql + QStringList{u"-c"_s, u"UPDATE accounts SET hits = 2 WHERE id = 1"_s});
        QTRY_COMPARE(m_server.sql(u"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"_s), u"1"_s);
        verify::PostgresOptions options = quickPostgresOptions();
        options.triesIndexes = false;
        options.window = std::chrono::milliseconds(1'200);
        options.activityEvery = std::chrono::milliseconds(200);
        const auto facts = gatherAs(m_server.port(), "advisor", options);
        holder.write("ROLLBACK;\n\\q\n");
        holder.closeWriteChannel();
        QVERIFY(holder.waitForFinished() && waiter.waitForFinished());
        const Advice advice = adviceOn(*facts);
        QCOMPARE(advice.findings.front().title, std::string("Statements wait for locks that billing holds"));
    }

    void stopEndsItAndAWrongPasswordIsSaid()
    {
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto stopped = verify::gatherPostgresFacts(guestOf(m_server.port(), "advisor"), quickPostgresOptions(),
                                                         advice::builtInRules(), stop.get_token(), progress);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        net::PostgresTarget target = guestOf(m_server.port(), "advisor");
        target.password = "wrong";
        const auto refused =
            verify::gatherPostgresFacts(target, quickPostgresOptions(), advice::builtInRules(), {}, progress);
        QCOMPARE(refused.error().code, ErrorCode::Auth);
    }

    void cleanupTestCase() { m_server.stop(); }

private:
    static QProcessEnvironment environmentNamed(const QString &application)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PGAPPNAME"_s, application);
        return environment;
    }

    PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestPostgresAdvice)
#include "tst_postgres_advice.moc"
