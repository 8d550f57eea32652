// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the answers of a Redis, fed in pieces of any size: the reader must end with answers within its limits or
// with an error, and what it handed out must be readable. Errors become messages that hold no control characters.
#include "app/net/redis_errors.h"
#include "app/net/redis_reply.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace tailspan;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::size_t elementsOf(net::RedisReplyView reply)
{
    std::size_t count = reply.size();
    for (std::size_t i = 0; i < reply.size(); ++i)
        count += elementsOf(reply[i]); // the parser ends nesting at eight
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr net::RedisReplyLimits kLimits{1'000, 64 * 1024};
    if (size == 0)
        return 0;
    const std::size_t piece = data[0] + std::size_t(1);
    std::string_view bytes(reinterpret_cast<const char *>(data), size);
    bytes.remove_prefix(1);
    net::RedisReplyReader reader(kLimits);
    while (!bytes.empty()) {
        reader.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        while (true) {
            const auto reply = reader.next();
            if (!reply)
                return 0;
            if (!*reply)
                break;
            const net::RedisReplyView view = (*reply)->view();
            require(elementsOf(view) <= kLimits.elements);
            const Error error = net::redisError(view.text(), {net::RedisVerb::LRange, {"key"}}, {"place", "", "pw"});
            require(error.message.find('\n') == std::string::npos);
        }
    }
    return 0;
}
