// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/scaling_config.h"
#include "models/base/result.h"

#include <string>
#include <string_view>

namespace tailspan::scalingfiles {

/// Whether the first bytes of a file look like something readScaling() knows. Never goes by the name.
[[nodiscard]] bool looksLikeScaling(std::string_view head);

/// Reads one file, by what stands in it: manifests of Kubernetes (HorizontalPodAutoscaler of autoscaling/v1, v2beta1,
/// v2beta2 and v2, VerticalPodAutoscaler, ResourceQuota, LimitRange, Deployment, StatefulSet, ConfigMap, lists of them,
/// several documents, also as JSON), rule files of Prometheus, and the target's scaling-config.yaml: sections hpa, vpa,
/// clusterAutoscaling, database, cdn, performance, resourceQuotas, monitoring. Unknown keys and values that make no
/// sense are listed in the result; nothing is guessed in their place. `name` is the file's without its folder.
/// Errors: Unsupported when it declares nothing about scaling; those of yaml::readDocuments().
[[nodiscard]] Result<advisor::ScalingConfig> readScaling(std::string_view text, const std::string &name);

} // namespace tailspan::scalingfiles
