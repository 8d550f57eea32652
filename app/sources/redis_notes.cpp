// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_notes.h"

#include "models/base/number_text.h"

#include <limits>

namespace tailspan::sources {

namespace {

std::string serviceOf(const RedisListFacts &list, const std::string &keyPrefix)
{
    return list.key.substr(std::min(keyPrefix.size(), list.key.size()));
}

} // namespace

std::string listedNames(const std::vector<std::string> &names)
{
    constexpr std::size_t kShown = 4;
    std::string text;
    const std::size_t shown = names.size() > kShown ? kShown - 1 : names.size();
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return names.size() > shown ? text + " and " + countText(names.size() - shown) + " more" : text;
}

void RedisNotes::add(const std::string &sentence)
{
    text += (text.empty() ? "" : " ") + sentence;
}

void RedisNotes::addForgotten(const std::vector<RedisListFacts> &lists, const std::string &keyPrefix,
                              std::size_t listLimit, std::optional<std::int64_t> wantedFromNs)
{
    std::vector<std::string> names;
    for (const RedisListFacts &list : lists) {
        const std::int64_t wanted = wantedFromNs.value_or(std::numeric_limits<std::int64_t>::min());
        const bool beginsLate = !list.oldestEndNs || *list.oldestEndNs > wanted;
        if (list.reachedEnd && list.records >= listLimit && beginsLate)
            names.push_back(serviceOf(list, keyPrefix));
    }
    if (!names.empty())
        add("Redis keeps the newest " + countText(listLimit) + " spans of a service and has forgotten older ones of "
            + listedNames(names) + ".");
}

void RedisNotes::addUnread(const std::vector<RedisListFacts> &lists, const std::string &keyPrefix)
{
    std::vector<std::string> cut;
    std::vector<std::string> refused;
    const Error *why = nullptr;
    for (const RedisListFacts &list : lists) {
        if (list.isCut)
            cut.push_back(serviceOf(list, keyPrefix));
        if (!list.refused)
            continue;
        refused.push_back(serviceOf(list, keyPrefix));
        why = why ? why : &*list.refused;
    }
    if (!cut.empty())
        add("Only the newest spans of " + listedNames(cut) + " were read; their lists are longer than expected.");
    if (why)
        add("The spans of " + listedNames(refused) + " could not be read: " + why->message);
}

void RedisNotes::addUnseen(const RedisKeyWalk &walk, const RedisServerFacts &server, std::uint64_t scanLimit)
{
    if (!walk.sawAll())
        add("Only the first " + countText(scanLimit)
            + " keys of this Redis were looked at, so services may be missing. Name the services, or raise "
              "\"scan-limit\".");
    else if (walk.hasMore())
        add("There are more than 10,000 lists of traces; the rest was left out.");
    if (server.isClusterNode)
        add("This is one node of a Redis Cluster: services whose lists are on other nodes are not shown. Connect to "
            "each master node as a source of its own.");
}

} // namespace tailspan::sources
