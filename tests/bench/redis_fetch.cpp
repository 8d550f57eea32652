// SPDX-License-Identifier: GPL-3.0-or-later
// From 12 Redis lists of 1,000 records to a finished snapshot, connecting included, against redis-cli reading the same
// lists to /dev/null on the same machine at the same time. Also what a steady tail costs.
//   bench_redis_fetch [--runs N]
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"
#include "tests/support/written_file.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLists = 12;
constexpr int kRecords = 1'000;
constexpr double kLimit = 1.5;

double secondsOf(const std::function<void()> &call)
{
    const auto began = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void require(bool holds, const QString &what)
{
    if (holds)
        return;
    std::fprintf(stderr, "%s\n", qPrintable(what));
    std::exit(1);
}

/// Records of about the size that the target's collector writes.
void fill(RedisServer &server)
{
    const std::int64_t now = nowNs();
    for (int list = 0; list < kLists; ++list) {
        const std::string service = "service-" + std::to_string(list);
        QByteArrayList records;
        for (int i = 0; i < kRecords; ++i) {
            RecordText record;
            record.trace = "5f0c8e2a-1111-4222-8333-" + std::to_string(100'000'000'000 + i);
            record.span = "77e0a1b2-2222-4333-9444-" + std::to_string(100'000'000'000 + list * kRecords + i);
            record.parent = "a1b2c3d4-3333-4444-a555-" + std::to_string(100'000'000'000 + i);
            record.service = service;
            record.operation = "GET /api/v1/orders/" + std::to_string(i % 20);
            record.endNs = now - (kRecords - i) * 1'000'000ll;
            record.durationMs = i % 300;
            record.requestJson = R"({"method":"GET","headers":{"user-agent":"k6/0.49","accept":"application/json",)"
                                 R"("authorization":"Bearer planted"},"query":{"page":"1","r":")"
                + std::to_string(i) + R"("},"body":{"name":"value","list":[1,2,3]}})";
            records += QByteArray::fromStdString(record.text());
        }
        require(server.push("traces:" + QByteArray::fromStdString(service), records), u"Redis took no records."_s);
    }
}

double floorSeconds(const RedisServer &server, const Folder &folder)
{
    std::string questions;
    for (int list = 0; list < kLists; ++list)
        questions += "LRANGE traces:service-" + std::to_string(list) + " 0 -1\n";
    QProcess client;
    client.setProgram(findProgram(u"redis-cli"_s));
    client.setArguments({u"--raw"_s, u"-p"_s, QString::number(server.port())});
    client.setStandardInputFile(QString::fromStdString(folder.write("questions", questions)));
    client.setStandardOutputFile(QProcess::nullDevice());
    return secondsOf([&] {
        client.start();
        require(client.waitForFinished(60'000) && client.exitCode() == 0, u"redis-cli failed."_s);
    });
}

double fetchSeconds(const std::string &url)
{
    return secondsOf([&] {
        const auto read = fetched(*sourceOf(url), {});
        require(read && read->snapshot->spans().size() == kLists * kRecords,
                read ? u"Spans are missing."_s : QString::fromStdString(read.error().text()));
    });
}

double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// The processor time of following lists into which `perSecond` spans are written, four looks a second.
void printTail(RedisServer &server, const std::string &url, int perSecond)
{
    constexpr int kLooks = 20;
    const auto source = sourceOf(url);
    sources::TailPosition position;
    require(tailed(*source, position).has_value(), u"The tail does not begin."_s);
    double processor = 0;
    std::uint64_t spans = 0;
    for (int look = 0; look < kLooks; ++look) {
        for (int list = 0; list < kLists; ++list) {
            QByteArrayList records;
            for (int i = 0; i < perSecond / 4 / kLists; ++i)
                records += QByteArray::fromStdString(RecordText{.trace = "tail-" + std::to_string(look),
                                                                .span = std::to_string(i),
                                                                .endNs = nowNs(),
                                                                .requestJson = "\"" + std::string(500, 'x') + "\""}
                                                         .text());
            require(server.push("traces:service-" + QByteArray::number(list), records), u"no records"_s);
        }
        const double before = processorSeconds();
        const auto next = tailed(*source, position);
        processor += processorSeconds() - before;
        require(next.has_value(), u"The tail ended."_s);
        spans += next->outcome.spans;
    }
    std::printf("tail of %d spans/s, 4 looks a second: %llu spans, %.1f %% of one core\n", perSecond,
                static_cast<unsigned long long>(spans), 100 * processor / (kLooks / 4.0));
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int runs = arguments.value(1) == u"--runs"_s ? std::max(arguments.value(2).toInt(), 1) : 15;
    require(RedisServer::missing().isEmpty(), RedisServer::missing());
    RedisServer server;
    RedisServer::Options options;
    options.isRecorded = false;
    const QString problem = server.start(options);
    require(problem.isEmpty(), problem);
    fill(server);
    const std::string url = "redis://127.0.0.1:" + std::to_string(server.port());
    const Folder folder;
    std::vector<double> floors;
    std::vector<double> fetches;
    for (int run = 0; run < runs; ++run) {
        floors.push_back(floorSeconds(server, folder));
        fetches.push_back(fetchSeconds(url));
    }
    const double ratio = median(fetches) / median(floors);
    std::printf("redis-cli --raw LRANGE of %d lists: %.1f ms\n", kLists, 1e3 * median(floors));
    std::printf("to a finished snapshot:            %.1f ms\n", 1e3 * median(fetches));
    std::printf("ratio %.2f (limit %.1f)\n", ratio, kLimit);
    printTail(server, url, 2'000);
    return ratio <= kLimit ? 0 : 1;
}
