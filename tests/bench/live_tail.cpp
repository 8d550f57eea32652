// SPDX-License-Identifier: GPL-3.0-or-later
// What following a steady stream costs: the program itself, its window off screen on the Traces page with the list and
// an opened trace, follows a real Redis and a real PostgreSQL that another process fills. Prints its processor time as
// a share of one core, for each of its threads.
// Usage: bench_live_tail [SPANS_A_SECOND] [SECONDS]
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QThread>

#include <cstdio>
#include <cstdlib>
#include <map>

#include <unistd.h>

using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kWarmUpS = 60; // until the window of spans is full and the oldest leave

void require(bool isTrue, const QString &problem)
{
    if (isTrue)
        return;
    std::fprintf(stderr, "%s\n", qPrintable(problem));
    std::exit(1);
}

/// Fields of a stat file of /proc behind the name, which may hold blanks.
QStringList statOf(const QString &path, QString *name = nullptr)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QString text = QString::fromUtf8(file.readAll());
    if (name != nullptr)
        *name = text.section(u'(', 1).section(u')', 0, -2);
    return text.section(u')', -1).split(u' ', Qt::SkipEmptyParts);
}

/// User and system time in seconds.
double secondsOf(const QStringList &stat)
{
    constexpr int kUser = 11;
    constexpr int kSystem = 12;
    const double ticks = stat.value(kUser).toDouble() + stat.value(kSystem).toDouble();
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Seconds by "name number" of every thread, those that ended left out; "" is the whole process.
std::map<QString, double> timesOf(std::int64_t pid)
{
    const QString process = u"/proc/%1/"_s.arg(pid);
    std::map<QString, double> times{{QString(), secondsOf(statOf(process + u"stat"_s))}};
    const QStringList threads = QDir(process + u"task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &thread : threads) {
        QString name;
        const QStringList stat = statOf(process + u"task/"_s + thread + u"/stat"_s, &name);
        times[name + u' ' + thread] = secondsOf(stat);
    }
    return times;
}

void print(const std::map<QString, double> &before, const std::map<QString, double> &after, double seconds)
{
    double known = 0;
    for (const auto &[thread, spent] : after) {
        const auto earlier = before.find(thread);
        const double share = (spent - (earlier == before.end() ? 0 : earlier->second)) / seconds;
        if (!thread.isEmpty() && share >= 0.001)
            std::printf("  %-28s %5.1f %%\n", qPrintable(thread), share * 100);
        known += thread.isEmpty() ? 0 : share;
    }
    const double whole = (after.at({}) - before.at({})) / seconds;
    std::printf("  %-28s %5.1f %%\n", "threads that ended", std::max(whole - known, 0.0) * 100);
    std::printf("one core: %.1f %% (limit 15)\n", whole * 100);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int perSecond = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 2'000;
    const int seconds = argc > 2 ? std::max(std::atoi(argv[2]), 1) : 30;
    require(PostgresServer::missing().isEmpty() && RedisServer::missing().isEmpty(), u"A server is missing."_s);
    PostgresServer postgres;
    RedisServer redis;
    RedisServer::Options options;
    options.isRecorded = false;
    QString problem = redis.start(options) + postgres.start({{}, {}, {u"log_statement=none"_s}});
    problem += postgres.makeTargetTable();
    require(problem.isEmpty(), problem);
    const QTemporaryDir writing;
    const QTemporaryDir watching;
    const QString redisUrl = u"redis://127.0.0.1:%1"_s.arg(redis.port());
    ServerProcess writer;
    require(
        writer.start({QCoreApplication::applicationDirPath() + u"/tailspan_sim"_s,
                      {u"--redis"_s, redisUrl + u"/0"_s, u"--postgres"_s,
                       u"host=%1 port=%2 user=postgres dbname=postgres"_s.arg(postgres.folder()).arg(postgres.port()),
                       u"--rate"_s, QString::number(perSecond)},
                      writing.path()}),
        writer.problem());
    QThread::sleep(3);
    require(writer.isRunning(), writer.log());
    require(QDir(watching.path()).mkpath(u"tailspan"_s), u"no folder"_s);
    QFile settings(watching.filePath(u"tailspan/settings.json"_s));
    require(settings.open(QIODevice::WriteOnly) && settings.write(R"({"page":"traces"})") > 0, u"no settings"_s);
    settings.close();
    ServerProcess window;
    require(
        window.start({QStringLiteral(TAILSPAN_BINARY),
                      {u"env:REDIS"_s, u"env:POSTGRES"_s},
                      watching.path(),
                      false,
                      {u"QT_QPA_PLATFORM=offscreen"_s, u"XDG_CONFIG_HOME="_s + watching.path(), u"REDIS="_s + redisUrl,
                       u"POSTGRES=postgresql://reader:reader-pw@127.0.0.1:%1/postgres"_s.arg(postgres.port())}}),
        window.problem());
    QThread::sleep(kWarmUpS);
    const QString counted = u"SELECT count(*) FROM distributed_traces"_s;
    const qint64 stored = postgres.sql(counted).toLongLong();
    const auto before = timesOf(window.pid());
    QThread::sleep(static_cast<unsigned long>(seconds));
    require(window.isRunning() && writer.isRunning(), window.log() + writer.log());
    const auto after = timesOf(window.pid());
    const double came = static_cast<double>(postgres.sql(counted).toLongLong() - stored) / seconds;
    std::printf("%.0f spans a second written to each store, %d s, window on the Traces page\n", came, seconds);
    print(before, after, seconds);
    window.stop();
    writer.stop();
    return 0;
}
