// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/impact.h"
#include "models/advisor/runner.h"

#include <QtTest>

#include <stdexcept>

using namespace tailspan;
using namespace tailspan::advisor;

namespace {

Finding indexFinding(const char *title, Action::Verb verb, const char *target, VerificationState state,
                     double confidence)
{
    Finding finding;
    finding.title = title;
    finding.id = title;
    finding.confidence = confidence;
    finding.verification.state = state;
    finding.actions.push_back({verb, target});
    finding.evidence.push_back({"statements", title, {}});
    return finding;
}

/// Needs a set of inputs; throws or gives one finding.
class TestDetector final : public Detector {
public:
    TestDetector(InputSet needs, bool throws) : m_needs(needs), m_throws(throws) {}
    [[nodiscard]] DetectorInfo info() const override
    {
        return {"test.detector", FindingKind::Calls, "Test", m_needs, {}};
    }
    void detect(const Inputs &, const Rules &, const std::stop_token &, Output &output) const override
    {
        if (m_throws)
            throw std::runtime_error("no memory for the matrix");
        output.findings.emplace_back().title = "found";
    }

private:
    InputSet m_needs;
    bool m_throws;
};

Advice adviceOf(InputSet needs, bool throws)
{
    std::vector<DetectorPtr> detectors;
    detectors.push_back(std::make_unique<TestDetector>(needs, throws));
    Progress progress;
    return runDetectors(detectors, Inputs{}, Rules{}, {}, progress).value();
}

} // namespace

class TestAdvisorRunner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void detectorWithoutItsInputsIsListedWithHowToProvideThem()
    {
        const Advice advice = adviceOf(Input::Metrics | Input::Postgres, false);
        QVERIFY(advice.findings.empty());
        QCOMPARE(advice.unjudged.size(), std::size_t{1});
        QCOMPARE(advice.unjudged[0].why, std::string("It needs metrics and PostgreSQL statistics."));
        QVERIFY(advice.unjudged[0].how.find("Prometheus") != std::string::npos);
    }

    void detectorThatThrowsIsListedAndOthersGoOn()
    {
        const Advice advice = adviceOf({}, true);
        QVERIFY(advice.findings.empty());
        QCOMPARE(advice.unjudged[0].why, std::string("It failed: no memory for the matrix."));
        QCOMPARE(adviceOf({}, false).findings.size(), std::size_t{1});
    }

    void stoppedRunIsCancelled()
    {
        std::stop_source source;
        source.request_stop();
        Progress progress;
        const auto advice = runDetectors({}, Inputs{}, Rules{}, source.get_token(), progress);
        QVERIFY(!advice);
        QCOMPARE(advice.error().code, ErrorCode::Cancelled);
    }

    void addAndRemoveOfOneIndexNeverBothStand()
    {
        using enum VerificationState;
        std::vector<Finding> findings{indexFinding("drop", Action::Verb::Remove, "index public.t(a)", Unverified, 0.9),
                                      indexFinding("add", Action::Verb::Add, "index public.t(a)", Verified, 0.8)};
        resolveConflicts(findings);
        QCOMPARE(findings.size(), std::size_t{1});
        QCOMPARE(findings[0].title, std::string("add"));
        QCOMPARE(findings[0].conflicts[0], std::string("drop: it would undo this change"));
        QCOMPARE(findings[0].evidence.size(), std::size_t{1});
    }

    void widerIndexTakesThePlaceOfItsPrefixWithTheEvidence()
    {
        using enum VerificationState;
        std::vector<Finding> findings{indexFinding("narrow", Action::Verb::Add, "index public.t(a)", Verified, 0.95),
                                      indexFinding("wide", Action::Verb::Add, "index public.t(a,b)", Verified, 0.9),
                                      indexFinding("other", Action::Verb::Add, "index public.t(ab)", Verified, 0.9)};
        resolveConflicts(findings);
        QCOMPARE(findings.size(), std::size_t{2});
        QCOMPARE(findings[0].title, std::string("wide"));
        QCOMPARE(findings[0].evidence.size(), std::size_t{2});
        QCOMPARE(findings[1].title, std::string("other"));
    }

    void unverifiedWideIndexDoesNotSwallowAVerifiedOne()
    {
        using enum VerificationState;
        std::vector<Finding> findings{indexFinding("narrow", Action::Verb::Add, "index public.t(a)", Verified, 0.95),
                                      indexFinding("wide", Action::Verb::Add, "index public.t(a,b)", Unverified, 0.9)};
        resolveConflicts(findings);
        QCOMPARE(findings.size(), std::size_t{2});
    }

    void rankIsByImpactAndRefutedOnesComeLast()
    {
        std::vector<Finding> findings(3);
        findings[0].title = "refuted";
        findings[0].severity = Severity::Critical;
        findings[0].verification.state = VerificationState::Refuted;
        findings[1].title = "small";
        findings[1].severity = Severity::Low;
        findings[2].title = "large";
        findings[2].severity = Severity::High;
        rankFindings(findings);
        QCOMPARE(findings[0].title, std::string("large"));
        QCOMPARE(findings[1].title, std::string("small"));
        QCOMPARE(findings[2].title, std::string("refuted"));
    }

    void lossIsReadable()
    {
        QCOMPARE(lossText(1'140'000), std::string("1,140 s/h"));
        QCOMPARE(lossText(75'600'000), std::string("21 h/h"));
        QVERIFY(findingId("a", {"s", "o", "x"}) != findingId("a", {"s", "o", "y"}));
    }
};

QTEST_GUILESS_MAIN(TestAdvisorRunner)
#include "tst_advisor_runner.moc"
