// SPDX-License-Identifier: GPL-3.0-or-later
// The kinds of documents that scaling_file.cpp knows, one function each.
#pragma once

#include "app/scalingfiles/section.h"

#include <optional>
#include <string>
#include <string_view>

namespace tailspan::scalingfiles {

/// metadata of a manifest.
struct Metadata {
    std::string name;
    std::string nameSpace;
    std::string version; ///< Label app.kubernetes.io/version or version.
};
[[nodiscard]] Metadata metadataOf(Section &manifest);

/// A manifest with apiVersion and kind, or a list of such. Kinds of no concern become a note.
void readManifest(Section &manifest);
void readHorizontalAutoscaler(Section &manifest);
void readVerticalAutoscaler(Section &manifest);
void readWorkload(Section &manifest, const std::string &kind);
void readQuota(Section &manifest);
void readLimitRange(Section &manifest);
void readConfigMap(Section &manifest);

/// Sections by purpose, as in the target's scaling-config.yaml.
[[nodiscard]] bool isSectionFile(const Node &document);
void readSections(Section &document);

/// `groups` of rules of Prometheus: the limits of alerts on CPU and memory.
void readRuleGroups(Section &holder);
/// "cpu_usage > 90", "avg(rate(x[5m])) >= 0.9": the comparison at the end. Nothing where there is no such, or several.
[[nodiscard]] std::optional<advisor::UsageLimit> usageLimitOf(std::string_view expression);

/// What the name of an environment variable says about a pool of database connections; nothing for others, such as
/// threads and Redis.
[[nodiscard]] std::optional<advisor::PoolFigure::Role> poolRoleOf(std::string_view variable);
/// connection_limit of a database URL. Nothing else of the URL is looked at or kept: it holds a password.
[[nodiscard]] std::optional<std::string> connectionLimitOf(std::string_view url);

} // namespace tailspan::scalingfiles
