// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planted_database.h"

#include <functional>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

// Fault, then what looks alike. Numbers are those of the benchmark's table.
const char *const kTables = R"sql(
-- 1: a foreign key without an index, joined; one whose parents go; one that nobody joins, of a parent of which nothing is deleted
CREATE TABLE wallets(id int PRIMARY KEY, owner text NOT NULL);
CREATE INDEX wallets_owner ON wallets(owner);
INSERT INTO wallets SELECT i, 'owner' || i FROM generate_series(1, 5000) i;
CREATE TABLE transfers(id int PRIMARY KEY, to_wallet int NOT NULL REFERENCES wallets(id), amount int, note text);
INSERT INTO transfers SELECT i, i * 7919 % 5000 + 1, i % 1000, repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE carts(id int PRIMARY KEY);
INSERT INTO carts SELECT generate_series(1, 61000);
CREATE TABLE cart_items(id int PRIMARY KEY, cart int NOT NULL REFERENCES carts(id) ON DELETE CASCADE, note text);
INSERT INTO cart_items SELECT i, i, repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE regions(id int PRIMARY KEY);
INSERT INTO regions SELECT generate_series(1, 50);
CREATE TABLE archive(id int PRIMARY KEY, region int NOT NULL REFERENCES regions(id), note text);
INSERT INTO archive SELECT i, i % 50 + 1, repeat('n', 60) FROM generate_series(1, 60000) i;
-- 2: equality and range; the same with the index, where the planner rightly scans
CREATE TABLE ledger(id int PRIMARY KEY, kind int NOT NULL, amount int NOT NULL, note text);
INSERT INTO ledger SELECT i, i % 20, i * 7919 % 100000, repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE ledger_ok(id int PRIMARY KEY, kind int NOT NULL, amount int NOT NULL, note text);
INSERT INTO ledger_ok SELECT i, CASE WHEN i % 10 < 4 THEN 0 ELSE i % 20 END, i, repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE INDEX ledger_ok_kind_amount ON ledger_ok(kind, amount);
-- 3: equality, sort and limit; the same with the index
CREATE TABLE spans(id int PRIMARY KEY, service text NOT NULL, ts timestamptz NOT NULL, note text);
INSERT INTO spans SELECT i, 'service' || i % 30, '2026-01-01'::timestamptz + i * interval '1 s', repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE spans_ok AS SELECT * FROM spans;
CREATE INDEX spans_ok_service_ts ON spans_ok(service, ts DESC);
-- 4: few pending rows; the same with a partial index
CREATE TABLE jobs(id int PRIMARY KEY, status text NOT NULL, created int NOT NULL, note text);
INSERT INTO jobs SELECT i, CASE WHEN i % 200 = 0 THEN 'pending' ELSE 'done' END, i, repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE jobs_ok AS SELECT * FROM jobs;
CREATE INDEX jobs_ok_pending ON jobs_ok(created) WHERE status = 'pending';
-- 5: an expression; the same with its index
CREATE TABLE users(id int PRIMARY KEY, email text NOT NULL, note text);
INSERT INTO users SELECT i, 'User' || i || '@example.org', repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE users_ok AS SELECT * FROM users;
CREATE INDEX users_ok_lower ON users_ok(lower(email));
-- 6: a prefix where letters sort by language; a small table that is read a lot
CREATE TABLE places(id int PRIMARY KEY, name text NOT NULL, note text);
INSERT INTO places SELECT i, md5(i::text), repeat('n', 60) FROM generate_series(1, 60000) i;
CREATE TABLE options(id int PRIMARY KEY, name text NOT NULL);
INSERT INTO options SELECT i, 'option' || i FROM generate_series(1, 300) i;
-- 8: a copy of a unique index on a table that is written; an index nobody reads, an hour after the counters began
CREATE TABLE accounts(id int PRIMARY KEY, email text NOT NULL UNIQUE, hits int, noted text);
CREATE INDEX accounts_email_copy ON accounts(email);
CREATE INDEX accounts_noted ON accounts(noted);
INSERT INTO accounts SELECT i, 'a' || i || '@example.org', 0, md5(i::text) FROM generate_series(1, 40000) i;
-- 9: many rows a call, often
CREATE TABLE readings(id int PRIMARY KEY, value int, note text);
INSERT INTO readings SELECT i, i, repeat('n', 60) FROM generate_series(1, 30000) i;
-- 7: statistics of a tenth of the rows
CREATE TABLE visits(id int PRIMARY KEY, page int NOT NULL, note text);
INSERT INTO visits SELECT i, i, repeat('n', 60) FROM generate_series(1, 5000) i;
)sql";

QString repeated(int times, const std::function<QString(int)> &statement)
{
    QString text;
    for (int i = 1; i <= times; ++i)
        text += statement(i) + u";\n"_s;
    return text;
}

} // namespace

QStringList plantedTables()
{
    return {QString::fromUtf8(kTables), u"ANALYZE"_s,
            u"SELECT pg_stat_reset()"_s, // the rows that were planted are no load
            u"INSERT INTO visits SELECT i, i % 100, repeat('n', 60) FROM generate_series(5001, 60000) i"_s};
}

QString plantedLoad()
{
    constexpr int kTimes = 60;
    QString load;
    load += repeated(kTimes, [&](int i) {
        return u"SELECT w.id, t.amount FROM wallets w JOIN transfers t ON t.to_wallet = w.id WHERE w.owner = 'owner%1'"_s
            .arg(i * 13);
    });
    load += repeated(kTimes, [&](int i) { return u"DELETE FROM carts WHERE id = %1"_s.arg(60'000 + i); });
    load += repeated(kTimes, [&](int i) { return u"UPDATE users SET note = 'x' WHERE email = 'nobody%1'"_s.arg(i); });
    load += repeated(kTimes, [&](int i) { return u"SELECT id FROM archive WHERE id = %1"_s.arg(i); });
    for (const QString &table : {u"ledger"_s, u"ledger_ok"_s}) {
        load += repeated(kTimes, [&](int i) {
                    const int from = table == u"ledger"_s ? i * 900 : 100;
                    const int to = table == u"ledger"_s ? from + 300 : 59'000;
                    return u"SELECT id, note FROM %1 WHERE kind = %2 AND amount >= %3 AND amount < %4"_s.arg(table)
                        .arg(table == u"ledger"_s ? i % 20 : 0)
                        .arg(from)
                        .arg(to);
                }).replace(u"SELECT id, note FROM ledger_ok"_s, u"SELECT count(note) FROM ledger_ok"_s);
    }
    for (const QString &table : {u"spans"_s, u"spans_ok"_s})
        load += repeated(kTimes, [&](int i) {
            return u"SELECT * FROM %1 WHERE service = 'service%2' ORDER BY ts DESC LIMIT 50"_s.arg(table).arg(i % 30);
        });
    for (const QString &table : {u"jobs"_s, u"jobs_ok"_s})
        load += repeated(kTimes, [&](int) {
            return u"SELECT id, note FROM %1 WHERE status = 'pending' ORDER BY created DESC LIMIT 20"_s.arg(table);
        });
    for (const QString &table : {u"users"_s, u"users_ok"_s})
        load += repeated(kTimes, [&](int i) {
            return u"SELECT id, note FROM %1 WHERE lower(email) = 'user%2@example.org'"_s.arg(table).arg(i * 11);
        });
    load += repeated(kTimes, [&](int i) {
        return u"SELECT id, note FROM places WHERE name LIKE '%1%%'"_s.arg(QString::number(0xa000 + i * 97, 16));
    });
    load +=
        repeated(kTimes * 10, [&](int i) { return u"SELECT id FROM options WHERE name = 'option%1'"_s.arg(i % 300); });
    load += repeated(kTimes, [&](int) { return u"SELECT id, note FROM visits WHERE page = 77"_s; });
    load += repeated(
        kTimes, [&](int i) { return u"UPDATE accounts SET hits = hits + 1, noted = 'n%1' WHERE id = %1"_s.arg(i); });
    load += repeated(12, [&](int) { return u"SELECT * FROM readings"_s; });
    load += u"SELECT * FROM archive;"_s; // a nightly report
    return load;
}

QStringList artifactStatements(const QString &text)
{
    QStringList statements;
    for (QString part : text.split(u";\n"_s)) {
        QStringList lines = part.split(u'\n');
        lines.removeIf([](const QString &line) { return line.startsWith(u"--"_s); });
        if (part = lines.join(u'\n').trimmed(); !part.isEmpty())
            statements += part;
    }
    return statements;
}

} // namespace tailspan::test
