# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases 1 to 9: what a PostgreSQL shows of itself. Each function plants one fault or its healthy look-alike."""

import re

from cases import Names
from database_trial import Database, Plan
from judge import Expected, Truth

INDEX = ("db.missing-index",)
FORGET = "SELECT pg_stat_reset();"  # filling the tables is no part of the load
SLOW = Expected(("db.slow-query",))  # true where a statement takes long; what to do is another finding's


def rows_of(rng, place, least=50_000):
    """Between the limits, small ones as often as large ones."""
    return int(least * (max(place.most_rows, least) / least) ** rng.random())


def noise(rng):
    """A table that nothing is wrong with, and statements on it."""
    rows = rng.randint(2_000, 20_000)
    setup = (f"CREATE TABLE settings(id int PRIMARY KEY, name text NOT NULL, value int);"
             f"INSERT INTO settings SELECT i, 'name ' || i, i % 7 FROM generate_series(1, {rows}) AS i;")
    loads = [(f"\\set id random(1, {rows})\nSELECT value FROM settings WHERE id = :id;\n", rng.randint(1, 3)),
             (f"\\set id random(1, {rows})\nUPDATE settings SET value = value + 1 WHERE id = :id;\n", 1)]
    return setup, loads


def with_noise(rng, setup, loads, truth, **more):
    more_setup, more_loads = noise(rng)
    filled, *later = [setup] if isinstance(setup, str) else setup
    return Plan([more_setup + filled, FORGET, "ANALYZE;", *later], loads + more_loads, truth, **more)


def foreign_key(rng, place, names):
    parent, child, column = names.table(), names.table(), "to_" + names.noun()
    rows = rows_of(rng, place)
    parents = max(200, rows // 20)
    healthy = place.is_healthy
    setup = f"""CREATE TABLE {parent}(id bigint PRIMARY KEY, owner text);
        CREATE TABLE {child}(id bigserial PRIMARY KEY, from_id bigint NOT NULL,
            {column} bigint NOT NULL REFERENCES {parent}(id) ON DELETE CASCADE, amount numeric NOT NULL, at timestamptz);
        INSERT INTO {parent} SELECT i, md5(i::text) FROM generate_series(1, {parents}) AS i;
        INSERT INTO {child}(from_id, {column}, amount, at) SELECT 1 + (random() * {parents - 1})::int,
            1 + (random() * {parents - 1})::int, random() * 1000, now() FROM generate_series(1, {rows});
        CREATE INDEX ON {child}(from_id);"""
    pick = f"\\set id random(1, {parents})\n"
    read = pick + f"SELECT amount FROM {child} WHERE from_id = :id;\n"
    join = pick + f"SELECT p.owner, c.amount FROM {parent} p JOIN {child} c ON c.{column} = p.id WHERE p.id = :id;\n"
    remove = ("\\set id random(1000000000, 2000000000)\n"
              f"INSERT INTO {parent} VALUES (:id, 'new') ON CONFLICT DO NOTHING;\nDELETE FROM {parent} WHERE id = :id;\n")
    write = pick + f"INSERT INTO {child}(from_id, {column}, amount, at) VALUES (:id, :id, 1, now());\n"
    loads = [(read, 3), (write, 1)] if healthy else [(join, 4), (remove, 2), (read, 2)]
    truth = Truth(place.case, healthy, f"foreign key {child}.{column} without an index"
                  + (", never joined, parent never deleted" if healthy else ", joined, parent deleted"))
    if not healthy:
        truth.accept = [Expected(INDEX, child, [[column]])]
    return with_noise(rng, setup, loads, truth)


def two_columns(rng, place, names):
    table, kinds, rows = names.table(), rng.randint(40, 400), rows_of(rng, place)
    setup = f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, kind text NOT NULL, amount int NOT NULL, note text);
        INSERT INTO {table}(kind, amount, note) SELECT CASE WHEN i % 5 < 2 THEN 'most' ELSE 'k' || (random() * {kinds})::int
            END, (random() * 1000000)::int, md5(i::text) FROM generate_series(1, {rows}) AS i;"""
    if place.is_healthy:
        setup += f"CREATE INDEX ON {table}(kind, amount);"
        load = f"SELECT count(*), max(length(note)) FROM {table} WHERE kind = 'most' AND amount > 5;\n"
        truth = Truth(place.case, True, f"the index {table}(kind, amount) is there; 40 % match, so a scan is right")
        return with_noise(rng, setup, [(load, 3)], truth)
    width = rng.choice([2_000, 10_000, 40_000])
    load = (f"\\set kind random(1, {kinds})\n\\set low random(1, 900000)\n\\set high :low + {width}\nSELECT id, note FROM "
            f"{table} WHERE kind = 'k:kind' AND amount BETWEEN :low AND "
            f"{':high' if place.variant % 2 == 0 else f':low + {width}'};\n")
    truth = Truth(place.case, False, f"equality and range on {table}: (kind, amount), in this order",
                  [Expected(INDEX, table, [["kind", "amount"]])],
                  [Expected(INDEX, table, [["amount", "kind"], ["kind"], ["amount"]])])
    return with_noise(rng, setup, [(load, 4)], truth)


def newest_of_service(rng, place, names):
    table, services, rows = names.table(), rng.randint(5, 40), rows_of(rng, place)
    setup = f"""CREATE TABLE {table}(id uuid PRIMARY KEY DEFAULT gen_random_uuid(), trace_id varchar(36) NOT NULL,
            service_name varchar(100) NOT NULL, operation varchar(255) NOT NULL, "timestamp" timestamp NOT NULL,
            duration int, error text);
        INSERT INTO {table}(trace_id, service_name, operation, "timestamp", duration) SELECT md5(i::text),
            'service-' || (random() * {services})::int, 'op ' || i % 30, now() - random() * interval '30 days',
            (random() * 900)::int FROM generate_series(1, {rows}) AS i;
        CREATE INDEX ON {table}(trace_id);"""
    load = (f"\\set s random(0, {services})\nSELECT * FROM {table} WHERE service_name = 'service-:s' ORDER BY "
            '"timestamp" DESC LIMIT 50;\n')
    if place.is_healthy:
        setup += (f'CREATE INDEX ON {table}(service_name, "timestamp" DESC); CREATE INDEX ON {table}("timestamp" DESC);'
                  f"CREATE INDEX ON {table}(service_name, operation);")
        truth = Truth(place.case, True, f"the newest of a service in {table}, and the index is there",
                      also=[Expected(("db.unused-index",))])
    else:
        truth = Truth(place.case, False, f"the newest 50 of a service in {table}",
                      [Expected(INDEX, table, [["service_name", "timestamp"]])],
                      [Expected(INDEX, table, [["timestamp"], ["service_name"]])])
    return with_noise(rng, setup, [(load, 4)], truth)


def rare_state(rng, place, names):
    table, rows = names.table(), rows_of(rng, place)
    setup = f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, status text NOT NULL, attempts int NOT NULL, body text);
        INSERT INTO {table}(status, attempts, body) SELECT CASE WHEN i % 200 = 7 THEN 'pending' ELSE 'done' END,
            (random() * 5)::int, md5(i::text) FROM generate_series(1, {rows}) AS i;"""
    load = f"SELECT count(*), max(attempts), max(length(body)) FROM {table} WHERE status = 'pending';\n"
    if place.is_healthy:
        setup += f"CREATE INDEX ON {table}(status) WHERE status = 'pending';"
        truth = Truth(place.case, True, f"0.5 % of {table} are pending, and a partial index is there")
    else:
        truth = Truth(place.case, False, f"0.5 % of {table} are pending",
                      [Expected(INDEX, table, tail=r"where\b.*status.*pending")],
                      [Expected(INDEX, table, [["status"]])])
        truth.accept[0].keys = [[]]  # any keys: the predicate is the point
    return with_noise(rng, setup, [(load, 4)], truth)


def lower_case(rng, place, names):
    table, column, rows = names.table(), rng.choice(["email", "login", "handle"]), rows_of(rng, place)
    setup = f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, {column} text NOT NULL UNIQUE, name text);
        INSERT INTO {table}({column}, name) SELECT 'User' || i || '@Example.org', md5(i::text)
            FROM generate_series(1, {rows}) AS i;"""
    load = f"\\set i random(1, {rows})\nSELECT id, name FROM {table} WHERE lower({column}) = 'user:i@example.org';\n"
    truth = Truth(place.case, place.is_healthy, f"lower({column}) of {table} is compared")
    if place.is_healthy:
        setup += f"CREATE INDEX ON {table}(lower({column}));"
    else:
        truth.accept = [Expected(INDEX, table, [[f"lower({column})"]])]
    return with_noise(rng, setup, [(load, 4)], truth)


def begins_with(rng, place, names):
    table, column = names.table(), rng.choice(["code", "title", "label"])
    if place.is_healthy:
        setup = f"""CREATE TABLE {table}(id int, {column} text); INSERT INTO {table} SELECT i, 'x' || i
            FROM generate_series(1, 300) AS i;"""
        load = f"\\set i random(1, 300)\nSELECT id FROM {table} WHERE {column} = 'x:i';\n"
        truth = Truth(place.case, True, f"{table} has 300 rows and is scanned all the time")
        return with_noise(rng, setup, [(load, 30)], truth, rate=400)
    rows = rows_of(rng, place)
    setup = f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, {column} text NOT NULL, note text);
        INSERT INTO {table}({column}, note) SELECT md5(i::text), repeat('n', 40) FROM generate_series(1, {rows}) AS i;
        CREATE INDEX ON {table}({column});"""
    load = (f"\\set a random(10, 99)\nSELECT id, note FROM {table} WHERE {column} LIKE '{rng.choice('abcdef')}:a"
            f"{rng.choice('0123456789')}%';\n")
    truth = Truth(place.case, False, f"{column} of {table} LIKE 'abc%' with a collation that is not C",
                  [Expected(INDEX, table, [[column]], r'pattern_ops|collate\s+"?(pg_catalog"?\."?)?c\b')])
    return with_noise(rng, setup, [(load, 4)], truth)


def old_statistics(rng, place, names):
    table = names.table()
    if place.is_healthy:
        setup = f"""CREATE TABLE {table}(id int PRIMARY KEY, balance int); INSERT INTO {table}
            SELECT i, 100 FROM generate_series(1, 5000) AS i;"""
        held = rng.uniform(0.15, 0.35)
        block = f"BEGIN;\nUPDATE {table} SET balance = balance + 1 WHERE id = 1;\n\\sleep {int(held * 1000)} ms\nCOMMIT;\n"
        load = f"UPDATE {table} SET balance = balance - 1 WHERE id = 1;\n"
        truth = Truth(place.case, True, f"statements on {table} wait for locks; the plan is fine",
                      also=[Expected(("db.lock-wait",))])
        return with_noise(rng, setup, [(load, 2)], truth, blockers=[block], clients=3, rate=8)
    fresh, few = rows_of(rng, place), rng.randint(300, 700)
    setup = [f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, state text NOT NULL, item int NOT NULL, note text);
        INSERT INTO {table}(state, item, note) SELECT CASE WHEN i % 2 = 0 THEN 'open' ELSE 'done' END, i % 500,
            md5(i::text) FROM generate_series(1, {few}) AS i; CREATE INDEX ON {table}(state);""",
             f"""UPDATE {table} SET state = 'done';
        INSERT INTO {table}(state, item, note) SELECT CASE WHEN i > {fresh - 12} THEN 'open' ELSE 'done' END, i % 500,
            md5(i::text) FROM generate_series(1, {fresh}) AS i;"""]
    load = f"SELECT id, note FROM {table} WHERE state = 'open' ORDER BY id LIMIT 10;\n"
    rows = f"SELECT id, item FROM {table} WHERE state = 'open';\n"
    truth = Truth(place.case, False, f"statistics of {table} are of a hundredth of its rows: what was common is rare",
                  [Expected(("db.stale-statistics",), table)], also=[SLOW])
    return with_noise(rng, setup, [(load, 3), (rows, 2)], truth, rate=12, keeps_statistics=False)


def duplicate_index(rng, place, names):
    table, rows = names.table(), rows_of(rng, place)
    column = rng.choice(["email", "number", "reference"])
    setup = f"CREATE TABLE {table}(id bigserial PRIMARY KEY, {column} text NOT NULL, other text NOT NULL, at timestamptz);"
    fill = f"INSERT INTO {table}({column}, other, at) SELECT 'v' || i, md5(i::text), now() FROM generate_series(1, {rows}) AS i;"
    write = (f"\\set i random(1, 2000000000)\nINSERT INTO {table}({column}, other, at) VALUES ('w:i', 'o:i', now()) "
             "ON CONFLICT DO NOTHING;\n")
    read = f"\\set i random(1, {rows})\nSELECT id FROM {table} WHERE {column} = 'v:i';\n"
    if place.is_healthy:
        flavour = place.variant % 2
        setup += fill + f"ALTER TABLE {table} ADD UNIQUE ({column});"
        setup += f"CREATE INDEX ON {table}(other);" if flavour == 0 else f"ALTER TABLE {table} ADD UNIQUE (other);"
        what = "never read, and its counters are minutes old" if flavour == 0 else "never read, and enforces a constraint"
        truth = Truth(place.case, True, f"an index of {table} is {what}")
    else:
        setup += fill + f"ALTER TABLE {table} ADD UNIQUE ({column}); CREATE INDEX idx_{table}_{column} ON {table}({column});"
        truth = Truth(place.case, False, f"idx_{table}_{column} repeats the UNIQUE of {table}",
                      [Expected(("db.redundant-index", "db.unused-index"), f"idx_{table}_{column}")])
    return with_noise(rng, setup, [(write, 5), (read, 2)], truth, rate=40, trial_rate=800)


def large_result(rng, place, names):
    table, tenants = names.table(), 4
    rows = rows_of(rng, place, 80_000)
    setup = f"""CREATE TABLE {table}(id bigserial PRIMARY KEY, tenant int NOT NULL, what text, at timestamptz);
        INSERT INTO {table}(tenant, what, at) SELECT i % {tenants}, md5(i::text), now() FROM generate_series(1, {rows}) AS i;
        CREATE INDEX ON {table}(tenant, id);"""
    if place.is_healthy:
        once = (f"SELECT a.what, count(*) FROM {table} a JOIN {table} b ON b.id % 977 = a.id % 977 AND b.id < 900 "
                "GROUP BY a.what ORDER BY 2;")
        read = f"\\set i random(1, {rows})\nSELECT what FROM {table} WHERE id = :i;\n"
        truth = Truth(place.case, True, f"a nightly report over {table}, one call", also=[])
        return with_noise(rng, setup, [(read, 3)], truth, once=once)
    statement = f"SELECT * FROM {table} WHERE tenant = :t"
    pick = f"\\set t random(0, {tenants - 1})\n"
    load = pick + statement + ";\n"

    def rewrite(finding, artifact):
        lines = [line for line in artifact["text"].splitlines() if not line.strip().startswith("--")]
        added = " ".join(re.sub(r"--.*$", "", line) for line in lines).strip().rstrip(";")
        added = re.sub(r":last\w*", "0", added)
        if "limit" not in added.lower():
            return None
        whole = added if added.lower().startswith("select") else f"{statement} {added}"
        return [(pick + re.sub(r"\$1", ":t", whole) + ";\n", 1)]

    truth = Truth(place.case, False, f"{rows // tenants} rows of {table} are returned, 20 are used",
                  [Expected(("db.large-result",), table)], also=[SLOW])
    return with_noise(rng, setup, [(load, 3)], truth, rate=8, rewrite=rewrite)


PLANS = {"1": foreign_key, "2": two_columns, "3": newest_of_service, "4": rare_state, "5": lower_case,
         "6": begins_with, "7": old_statistics, "8": duplicate_index, "9": large_result}


def plant(place):
    rng = place.rng()
    plan = PLANS[place.case](rng, place, Names(rng))
    return Database(place, plan).planted()


CASES = {case: plant for case in PLANS}
