// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/sink.h"

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;

namespace tailspan::sim {

/// Writes the keys of the target into a Redis server, pipelined.
class RedisSink final : public Sink {
public:
    /// "redis://[[user:]password@]host[:port][/number]"; values are taken as they stand, without % escapes.
    [[nodiscard]] static Result<std::unique_ptr<RedisSink>> open(const std::string &url);
    Result<> addRecord(const StoredRecord &record) override;
    Result<> addState(const ServiceBoard &board, std::int64_t atNs) override;
    Result<> flush() override;

private:
    struct Close {
        void operator()(redisContext *connection) const;
    };
    using Connection = std::unique_ptr<redisContext, Close>;

    explicit RedisSink(Connection connection, std::string address)
        : m_connection(std::move(connection)), m_address(std::move(address))
    {}
    void send(const std::vector<std::string_view> &words);
    Result<> takeReplies();
    void sendSnapshots(const ServiceBoard &board, std::int64_t atNs);

    Connection m_connection;
    std::string m_address;
    std::map<std::string, std::vector<std::string>> m_lists; ///< Records to push, oldest first, by key.
    std::map<std::string, std::string> m_awareness;          ///< The newest by key.
    int m_awaited = 0;                                       ///< Replies.
    std::int64_t m_snapshotNs = 0;
};

} // namespace tailspan::sim
