# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the judge itself: python3 -m unittest discover -s tests/bench/advisor"""

import math
import unittest

import judge
import sql_text
import yaml_text
from judge import Expected, Outcome, Truth, Trial, Verdict


def finding(detector, title="", sql="", state="verified", table="ledger"):
    return {"detector": detector, "title": title, "subject": {"service": "", "operation": "", "object": table},
            "verification": {"state": state, "how": "asked"}, "estimate": None,
            "artifacts": [{"language": "sql", "title": "", "text": sql, "undo": None}] if sql else []}


def worded(words):
    return {**finding("service.bad-instance"), "what": words}


def index(columns, table="public.ledger", tail=""):
    sql = f"SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY IF NOT EXISTS \"x\" ON {table} ({columns}){tail};\n"
    return finding("db.missing-index", sql=sql)


FAULT = Truth("2", False, "", [Expected(("db.missing-index",), "ledger", [["kind", "amount"]])],
              [Expected(("db.missing-index",), "ledger", [["amount", "kind"], ["kind"]])],
              [Expected(("db.slow-query",))])
HEALTHY = Truth("2", True, "", also=[Expected(("db.lock-wait",))])


class Judging(unittest.TestCase):
    def score(self, *findings):
        return judge.judge(FAULT, {"findings": list(findings)}).score

    def test_right_and_wrong_order(self):
        self.assertEqual(self.score(index("kind, amount")), 1)
        self.assertEqual(self.score(index('"kind", amount DESC, id')), 1)
        self.assertEqual(self.score(index("amount, kind")), 0.5)
        self.assertEqual(self.score(index("amount")), 0)
        self.assertEqual(self.score(index("amount, kind"), index("kind, amount")), 1)

    def test_alarms(self):
        verdict = judge.judge(FAULT, {"findings": [index("kind, amount"), finding("db.slow-query"),
                                                   finding("db.unused-index"), finding("db.stale-statistics",
                                                                                       state="refuted")]})
        self.assertEqual([alarm["detector"] for alarm in verdict.alarms], ["db.unused-index"])
        self.assertEqual(len(judge.judge(HEALTHY, {"findings": [finding("db.lock-wait")]}).alarms), 0)
        self.assertEqual(len(judge.judge(HEALTHY, {"findings": [index("kind")]}).alarms), 1)

    def test_refuted_is_not_found_and_is_told(self):
        verdict = judge.judge(FAULT, {"findings": [finding("db.missing-index", "Index it", state="refuted")]})
        self.assertEqual(verdict.score, 0)
        self.assertTrue(verdict.why.startswith("refuted: Index it"))
        self.assertEqual(judge.judge(FAULT, {"findings": []}).why, "silent")

    def test_words_are_asked_for(self):
        entry = Expected(("service.bad-instance",), says=r"\bvault-2\b")
        self.assertTrue(entry.fits(worded("pod is vault-2 for 70 %")))
        self.assertFalse(entry.fits(worded("pod is vault-21 for 70 %")))

    def test_indexes_are_read(self):
        found = sql_text.index_of("create index a on only public.users using btree (lower((email)::text) "
                                  "text_pattern_ops) where (status = 'x');")
        self.assertEqual((found.table, found.keys), ("users", ["lower(email)"]))
        self.assertIn("status", found.sql)
        self.assertIsNone(sql_text.index_of("DROP INDEX x;"))


class Adding(unittest.TestCase):
    def test_totals(self):
        good = Trial(True, True, now=10, low=1, expected=2, high=4, actual=3)
        worse = Trial(True, False, now=10, low=1, expected=2, high=4, actual=12)
        outcomes = [Outcome("1", False, 0, Verdict(1.0), good), Outcome("2", False, 0, Verdict(0.5), worse),
                    Outcome("3", False, 0, Verdict(0.0)), Outcome("1", True, 0, Verdict(alarms=[{}])),
                    Outcome("2", True, 0, Verdict())]
        totals = judge.add_up(outcomes)
        self.assertAlmostEqual(totals.precision(), 1.5 / 2.5)
        self.assertAlmostEqual(totals.recall(), 0.5)
        self.assertAlmostEqual(totals.f_half(), 1.25 * 0.6 * 0.5 / (0.25 * 0.6 + 0.5))
        self.assertEqual(totals.coverage(), 0.5)
        missed = "\n".join(judge.missed_targets(outcomes))
        for words in ("precision", "recall", "coverage", "made it worse", "1 were undone"):
            self.assertIn(words, missed)

    def test_bounds_of_the_research(self):
        self.assertAlmostEqual(judge.upper_bound(0, 20), 0.139, places=3)
        self.assertAlmostEqual(judge.upper_bound(0, 60), 0.049, places=3)
        self.assertGreater(judge.upper_bound(1, 20), judge.upper_bound(0, 20))

    def test_log_ratio_and_sign(self):
        self.assertAlmostEqual(Trial(now=10, low=1, expected=2, high=3, actual=20).log_ratio(), 1)
        self.assertTrue(Trial(low=1, expected=5, high=9, actual=-1).has_wrong_sign())
        self.assertFalse(Trial(now=10, low=1, expected=5, high=9, actual=10.2).has_wrong_sign())
        self.assertIsNone(Trial(now=10, low=0, expected=0, high=1, actual=1).log_ratio())
        self.assertTrue(math.isnan(judge.median([])))


class Yaml(unittest.TestCase):
    def test_reads_what_patches_hold(self):
        text = ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: pay  # of it\nspec:\n"
                "  maxReplicas: 12\n  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n"
                "        target: {type: Utilization, averageUtilization: 70}\n  behavior:\n    scaleUp:\n"
                "      policies:\n        - {type: Pods, value: 4, periodSeconds: 15}\n")
        read = yaml_text.read(text)
        self.assertEqual(read["metadata"]["name"], "pay")
        self.assertEqual(read["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 70)
        self.assertEqual(read["spec"]["behavior"]["scaleUp"]["policies"][0]["value"], 4)
        self.assertEqual(yaml_text.hpa_problems(read), [])

    def test_merges_and_undoes(self):
        document = {"spec": {"maxReplicas": 5, "minReplicas": 2}}
        merged = yaml_text.merged(document, {"spec": {"maxReplicas": 9}})
        self.assertEqual(merged["spec"], {"maxReplicas": 9, "minReplicas": 2})
        self.assertEqual(document["spec"]["maxReplicas"], 5)
        self.assertEqual(yaml_text.with_path({"a": {"b": 50}}, "a.b", 16), {"a": {"b": 16}})
        self.assertIsNone(yaml_text.with_path({"a": {}}, "a.b", 16))


if __name__ == "__main__":
    unittest.main()
