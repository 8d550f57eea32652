// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgres_advice.h"

#include "app/advice/rules_file.h"
#include "models/advisor/detector.h"

namespace tailspan::test {

net::PostgresTarget guestOf(std::uint16_t port, const std::string &user)
{
    net::PostgresTarget target;
    target.host = "127.0.0.1";
    target.port = port;
    target.user = user;
    target.password = user + "-pw";
    target.database = "postgres";
    target.text = "postgresql://" + user + "@127.0.0.1/postgres";
    return target;
}

verify::PostgresOptions quickPostgresOptions()
{
    verify::PostgresOptions options;
    options.window = std::chrono::milliseconds(0);
    options.budget.dutyShare = 1;
    options.budget.explainsPerMinute = 0;
    return options;
}

Result<advisor::PostgresFacts> gatherAs(std::uint16_t port, const std::string &user,
                                        const verify::PostgresOptions &options)
{
    Progress progress;
    return verify::gatherPostgresFacts(guestOf(port, user), options, advice::builtInRules(), {}, progress);
}

advisor::Advice adviceOn(const advisor::PostgresFacts &facts)
{
    advisor::Inputs inputs;
    inputs.postgres = &facts;
    inputs.nowNs = facts.atNs;
    Progress progress;
    return runDetectors(advisor::makeDetectors(), inputs, advice::builtInRules(), {}, progress).value();
}

} // namespace tailspan::test
