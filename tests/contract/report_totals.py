#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the requests of load-test files of which each line is a request, with nothing of Tailspan in it: one JSON
object a file with path, requests, failures, sumMs and maxMs. Files of other kinds are left out.

Usage: report_totals.py FILE...
"""

import csv
import gzip
import io
import json
import re
import sys
import xml.etree.ElementTree as xml

TRANSACTION = "Number of samples in transaction"


def text_of(path):
    with open(path, "rb") as file:
        raw = file.read()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace").lstrip()


def k6_points(points):
    requests = failures = 0
    latencies = []
    for metric, value in points:
        requests += value if metric == "http_reqs" else 0
        failures += value if metric == "http_req_failed" else 0
        if metric == "http_req_duration":
            latencies.append(value)
    return requests, failures, latencies


def k6_json(text):
    lines = (json.loads(line) for line in text.splitlines() if line)
    return k6_points((line["metric"], line["data"]["value"]) for line in lines if line["type"] == "Point")


def k6_csv(text):
    return k6_points((row["metric_name"], float(row["metric_value"])) for row in csv.DictReader(io.StringIO(text)))


def jmeter_csv(text):
    first = text.split("\n", 1)[0]
    delimiter = re.search(r"\W", first.strip('"')).group()
    if delimiter == '"':
        delimiter = re.search(r'"(\W)', first).group(1)
    requests = failures = 0
    latencies = []
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        if (row.get("responseMessage") or "").startswith(TRANSACTION) and not row.get("dataType"):
            continue
        requests += 1
        failures += (row.get("success") or "true") != "true"
        if row.get("elapsed"):
            latencies.append(int(row["elapsed"]))
    return requests, failures, latencies


def jmeter_xml(text):
    samples = []
    open_samples = []  # of each element around: is it a sample that counts
    parser = xml.XMLPullParser(("start", "end"))
    try:
        for begin in range(0, len(text), 65536):
            parser.feed(text[begin:begin + 65536])
        parser.close()
    except xml.ParseError:
        pass  # a run that was killed: what was whole counts
    for event, element in parser.read_events():
        if element.tag not in ("sample", "httpSample"):
            continue
        if event == "end":
            counts = open_samples.pop()
            if counts and not any(open_samples):
                samples.append(element)
        else:
            open_samples.append(not element.get("rm", "").startswith(TRANSACTION))
    return (len(samples), sum(sample.get("s") == "false" for sample in samples),
            [int(sample.get("t")) for sample in samples if sample.get("t")])


def gatling(text):
    rows = [line.split("\t") for line in text.split("\n")]
    requests = []
    for row in rows:
        if len(row) > 9 and row[2] == "REQUEST":
            requests.append((row[9], int(row[8]) - int(row[5])))
        elif row[0] == "REQUEST":
            status = max(index for index, cell in enumerate(row) if cell in ("OK", "KO"))
            requests.append((row[status], int(row[status - 1]) - int(row[status - 2])))
    return len(requests), sum(status == "KO" for status, _ in requests), [latency for _, latency in requests]


def vegeta_json(text):
    hits = [json.loads(line) for line in text.splitlines() if line]
    return (len(hits), sum(not 200 <= hit["code"] < 400 or bool(hit["error"]) for hit in hits),
            [hit["latency"] / 1e6 for hit in hits])


def hey_csv(text):
    rows = list(csv.DictReader(io.StringIO(text)))
    return (len(rows), sum(not 200 <= int(row["status-code"]) < 400 for row in rows),
            [float(row["response-time"]) * 1000 for row in rows])


RULES = (
    (r"<\?xml[^>]*>\s*(<!--.*?-->\s*)*<testResults", jmeter_xml),
    (r'\{"(metric|type)":.*"(Point|Metric)"', k6_json),
    (r"metric_name,timestamp,metric_value", k6_csv),
    (r'\{"attack":', vegeta_json),
    (r"response-time,DNS\+dialup", hey_csv),
    (r"RUN\t|ASSERTION\t|[^\n\t]*\t[^\n\t]*\tRUN\t", gatling),
    (r"[^\n]*timeStamp\b[^\n]*\belapsed\b", jmeter_csv),
)


def main():
    for path in sys.argv[1:]:
        text = text_of(path)
        for pattern, count in RULES:
            if not re.match(pattern, text, re.DOTALL if count is jmeter_xml else 0):
                continue
            requests, failures, latencies = count(text)
            print(json.dumps({"path": path, "requests": int(requests), "failures": int(failures),
                              "sumMs": sum(latencies), "maxMs": max(latencies, default=-1)}))
            break


main()
