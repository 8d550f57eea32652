// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/guest_rules.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

using Pattern = QRegularExpression;

bool isOfGuest(const QString &user, const QString &application)
{
    return application == u"tailspan"_s || (user != u"postgres"_s && !user.isEmpty() && user != u"[unknown]"_s);
}

/// Without texts and quoted names, whose content is data.
QString withoutQuoted(QString sql)
{
    static const Pattern kQuoted(u"E'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""_s,
                                 Pattern::DotMatchesEverythingOption);
    return sql.replace(kQuoted, u"''"_s);
}

/// Functions that only compute, and words that a bracket may follow.
bool callsOnlyListed(const QString &bare)
{
    static const QSet<QString> kListed = {u"abs"_s,
                                          u"all"_s,
                                          u"and"_s,
                                          u"any"_s,
                                          u"as"_s,
                                          u"by"_s,
                                          u"cast"_s,
                                          u"upper"_s,
                                          u"clock_timestamp"_s,
                                          u"coalesce"_s,
                                          u"concat_ws"_s,
                                          u"count"_s,
                                          u"current_setting"_s,
                                          u"extract"_s,
                                          u"filter"_s,
                                          u"floor"_s,
                                          u"format_type"_s,
                                          u"from"_s,
                                          u"has_column_privilege"_s,
                                          u"has_table_privilege"_s,
                                          u"in"_s,
                                          u"least"_s,
                                          u"lower"_s,
                                          u"max"_s,
                                          u"min"_s,
                                          u"not"_s,
                                          u"nullif"_s,
                                          u"on"_s,
                                          u"or"_s,
                                          u"round"_s,
                                          u"select"_s,
                                          u"set_config"_s,
                                          u"sum"_s,
                                          u"then"_s,
                                          u"timezone"_s,
                                          u"to_jsonb"_s,
                                          u"to_regclass"_s,
                                          u"to_timestamp"_s,
                                          u"when"_s,
                                          u"where"_s,
                                          u"width_bucket"_s};
    static const Pattern kCall(u"\\b([a-z_][a-z0-9_]*)\\s*\\("_s, Pattern::CaseInsensitiveOption);
    auto calls = kCall.globalMatch(bare);
    while (calls.hasNext()) {
        if (!kListed.contains(calls.next().captured(1).toLower()))
            return false;
    }
    return true;
}

/// Limits may be set, and only until the transaction ends.
bool setsOnlyLimits(const QString &sql)
{
    static const Pattern kSetting(u"set_config\\('(?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout"
                                  "|client_connection_check_interval)', \\$\\d+, true\\)"_s);
    return sql.count(kSetting) == sql.count(u"set_config"_s, Qt::CaseInsensitive);
}

bool isReading(const QString &sql)
{
    static const Pattern kSelect(u"^\\s*SELECT\\s"_s);
    static const Pattern kWriting(
        u";|\\b(?:INTO|UPDATE|SHARE|INSERT|DELETE|TRUNCATE|MERGE|COPY|CALL|DO|LOCK|WITH)\\b"_s,
        Pattern::CaseInsensitiveOption);
    const QString bare = withoutQuoted(sql);
    return sql.contains(kSelect) && !bare.contains(kWriting) && callsOnlyListed(bare) && setsOnlyLimits(sql);
}

/// What the advisor asks: catalogs and statistics, hypothetical indexes, and plans of single SELECTs without running them.
/// Its settings end with the transaction.
bool isAdvising(const QString &sql)
{
    static const Pattern kPrepare(u"^PREPARE tailspan_plan(?:\\((?:(?! AS ).)+\\))? AS\\s+(?=SELECT\\s)"_s);
    static const Pattern kExplain(u"^EXPLAIN \\(FORMAT JSON, VERBOSE\\) EXECUTE tailspan_plan(?:\\([^()]*\\))?$"_s);
    static const Pattern kMarked(u"^SELECT /\\* tailspan \\*/ "_s);
    static const Pattern kWriting(
        u";|\\b(?:INTO|UPDATE|SHARE|INSERT|DELETE|TRUNCATE|MERGE|COPY|CALL|DO|LOCK|WITH)\\b"_s,
        Pattern::CaseInsensitiveOption);
    static const Pattern kHarmful(
        u"\\b(?:pg_(?:cancel|terminate|advisory|notify|reload|rotate|stat_reset|switch|create|drop"
        "|relation_size|sleep|read|ls|start|stop)|lo_|dblink|nextval|setval|(?!hypopg_reset)\\w*_reset\\s*\\()"_s,
        Pattern::CaseInsensitiveOption);
    static const Pattern kAnySetting(u"set_config\\((?:'(?:plan_cache_mode|search_path|statement_timeout|lock_timeout"
                                     "|idle_in_transaction_session_timeout)'|\\$\\d+::text), \\$\\d+::text, true\\)"_s);
    if (sql.contains(kExplain))
        return true;
    const auto prepared = kPrepare.match(sql);
    const QString rest = prepared.hasMatch() ? sql.mid(prepared.capturedLength(0)) : sql;
    if (!prepared.hasMatch() && !sql.contains(kMarked))
        return false;
    const QString bare = withoutQuoted(rest).remove(u"WITH ORDINALITY"_s);
    return !bare.contains(kWriting) && !bare.contains(kHarmful)
        && sql.count(kAnySetting) == sql.count(u"set_config"_s, Qt::CaseInsensitive);
}

/// PgBouncer gives a connection of the pool the settings of the client it is lent to.
bool isOfPooler(const QString &sql)
{
    static const Pattern kSettings(u"^(?:SET (?:client_encoding|DateStyle|TimeZone|standard_conforming_strings|"
                                   "application_name|IntervalStyle)='[^';]*';)+$"_s,
                                   Pattern::CaseInsensitiveOption);
    return sql.contains(kSettings);
}

/// Whether a statement that was executed is allowed where its session stands; moves the session on.
bool isAllowed(const QString &sql, bool &isReadOnly)
{
    if (sql == u"BEGIN READ ONLY"_s)
        return isReadOnly = true;
    if (sql == u"COMMIT"_s || sql == u"ROLLBACK"_s) {
        isReadOnly = false;
        return true;
    }
    if (sql == u"DEALLOCATE ALL"_s) // a prepared statement outlives its transaction
        return true;
    return isOfPooler(sql) || (isReadOnly && (isReading(sql) || isAdvising(sql)));
}

QString &forbiddenOfProgram()
{
    static QString &text = *new QString(); // still there when the program ends
    return text;
}

void endWithFailure()
{
    std::fputs(qPrintable(forbiddenOfProgram()), stderr);
    std::fflush(nullptr);
    _exit(1);
}

} // namespace

QStringList forbiddenSql(const QString &log)
{
    static const Pattern kEntry(u"^([^|\\n]*)\\|([^|\\n]*)\\|(\\d+)\\|(?:(STATEMENT)|LOG):  (.*(?:\\n\\t.*)*)"_s,
                                Pattern::MultilineOption);
    static const Pattern kExecuted(
        u"^(?:statement|execute [^:]*|fastpath function call|received replication command): "_s);
    QStringList forbidden;
    QHash<QString, bool> sessions;
    auto entries = kEntry.globalMatch(log);
    while (entries.hasNext()) {
        const auto entry = entries.next();
        if (!isOfGuest(entry.captured(1), entry.captured(2)))
            continue;
        QString sql = entry.captured(5).replace(u"\n\t"_s, u"\n"_s);
        // A statement that ended in an error: it may have been refused before it counted as executed.
        bool isReadOnly = true;
        const bool isFailed = !entry.captured(4).isEmpty();
        const auto executed = kExecuted.match(sql);
        if (!isFailed && !executed.hasMatch())
            continue; // how the server is
        sql = sql.mid(executed.capturedLength(0)).trimmed();
        if (!isAllowed(sql, isFailed ? isReadOnly : sessions[entry.captured(3)]))
            forbidden += entry.captured(1) + u": "_s + sql;
    }
    return forbidden;
}

QStringList guestCommands(const QStringList &monitorLines)
{
    static const Pattern kLine(u"^[0-9.]+ \\[\\d+ ([^\\]]*)\\] (.*)$"_s);
    static const Pattern kNaming(u"^\"CLIENT\" \"SETNAME\" \"([^\"]*)\""_s, Pattern::CaseInsensitiveOption);
    QStringList commands;
    QSet<QString> writers;
    for (const QString &line : monitorLines) {
        const auto parts = kLine.match(line);
        if (!parts.hasMatch())
            continue;
        const QString address = parts.captured(1);
        if (const auto naming = kNaming.match(parts.captured(2)); naming.hasMatch()) {
            const QString name = naming.captured(1);
            if (name == QLatin1String(kTestClient) || name == QLatin1String(kSimulatorClient))
                writers.insert(address);
            else
                writers.remove(address); // the port of a writer that is gone
        }
        if (!writers.contains(address) && address != u"lua"_s)
            commands += parts.captured(2);
    }
    return commands;
}

QStringList forbiddenCommands(const QStringList &guestCommands)
{
    static const QSet<QString> kWords = {u"AUTH"_s, u"GET"_s,    u"INFO"_s,   u"LLEN"_s, u"LRANGE"_s, u"PING"_s,
                                         u"SCAN"_s, u"SELECT"_s, u"STRLEN"_s, u"TTL"_s,  u"TYPE"_s};
    static const QSet<QString> kPairs = {u"CLIENT SETNAME"_s, u"MEMORY USAGE"_s, u"SLOWLOG GET"_s};
    static const Pattern kConfiguration(u":config\"$"_s);
    QStringList forbidden;
    for (const QString &command : guestCommands) {
        const QStringList words = command.split(u' ');
        const QString first = words.value(0).remove(u'"').toUpper();
        const QString pair = first + u' ' + words.value(1).remove(u'"').toUpper();
        if ((!kWords.contains(first) && !kPairs.contains(pair)) || command.contains(kConfiguration))
            forbidden += command;
    }
    return forbidden;
}

void failForForbidden(const QString &server, const QStringList &forbidden)
{
    if (forbidden.isEmpty())
        return;
    QString &text = forbiddenOfProgram();
    if (text.isEmpty())
        std::atexit(endWithFailure);
    constexpr int kShownLines = 20;
    constexpr int kShownLetters = 300;
    text += u"FAIL!  : sent to "_s + server + u" what a guest may not send:\n"_s;
    for (const QString &line : forbidden.first(std::min<qsizetype>(forbidden.size(), kShownLines)))
        text += u"  "_s + line.left(kShownLetters) + u'\n';
    if (forbidden.size() > kShownLines)
        text += u"  and %1 more\n"_s.arg(forbidden.size() - kShownLines);
}

} // namespace tailspan::test
