# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers on free ports of 127.0.0.1, each in a folder of its own, that end with the run."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

POSTGRES_FOLDERS = ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]
READER = "tailspan"  # the role of the advisor


def program(name):
    path = shutil.which(name) or next(
        (f"{folder}/{name}" for folder in POSTGRES_FOLDERS if os.access(f"{folder}/{name}", os.X_OK)), None)
    if path is None:
        raise RuntimeError(f"The program {name} is missing.")
    return path


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def end_with_parent():
    """The child is killed when this run ends, however it ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def other_user():
    """Whom PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        except KeyError:
            continue
    return {"user": 65534, "group": 65534, "extra_groups": []}


class Process:
    """A program that runs until stop(); its words go to a file."""

    def __init__(self, arguments, folder, **user):
        self.log = Path(folder) / "server.log"
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            preexec_fn=end_with_parent, **user)

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def wait_for(self, is_ready, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if is_ready():
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.process.args[0]} does not get ready: {self.log.read_text()[-500:]}")


class Postgres:
    """PostgreSQL with pg_stat_statements loaded. A database has the extensions only when it is made with them."""

    def __init__(self):
        self.user = other_user()
        self.folder = tempfile.mkdtemp(prefix="advisor-bench-pg-")
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        self.port = free_port()
        data = f"{self.folder}/data"
        subprocess.run([program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "-N"], check=True, capture_output=True, cwd=self.folder, **self.user)
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "fsync": "off",
                    "shared_preload_libraries": "pg_stat_statements", "autovacuum": "off", "shared_buffers": "256MB",
                    "wal_level": "minimal", "max_wal_senders": "0", "max_connections": "60", "jit": "off",
                    "log_line_prefix": "%u|%a|", "lc_messages": "C", "checkpoint_timeout": "1h", "max_wal_size": "4GB",
                    "max_parallel_workers_per_gather": "0", "pg_stat_statements.max": "5000"}
        arguments = [program("postgres"), "-D", data, "-p", str(self.port)]
        for key, value in settings.items():
            arguments += ["-c", f"{key}={value}"]
        self.process = Process(arguments, self.folder, **self.user)
        self.process.wait_for(lambda: self.run("SELECT 1", "postgres", may_fail=True) == "1")
        # Who watches the run has the counters of all databases; the databases themselves may have none.
        self.run("CREATE EXTENSION pg_stat_statements", "postgres")
        self.run(f"CREATE ROLE {READER} LOGIN CONNECTION LIMIT 2; GRANT pg_monitor TO {READER}; "
                 f"ALTER ROLE {READER} SET log_statement = 'all'", "postgres")

    def arguments(self, database, user="postgres"):
        return ["-h", self.folder, "-p", str(self.port), "-U", user, "-d", database]

    def run(self, sql, database, may_fail=False):
        """What psql prints; the text may hold several statements, each in its own transaction."""
        done = subprocess.run([program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *self.arguments(database), "-f", "-"],
                              input=sql, capture_output=True, text=True)
        if done.returncode != 0 and not may_fail:
            raise RuntimeError(f"psql: {done.stderr.strip()[-400:]}")
        return done.stdout.strip() if done.returncode == 0 else "ERROR: " + done.stderr.strip()

    def make(self, name, setup, has_extensions):
        self.run(f"CREATE DATABASE {name}", "postgres")
        if has_extensions:
            self.run("CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg", name)
        # Sessions tell what they changed when they end: ANALYZE in the same one would count those rows twice.
        for session in setup:
            self.run(session, name)
        self.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}", name)

    def drop(self, name):
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", "postgres")

    def dump(self, name):
        """The catalog as text: what an undo has to give back."""
        done = subprocess.run([program("pg_dump"), "--schema-only", *self.arguments(name)], capture_output=True,
                              text=True, check=True)
        return "\n".join(line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\")))

    def url(self, name):
        return f"postgresql://{READER}@127.0.0.1:{self.port}/{name}"

    def counters(self, name):
        """Calls and milliseconds by query id, of everybody but the advisor."""
        rows = self.run("SELECT s.queryid, s.calls, s.total_exec_time FROM pg_stat_statements AS s JOIN pg_database AS d "
                        f"ON d.oid = s.dbid WHERE d.datname = '{name}' AND s.userid <> '{READER}'::regrole", "postgres")
        table = {}
        for row in rows.splitlines():
            query, calls, total = row.split("|")
            before = table.get(query, (0, 0.0))
            table[query] = (before[0] + int(calls), before[1] + float(total))
        return table

    def texts(self, name):
        """The statements themselves, by query id, on one line each."""
        rows = self.run("SELECT s.queryid, regexp_replace(s.query, '\\s+', ' ', 'g') FROM pg_stat_statements AS s JOIN "
                        f"pg_database AS d ON d.oid = s.dbid WHERE d.datname = '{name}'", "postgres")
        return dict(row.split("|", 1) for row in rows.splitlines() if "|" in row)

    def asked(self):
        """Statements and milliseconds of the advisor so far."""
        row = self.run("SELECT coalesce(sum(calls), 0), coalesce(sum(total_exec_time), 0) FROM pg_stat_statements "
                       f"WHERE userid = '{READER}'::regrole", "postgres")
        calls, total = row.split("|")
        return int(calls), float(total)

    def written(self, name):
        """What any write to the database moves."""
        return self.run("SELECT tup_inserted, tup_updated, tup_deleted, pg_current_wal_insert_lsn() FROM "
                        f"pg_stat_database WHERE datname = '{name}'", "postgres")

    def stop(self):
        self.process.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class ConnectionWatch:
    """Counts the connections of the advisor while it runs, through one session that asks again and again."""

    def __init__(self, server):
        script = (f"SELECT 'seen', count(*) FROM pg_stat_activity WHERE usename = '{READER}' OR application_name = "
                  "'tailspan'\n\\watch 0.2\n")
        self.process = subprocess.Popen([program("psql"), "-XqAt", *server.arguments("postgres")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        preexec_fn=end_with_parent)
        self.process.stdin.write(script)
        self.process.stdin.flush()

    def most(self):
        self.process.terminate()
        seen = [line.split("|")[1] for line in self.process.communicate()[0].splitlines() if line.startswith("seen|")]
        return max((int(count) for count in seen if count.isdigit()), default=0)


class Redis:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="advisor-bench-redis-")
        self.port = free_port()
        self.process = Process([program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                                "--appendonly", "no", "--dir", self.folder], self.folder)
        self.process.wait_for(lambda: b"PONG" in self.ask("PING", may_fail=True))

    def ask(self, *words, may_fail=False):
        """One command, its answer as it comes over the wire."""
        text = f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in map(str, words))
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as one:
                one.sendall(text.encode())
                one.settimeout(0.5 if words[0] == "INFO" else 5)
                answer = one.recv(65536)
                while words[0] == "INFO" and not answer.endswith(b"\r\n"):
                    answer += one.recv(65536)
                return answer
        except OSError:
            if may_fail:
                return b""
            raise

    def commands(self):
        """Calls by command since the start."""
        lines = self.ask("INFO", "commandstats").decode().splitlines()
        return {line.split(":")[0][len("cmdstat_"):]: int(line.split("calls=")[1].split(",")[0])
                for line in lines if line.startswith("cmdstat_")}

    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self):
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Prometheus:
    """Filled with a history in OpenMetrics text. Its one target does not answer: it tells how often is scraped."""

    def __init__(self, open_metrics, interval_s):
        self.folder = tempfile.mkdtemp(prefix="advisor-bench-prom-")
        self.port = free_port()
        history = Path(self.folder) / "history.om"
        history.write_text(open_metrics)
        done = subprocess.run([program("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(history),
                               f"{self.folder}/data"], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"promtool: {(done.stderr + done.stdout).strip()[-400:]}")
        history.unlink()
        (Path(self.folder) / "prometheus.yml").write_text(
            f"global: {{scrape_interval: {interval_s}s}}\nscrape_configs:\n  - job_name: pods\n"
            "    static_configs: [{targets: ['127.0.0.1:9']}]\n")
        self.process = Process([program("prometheus"), f"--config.file={self.folder}/prometheus.yml",
                                f"--storage.tsdb.path={self.folder}/data", "--storage.tsdb.retention.time=100y",
                                f"--web.listen-address=127.0.0.1:{self.port}"], self.folder)
        self.process.wait_for(self.is_ready)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/targets", timeout=1) as answer:
                return b'"scrapePool":"pods"' in answer.read()  # known some seconds after the start
        except OSError:
            return False

    def url(self):
        return f"prometheus+http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
