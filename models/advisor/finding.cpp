// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/finding.h"

#include "models/base/hash.h"

#include <array>
#include <cstdio>

namespace tailspan::advisor {

namespace {

constexpr std::array<std::string_view, kFindingKindCount> kKindIds = {"database", "calls",   "pool",      "cache",
                                                                      "scaling",  "service", "load-test", "recovery"};
constexpr std::array<std::string_view, kFindingKindCount> kKindTexts = {"Database", "Calls",   "Pool",      "Cache",
                                                                        "Scaling",  "Service", "Load test", "Recovery"};
constexpr std::array<std::string_view, 5> kSeverityIds = {"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> kVerificationIds = {"verified", "refuted", "unverified"};
constexpr std::array<std::string_view, 8> kReferenceIds = {"trace", "span",   "statement", "metric",
                                                           "plan",  "report", "config",    "service"};

} // namespace

std::string_view kindId(FindingKind kind)
{
    return kKindIds[static_cast<std::size_t>(kind)];
}

std::string_view kindText(FindingKind kind)
{
    return kKindTexts[static_cast<std::size_t>(kind)];
}

std::string_view severityId(Severity severity)
{
    return kSeverityIds[static_cast<std::size_t>(severity)];
}

std::optional<Severity> severityOf(std::string_view id)
{
    for (std::size_t i = 0; i < kSeverityIds.size(); ++i) {
        if (kSeverityIds[i] == id)
            return static_cast<Severity>(i);
    }
    return std::nullopt;
}

std::string_view verificationId(VerificationState state)
{
    return kVerificationIds[static_cast<std::size_t>(state)];
}

std::string_view referenceId(ReferenceKind kind)
{
    return kReferenceIds[static_cast<std::size_t>(kind)];
}

std::string Subject::text() const
{
    std::string text;
    for (const std::string *part : {&service, &operation, &object}) {
        if (part->empty())
            continue;
        if (!text.empty())
            text += " · ";
        text += *part;
    }
    return text;
}

std::string findingId(std::string_view detector, const Subject &subject, std::string_view distinction)
{
    std::uint64_t hash = hashBytes(detector);
    for (const std::string_view part : {std::string_view(subject.service), std::string_view(subject.operation),
                                        std::string_view(subject.object), distinction})
        hash = hashBytes(part, hash);
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), "-%012llx",
                  static_cast<unsigned long long>(hash & 0xffff'ffff'ffffULL));
    return std::string(detector) + digits.data();
}

} // namespace tailspan::advisor
