// SPDX-License-Identifier: GPL-3.0-or-later
// What a hostile or broken server may answer: none of it may take memory, time or the program.
#include "app/net/redis_command.h"
#include "app/net/redis_errors.h"
#include "app/net/redis_reply.h"

#include <QTest>

#include <fstream>

using namespace tailspan;
using net::RedisReplyReader;
using net::RedisReplyView;
using net::RedisVerb;
using Kind = RedisReplyView::Kind;

namespace {

/// The outcome of feeding all bytes at once.
Result<std::optional<net::RedisReply>> read(std::string_view bytes, net::RedisReplyLimits limits = {})
{
    RedisReplyReader reader(limits);
    reader.feed(bytes);
    return reader.next();
}

/// Peak of the process's address space, in MiB.
long peakMib()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        long kib = 0;
        if (word == "VmPeak:" && status >> kib)
            return kib / 1024;
    }
    return 0;
}

Error errorFor(const std::string &answer, const net::RedisCommand &command)
{
    return net::redisError(answer, command, {"cache:6379", "reader", "hunter2-secret"});
}

} // namespace

class TestRedisReply : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindIsRead();
    void answersCutAtEveryByteAreTheSame();
    void aHugeArrayHeaderTakesNoMemory();
    void nestedHugeArraysShareTheLimit();
    void evilRepliesAreErrors_data();
    void evilRepliesAreErrors();
    void halfAReplyWaitsForMore();
    void anEndlessTextStopsAtTheLimit();
    void manyRepliesInOneReadAreNotOneLargeReply();
    void foreignProtocolsAreNamed();
    void commandsAreFormattedWhateverTheirBytes();
    void errorAnswersBecomeSentences_data();
    void errorAnswersBecomeSentences();
    void aPasswordThatTheServerRepeatsIsMasked();
};

void TestRedisReply::everyKindIsRead()
{
    const auto reply = read("*6\r\n$2\r\nab\r\n:-7\r\n$-1\r\n+OK\r\n*1\r\n$0\r\n\r\n*-1\r\n");
    QVERIFY(reply && *reply);
    const RedisReplyView view = (*reply)->view();
    QCOMPARE(view.size(), std::size_t(6));
    QCOMPARE(view[0].text(), std::string_view("ab"));
    QCOMPARE(view[1].integer(), std::int64_t(-7));
    QVERIFY(view[2].kind() == Kind::Nil);
    QVERIFY(view[3].kind() == Kind::Status);
    QCOMPARE(view[4].size(), std::size_t(1));
    QCOMPARE(view[4][0].text(), std::string_view());
    QVERIFY(view[5].kind() == Kind::Nil);
}

void TestRedisReply::answersCutAtEveryByteAreTheSame()
{
    const std::string whole = "*2\r\n$11\r\nwith\r\nlines\r\n*2\r\n:1\r\n-ERR no\r\n";
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        RedisReplyReader reader;
        reader.feed(std::string_view(whole).substr(0, cut));
        auto first = reader.next();
        QVERIFY(first.has_value());
        QCOMPARE(first->has_value(), cut == whole.size());
        if (cut == whole.size())
            continue;
        QCOMPARE(reader.isInsideReply(), cut > 0);
        reader.feed(std::string_view(whole).substr(cut));
        const auto reply = reader.next();
        QVERIFY(reply && *reply);
        QCOMPARE((*reply)->view()[0].text(), std::string_view("with\r\nlines"));
        QVERIFY((*reply)->view()[1][1].isError());
        QVERIFY(!reader.isInsideReply());
    }
}

void TestRedisReply::aHugeArrayHeaderTakesNoMemory()
{
    const long before = peakMib();
    const auto reply = read("*2147483647\r\n");
    QVERIFY(!reply);
    QVERIFY(reply.error().code == ErrorCode::LimitReached);
    QVERIFY(QByteArray::fromStdString(reply.error().message).contains("100,000"));
    QVERIFY2(peakMib() - before < 64, qPrintable(QString::number(peakMib() - before)));
}

void TestRedisReply::nestedHugeArraysShareTheLimit()
{
    std::string bytes = "*50000\r\n";
    for (int i = 0; i < 3; ++i)
        bytes += "*30000\r\n" + std::string();
    const auto reply = read(bytes);
    QVERIFY(!reply);
    QVERIFY(reply.error().code == ErrorCode::LimitReached);
    QVERIFY(read("*100000\r\n").has_value()); // allowed, and waits for its elements
}

void TestRedisReply::evilRepliesAreErrors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
    row("array beyond int", "*4294967296\r\n");
    row("array beyond int64", "*99999999999999999999\r\n");
    row("negative array", "*-2\r\n");
    row("negative text", "$-2\r\n");
    row("length that is no number", "$abc\r\n");
    row("length without digits", "*\r\n");
    row("unknown kind", "!3\r\nabc\r\n");
    row("RESP3 map", "%1\r\n+a\r\n+b\r\n");
    row("garbage", QByteArray("\xff\xfe\x00\x01garbage", 11));
    row("nine levels", QByteArray("*1\r\n").repeated(9) + ":1\r\n");
    row("forty levels", QByteArray("*1\r\n").repeated(40) + ":1\r\n");
    row("integer that is no number", ":12x\r\n");
}

void TestRedisReply::evilRepliesAreErrors()
{
    QFETCH(QByteArray, bytes);
    RedisReplyReader reader;
    reader.feed(bytes.toStdString());
    const auto reply = reader.next();
    QVERIFY(!reply);
    QVERIFY(reply.error().code == ErrorCode::Malformed || reply.error().code == ErrorCode::LimitReached);
    reader.feed("+OK\r\n");
    QVERIFY2(!reader.next(), "after an error nothing more may be read");
}

void TestRedisReply::halfAReplyWaitsForMore()
{
    for (const char *half : {"*3\r\n$1\r\na\r\n", "$100\r\nabc", "$", ":1", "*", "-ERR"}) {
        const auto reply = read(half);
        QVERIFY(reply.has_value());
        QVERIFY(!reply->has_value());
    }
}

void TestRedisReply::anEndlessTextStopsAtTheLimit()
{
    RedisReplyReader reader({.elements = 10, .bytes = 1024 * 1024});
    reader.feed("$9000000000\r\n");
    const std::string block(64 * 1024, 'x');
    int blocks = 0;
    while (blocks < 1'000 && reader.next().has_value()) {
        reader.feed(block);
        ++blocks;
    }
    QCOMPARE(blocks, 16); // 1 MiB and the header are just over the limit
    const auto reply = reader.next();
    QVERIFY(!reply);
    QVERIFY(reply.error().code == ErrorCode::LimitReached);
}

void TestRedisReply::manyRepliesInOneReadAreNotOneLargeReply()
{
    RedisReplyReader reader({.elements = 10, .bytes = 1'000});
    std::string bytes;
    for (int i = 0; i < 100; ++i)
        bytes += "$500\r\n" + std::string(500, 'x') + "\r\n";
    reader.feed(bytes);
    for (int i = 0; i < 100; ++i) {
        const auto reply = reader.next();
        QVERIFY(reply && *reply);
    }
    QVERIFY(!reader.isInsideReply());
}

void TestRedisReply::foreignProtocolsAreNamed()
{
    const auto messageOf = [](std::string_view bytes) {
        const auto reply = read(bytes);
        return reply ? QByteArray() : QByteArray::fromStdString(reply.error().message);
    };
    QVERIFY(messageOf("HTTP/1.1 400 Bad Request\r\n\r\n").contains("web server"));
    QVERIFY(messageOf(std::string_view("\x15\x03\x01\x00\x02\x02\x46", 7)).contains("rediss://"));
    QVERIFY(messageOf("SSH-2.0-OpenSSH_9.2\r\n").contains("SSH-2.0-OpenSSH_9.2"));
}

void TestRedisReply::commandsAreFormattedWhateverTheirBytes()
{
    std::string bytes;
    net::RedisCommand{RedisVerb::LRange, {std::string("a\0\r\n*b", 6), "0", "99"}}.appendTo(bytes);
    net::RedisCommand{RedisVerb::ClientSetName, {"tailspan"}}.appendTo(bytes);
    net::RedisCommand{RedisVerb::Ping, {}}.appendTo(bytes);
    const std::string expected = std::string("*4\r\n$6\r\nLRANGE\r\n$6\r\na\0\r\n*b\r\n$1\r\n0\r\n$2\r\n99\r\n", 43)
        + "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$8\r\ntailspan\r\n*1\r\n$4\r\nPING\r\n";
    QCOMPARE(QByteArray::fromStdString(bytes), QByteArray::fromStdString(expected));
}

void TestRedisReply::errorAnswersBecomeSentences_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char *answer, ErrorCode code, const char *words) {
        QTest::newRow(answer) << QByteArray(answer) << static_cast<int>(code) << QByteArray(words);
    };
    row("NOAUTH Authentication required.", ErrorCode::Auth, "asks for a password");
    row("NOPERM this user has no permissions to run the 'lrange' command", ErrorCode::Auth, "may not run LRANGE");
    row("NOPERM this user has no permissions to access one of the keys used as arguments", ErrorCode::Auth,
        "may not read the key \"traces:auth\"");
    row("WRONGTYPE Operation against a key holding the wrong kind of value", ErrorCode::Malformed, "Something else");
    row("MOVED 3999 10.0.0.2:7001", ErrorCode::Unsupported, "this one to 10.0.0.2:7001");
    row("ASK 3999 10.0.0.2:7001", ErrorCode::Unreachable, "just moving");
    row("CLUSTERDOWN Hash slot not served", ErrorCode::Unreachable, "cluster is down");
    row("LOADING Redis is loading the dataset in memory", ErrorCode::Unreachable, "still loads");
    row("MASTERDOWN Link with MASTER is down", ErrorCode::Unreachable, "lost its master");
    row("BUSY Redis is busy running a script.", ErrorCode::Unreachable, "script");
    row("DENIED Redis is running in protected mode", ErrorCode::Auth, "protected mode");
    row("ERR max number of clients reached", ErrorCode::Unreachable, "no room");
    row("ERR unknown command 'LRANGE'", ErrorCode::Unsupported, "refused LRANGE");
}

void TestRedisReply::errorAnswersBecomeSentences()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, code);
    QFETCH(QByteArray, words);
    const Error error = errorFor(answer.toStdString(), {RedisVerb::LRange, {"traces:auth", "0", "99"}});
    QCOMPARE(static_cast<int>(error.code), code);
    QCOMPARE(error.context, std::string("cache:6379"));
    QVERIFY2(QByteArray::fromStdString(error.message).toLower().contains(words.toLower()), error.message.c_str());
}

void TestRedisReply::aPasswordThatTheServerRepeatsIsMasked()
{
    const char *answer = "ERR unknown command 'AUTH', with args beginning with: 'reader' 'hunter2-secret'";
    for (const RedisVerb verb : {RedisVerb::Auth, RedisVerb::Select, RedisVerb::Info}) {
        const Error error = errorFor(answer, {verb, {"reader", "hunter2-secret"}});
        QVERIFY2(error.text().find("hunter2") == std::string::npos, error.text().c_str());
    }
}

QTEST_GUILESS_MAIN(TestRedisReply)
#include "tst_redis_reply.moc"
