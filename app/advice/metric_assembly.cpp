// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/metric_assembly.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tailspan::advice {

namespace {

using advisor::Role;
using advisor::RoleSeries;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::string podOf(const RoleQuestion &question, const metric::Labels &labels)
{
    if (!question.isByPod)
        return {};
    for (const char *label : {"pod", "instance"}) {
        if (const std::string_view value = metric::labelValue(labels, label); !value.empty())
            return std::string(value);
    }
    return {};
}

/// The values from the first to the last that there is, one a step.
metric::MetricSeries onSteps(const metric::MetricSeries &series, std::int64_t stepNs, double factor)
{
    metric::MetricSeries result;
    result.labels = series.labels;
    for (std::size_t i = 0; i < series.timesNs.size(); ++i) {
        const double value = series.values[i] * factor;
        const std::int64_t timeNs = series.timesNs[i];
        if (!std::isfinite(value) && result.timesNs.empty())
            continue;
        while (!result.timesNs.empty() && stepNs > 0 && timeNs - result.timesNs.back() > stepNs + stepNs / 2) {
            result.timesNs.push_back(result.timesNs.back() + stepNs);
            result.values.push_back(kGap);
        }
        result.timesNs.push_back(timeNs);
        result.values.push_back(std::isfinite(value) ? value : kGap);
    }
    while (!result.values.empty() && std::isnan(result.values.back())) {
        result.values.pop_back();
        result.timesNs.pop_back();
    }
    return result;
}

bool isSummed(Role role)
{
    switch (role) {
    case Role::CpuUsage:
    case Role::CpuRequest:
    case Role::CpuLimit:
    case Role::MemoryUsage:
    case Role::MemoryRequest:
    case Role::MemoryLimit:
    case Role::Restarts: return true;
    default: return false;
    }
}

RoleSeries sumOf(const std::vector<const RoleSeries *> &pods)
{
    std::map<std::int64_t, double> sums;
    for (const RoleSeries *pod : pods) {
        for (std::size_t i = 0; i < pod->series.values.size(); ++i) {
            if (!std::isnan(pod->series.values[i]))
                sums[pod->series.timesNs[i]] += pod->series.values[i];
        }
    }
    RoleSeries whole;
    whole.role = pods.front()->role;
    whole.service = pods.front()->service;
    for (const auto &[timeNs, value] : sums) {
        whole.series.timesNs.push_back(timeNs);
        whole.series.values.push_back(value);
    }
    return whole;
}

/// The pods' expression with all pods of the service in the place of one.
std::string queryOfAll(const RoleSeries &pod)
{
    std::string text = pod.query;
    const std::string one = "pod=\"" + pod.pod + "\"";
    const std::string all = "pod=~\"" + pod.service + "-.+\"";
    for (std::size_t at = 0; (at = text.find(one, at)) != std::string::npos; at += all.size())
        text.replace(at, one.size(), all);
    if (const std::size_t by = text.find(" by (pod)"); by != std::string::npos)
        text.erase(by, 9);
    return text;
}

} // namespace

std::string MetricNames::serviceOf(const RoleQuestion &question, std::string_view name) const
{
    if (question.naming == RoleQuestion::Naming::Pod)
        return serviceOfPod(name);
    if (question.naming == RoleQuestion::Naming::Label)
        return std::string(name);
    if (const auto found = serviceOfAutoscaler.find(std::string(name)); found != serviceOfAutoscaler.end())
        return found->second;
    if (name.ends_with("-hpa"))
        name.remove_suffix(4);
    return std::string(name);
}

void addAnswer(advisor::MetricHistory &history, const RoleQuestion &question, const metric::MetricAnswer &answer,
               const MetricNames &names, std::int64_t windowNs)
{
    for (const metric::MetricSeries &series : answer.series) {
        const std::string_view name = metric::labelValue(series.labels, question.label);
        if (name.empty())
            continue;
        RoleSeries entry;
        entry.role = question.role;
        entry.service = names.serviceOf(question, name);
        entry.pod = question.naming == RoleQuestion::Naming::Pod ? std::string(name) : podOf(question, series.labels);
        entry.version = metric::labelValue(series.labels, "version");
        entry.query = metric::withWindow(question.askedOf(name), windowNs);
        entry.series = onSteps(series, history.stepNs, question.factor);
        const bool isWanted = question.services.empty() || question.services.contains(entry.service);
        const bool isClear = !question.isByPod || !entry.pod.empty();
        if (isWanted && isClear && !entry.series.timesNs.empty())
            history.series.push_back(std::move(entry));
    }
}

void addSumsOfPods(advisor::MetricHistory &history)
{
    std::map<std::pair<Role, std::string>, std::vector<const RoleSeries *>> pods;
    std::set<std::pair<Role, std::string>> wholes;
    for (const RoleSeries &entry : history.series) {
        if (entry.pod.empty())
            wholes.insert({entry.role, entry.service});
        else if (isSummed(entry.role))
            pods[{entry.role, entry.service}].push_back(&entry);
    }
    std::vector<RoleSeries> sums;
    for (const auto &[key, members] : pods) {
        if (wholes.contains(key))
            continue;
        RoleSeries sum = sumOf(members);
        sum.query = queryOfAll(*members.front());
        sum.series = onSteps(sum.series, history.stepNs, 1);
        sums.push_back(std::move(sum));
    }
    std::ranges::move(sums, std::back_inserter(history.series));
}

std::string hostOf(std::string_view instance)
{
    const std::size_t colon = instance.rfind(':');
    return std::string(instance.substr(0, colon));
}

} // namespace tailspan::advice
