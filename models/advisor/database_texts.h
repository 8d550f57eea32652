// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/postgres_facts.h"

#include <string>
#include <string_view>

namespace tailspan::advisor {

/// One line of at most `letters`, spaces folded.
[[nodiscard]] std::string shortSql(std::string_view text, std::size_t letters = 160);
/// "12.3 ms a call, 3,400 calls an hour, 41 % of the database's time".
[[nodiscard]] std::string loadText(const PostgresFacts &facts, const StatementFacts &statement);
/// The statement as evidence, with its load and a reference that opens it.
[[nodiscard]] Evidence statementEvidence(const PostgresFacts &facts, const StatementFacts &statement);
/// "12.3 ms", "1.9 s".
[[nodiscard]] std::string msText(double ms);

/// Lines of both plans; those that only one of them has are marked.
[[nodiscard]] PlanPicture planPicture(const std::vector<PlanNode> &before, const std::vector<PlanNode> &after);

/// Builds it without blocking writes, gives up on locks after two seconds, and checks that the build succeeded. The
/// undo drops it. Its name is free in the schema. What was seen on a standby is to be run on its primary: the text says so.
[[nodiscard]] Artifact createIndexArtifact(const PostgresFacts &facts, const IndexCandidate &candidate);
/// Drops an index without blocking; the undo builds exactly it again. On a standby as above.
[[nodiscard]] Artifact dropIndexArtifact(const PostgresFacts &facts, const IndexFacts &index);
/// A name that no index of the schema has.
[[nodiscard]] std::string freeIndexName(const PostgresFacts &facts, const IndexCandidate &candidate);

/// "index public.ledger(account_id,created_at)" of an index that exists, as IndexCandidate::target().
[[nodiscard]] std::string indexTarget(const IndexFacts &index);

/// Sessions that run a statement were mostly seen waiting for locks: its plan is not what makes it slow.
[[nodiscard]] bool waitsForLocks(const PostgresFacts &facts, std::string_view queryId, double share);

/// A finding of kind Database with its id, title and subject (the table).
[[nodiscard]] Finding databaseFinding(std::string_view detector, std::string title, const std::string &object,
                                      std::string_view distinction = {});

} // namespace tailspan::advisor
