// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/redaction.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace tailspan::trace;

namespace {

const std::string kHidden = "\"" + std::string(kMask) + "\"";

bool shows(const std::string &text, const char *secret)
{
    return text.find(secret) != std::string::npos;
}

} // namespace

class TestRedaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesOfSecretsAreKnown_data()
    {
        QTest::addColumn<bool>("isSensitive");
        for (const char *key : {"password",
                                "user.password",
                                "db.passwd",
                                "PWD",
                                "api_key",
                                "X-API-Key",
                                "apiKey",
                                "client_secret",
                                "aws.secretAccessKey",
                                "access_token",
                                "refreshToken",
                                "token",
                                "authorization",
                                "Proxy-Authorization",
                                "cookie",
                                "set-cookie",
                                "sessionId",
                                "session_id",
                                "private_key",
                                "jwt",
                                "card_number",
                                "cvv",
                                "pin",
                                "otp",
                                "ssn",
                                "iban",
                                "auth",
                                "request.body",
                                "request.body.user.name",
                                "response.body",
                                "http.request.body",
                                "request.headers.x-custom",
                                "headers.x-forwarded-for",
                                "http.request.header.authorization",
                                "http.request.header.x_anything",
                                "metadata.ip",
                                "client.address",
                                "http.client_ip"})
            QTest::newRow(key) << true;
        for (const char *key : {"",
                                "error",
                                "http.method",
                                "http.status_code",
                                "llm.usage.prompt_tokens",
                                "token_count",
                                "request.path",
                                "request.query.r",
                                "request.headers.host",
                                "request.headers.user-agent",
                                "request.headers.x-trace-id",
                                "http.request.header.content_type",
                                "author",
                                "authority",
                                "spinner",
                                "net.peer.name",
                                "metadata.userAgent",
                                "neighbors",
                                "headers",
                                "db.statement",
                                "response.statusCode"})
            QTest::newRow(key[0] == '\0' ? "(empty)" : key) << false;
    }
    void namesOfSecretsAreKnown()
    {
        QFETCH(bool, isSensitive);
        const std::string key = QTest::currentDataTag();
        QCOMPARE(isSensitiveKey(key == "(empty)" ? "" : key), isSensitive);
    }

    void secretsInTextAreMasked_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("secret");
        const auto row = [](const char *text, const char *secret) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(secret);
        };
        row("Authorization: Bearer verysecret", "verysecret");
        row("bearer VERYSECRET", "VERYSECRET");
        row("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz");
        row("token eyJhbGciOi.secret ok", "eyJhbGciOi.secret");
        row("https://user:hunter2@host/path", "hunter2");
        row("postgres://u:p%40ss@db:5432/x?sslmode=off", "p%40ss");
        row("GET /x?token=abc123&b=1", "abc123");
        row("password=hunter2;host=db", "hunter2");
        row("key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE");
        row("card 4111 1111 1111 1111 declined", "4111 1111 1111 1111");
        row("card 4111111111111111.", "4111111111111111");
        row("4111 1111 1111 1111 4111 1111 1111 1111", "1111");
        row("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after", "MIIE");
        row("x-api-key: abc123", "abc123");
        row("Cookie: sid=abc123; other=def", "abc123");
        row("retry with clientSecret => 'abc123'", "abc123");
        row("SELECT * FROM users WHERE password = 'hunter2'", "hunter2");
        row("INSERT INTO users (email, password) VALUES ('a@b', 'hunter2')", "hunter2");
        row("ALTER USER app IDENTIFIED BY 'hunter2'", "hunter2");
        row("update t set api_token='it''s hunter2' where id=1", "hunter2");
        row("upstream said {\"password\": \"hunter2\"}", "hunter2");
        row("upstream said {\\\"password\\\":\\\"hunter2\\\"}", "hunter2");
        row("key sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc");
        row("-----BEGIN PRIVATE KEY-----\nMIIEcutoff", "MIIEcutoff");
    }
    void secretsInTextAreMasked()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, secret);
        const std::string masked = maskedText(text.toStdString());
        QVERIFY2(!shows(masked, secret.constData()), masked.c_str());
        QVERIFY(shows(masked, std::string(kMask).c_str()));
        QCOMPARE(maskedText(masked), masked);
    }

    void ordinaryTextStaysAsItIs()
    {
        for (const char *text :
             {"", "select * from bearer where x = 1", "basic idea", "1234567890123456", "2026-11-23 15:52:02.877",
              "GET /tokens/5", "the bearer of news", "00112233445566778899aabbccddeeff", "http://host:8080/path",
              "a < b && c > d", "GET http://auth:4004/verify", "SELECT 'a' FROM orders WHERE status = 'open'",
              "UPDATE users SET password = $1 WHERE id = $2", "tokens=5", "author: Maria"})
            QCOMPARE(maskedText(text), std::string(text));
    }

    void valuesUnderSensitiveKeysAreHiddenInJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *json) { QTest::newRow(json) << QByteArray(json); };
        row("{\"password\": \"s3cret\"}");
        row("{\"a\": {\"Password\" : [\"x\", \"s3cret\"]}}");
        row("{\"headers\": {\"x-odd\": \"s3cret\"}}");
        row("{\"request\": {\"body\": {\"name\": \"s3cret\"}}}");
        row("{\"pin\": 9870001}");
        row("{\"card\": 4111111111111111}");
        row("{\"key\": \"password\", \"type\": \"string\", \"value\": \"s3cret\"}");
        row("{\"value\": \"s3cret\", \"type\": \"string\", \"key\": \"password\"}");
        row("{\"key\": \"http.request.header.x-odd\", \"value\": {\"stringValue\": \"s3cret\"}}");
        row("{\"value\": {\"arrayValue\": {\"values\": [{\"stringValue\": \"s3cret\"}]}}, \"key\": \"api.token\"}");
        row("{\"name\": \"authorization\", \"value\": \"s3cret\"}");
        row("{\"params\": \"{\\\"password\\\":\\\"s3cret\\\"}\"}");
        row("{\"params\": \"{\\\"inner\\\":\\\"{\\\\\\\"password\\\\\\\":\\\\\\\"s3cret\\\\\\\"}\\\"}\"}");
        row("{\"log\": \"Bearer\\u0020s3cret\"}");
        row("{\"pass\\u0077ord\": \"s3cret\"}");
        row("{\"metadata\": {\"ip\": \"s3cret\"}}");
        row("{\"password\": \"s3cret and no end");
        row("{\"value\": \"s3cret\", \"key\": \"password\"");
        row("{\"token\": {\"a\": [\"s3cret\", {\"b\": \"no end");
        row("password=s3cret");
    }
    void valuesUnderSensitiveKeysAreHiddenInJson()
    {
        QFETCH(QByteArray, json);
        const std::string masked = maskedJson(json.toStdString());
        for (const char *secret : {"s3cret", "9870001", "4111111111111111"})
            QVERIFY2(!shows(masked, secret), masked.c_str());
        QCOMPARE(maskedJson(masked), masked);
    }

    void theRestOfTheJsonStays()
    {
        const std::string json = "{ \"a\" : [1, -2.5e3, true, null, \"x \\\"y\\\"\\n\"],\n  \"headers\": {\"host\": "
                                 "\"h\", \"x\": \"s\"}, \"\": {} }";
        QCOMPARE(maskedJson(json),
                 "{ \"a\" : [1, -2.5e3, true, null, \"x \\\"y\\\"\\n\"],\n  \"headers\": {\"host\": \"h\", \"x\": "
                     + kHidden + "}, \"\": {} }");
        QCOMPARE(maskedJson("{\"password\": null, \"pin\": true}"), "{\"password\": null, \"pin\": true}");
    }

    void maskingTwiceChangesNothingWhateverTheText()
    {
        std::mt19937 random(11);
        constexpr std::array<std::string_view, 24> kParts{"{",
                                                          "}",
                                                          "[",
                                                          "]",
                                                          ":",
                                                          ",",
                                                          "\"",
                                                          "\\",
                                                          "\"key\"",
                                                          "\"value\"",
                                                          "\"password\"",
                                                          "password=",
                                                          "Bearer ",
                                                          "eyJabc.def",
                                                          "abcdefgh",
                                                          "4111111111111111",
                                                          "://u:p@h",
                                                          "\\u0020",
                                                          " ",
                                                          "\n",
                                                          "headers",
                                                          "token",
                                                          "\xE2\x80\xA2",
                                                          "null"};
        for (int i = 0; i < 30'000; ++i) {
            std::string text;
            for (auto n = random() % 14; n > 0; --n)
                text += kParts[random() % kParts.size()];
            const std::string masked = maskedJson(text);
            QVERIFY2(maskedJson(masked) == masked, (text + "\n" + masked + "\n" + maskedJson(masked)).c_str());
            const std::string plain = maskedText(text);
            QVERIFY2(maskedText(plain) == plain, (text + "\n" + plain).c_str());
        }
    }

    void everyCutOfARecordHidesItsSecrets()
    {
        const std::string json = "{\"request\":{\"headers\":{\"authorization\":\"Bearer "
                                 "verysecret\",\"host\":\"h\"},\"body\":{\"p\":\"hunter2\"}},"
                                 "\"response\":{\"body\":{\"token\":\"eyJhbGciOi.secret\"}}}";
        for (std::size_t length = 0; length <= json.size(); ++length) {
            const std::string masked = maskedJson(std::string_view(json).substr(0, length));
            for (const char *secret : {"verys", "hunt", "eyJh"})
                QVERIFY2(!shows(masked, secret), masked.c_str());
        }
    }

    void deepAndLongRecordsAreMaskedInNoTime()
    {
        std::string deep;
        for (int i = 0; i < 40'000; ++i)
            deep += "{\"a\":";
        std::string wide = "{";
        for (int i = 0; i < 20'000; ++i)
            wide += "\"key" + std::to_string(i) + "\":\"Bearer verysecret\",";
        const std::string quotes = "{\"a\":\"" + std::string(200'000, '\\') + "\"}";
        QElapsedTimer timer;
        timer.start();
        for (const std::string &text : {deep, wide, quotes, std::string(250'000, '"'), "[" + std::string(250'000, '4')})
            (void)maskedJson(text);
        QVERIFY2(timer.elapsed() < 4'000, qPrintable(QString::number(timer.elapsed())));
    }

    void detailsAreMaskedInEveryPart()
    {
        SpanDetails details;
        details.attributes = {{"http.method", "GET", false},
                              {"password", "hunter2", false},
                              {"note", "Bearer verysecret", false},
                              {"params", "{\"token\":\"abc\"}", false}};
        details.resource = {{"metadata.ip", "10.0.0.1", false}};
        details.events = {{tailspan::TimePoint(), "login with password=hunter2", {{"cookie", "c=1", false}}}};
        details.links = {{"t", "s", "link", {{"secret", "x1y2", false}}}};
        details.rawRecord = "{\"password\":\"hunter2\"}";
        maskSecrets(details);
        QVERIFY(!details.attributes[0].isRedacted);
        for (const std::size_t i : {std::size_t{1}, std::size_t{2}, std::size_t{3}})
            QVERIFY(details.attributes[i].isRedacted);
        QVERIFY(details.resource[0].isRedacted);
        QVERIFY(details.events[0].attributes[0].isRedacted);
        QVERIFY(details.links[0].attributes[0].isRedacted);
        QCOMPARE(details.events[0].name, "login with password=" + std::string(kMask));
        QCOMPARE(details.rawRecord, "{\"password\":" + kHidden + "}");
    }
};

QTEST_GUILESS_MAIN(TestRedaction)
#include "tst_redaction.moc"
