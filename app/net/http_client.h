// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/deadline.h"
#include "app/net/tls.h"
#include "models/base/result.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class QNetworkAccessManager;

namespace tailspan::net {

/// Where a JSON API is and how to be let in.
struct HttpTarget {
    std::string host;
    std::uint16_t port = 0;
    bool usesTls = false;
    TlsOptions tls;
    std::string pathPrefix; ///< "/prometheus", without a slash at its end; "" for none.
    std::string user;       ///< With a password: basic authentication.
    std::string password;   ///< Without a user: a bearer token.
    std::vector<std::pair<std::string, std::string>> headers; ///< Sent with every request; for names of tenants.
};

using HttpParameters = std::vector<std::pair<std::string, std::string>>;

/// One question. It reads, whichever way it is sent.
struct HttpQuestion {
    std::string path; ///< "/api/v1/query", behind the prefix.
    HttpParameters parameters = {};
    bool mayBePosted = false; ///< A long question goes into a form instead of the URL, which servers and proxies limit.
    std::chrono::milliseconds limit{30'000}; ///< For everything, from the first packet to the last.
    std::uint64_t byteLimit = 64ULL << 20;   ///< Of the unpacked answer.
};

struct HttpAnswer {
    int status = 0;
    std::string contentType; ///< Lower case, without parameters.
    std::string body;
    std::string tls; ///< "TLSv1.3, certificate of ..."; "" without TLS.
};

/// Asks one server over HTTP/1.1. Redirects are not followed: what opens this door is sent to no other. Cookies are
/// neither kept nor sent, nothing is written to a disk, and no proxy of the system is asked.
/// Thread: made anywhere; asked and destroyed on one, which needs no event loop of its own.
class HttpClient {
public:
    explicit HttpClient(HttpTarget target);
    ~HttpClient();
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    /// Asks and waits. Whole answers of every status but redirects are values: see httpError(). Ends within 200 ms of a
    /// stop. Errors, with host and port as context: Unreachable, Timeout, Auth (TLS), NotFound and Malformed (TLS
    /// files), LimitReached (bytes), Unsupported (a redirect), Cancelled.
    [[nodiscard]] Result<HttpAnswer> ask(const HttpQuestion &question, const std::stop_token &stop);
    /// "metrics.example:9090".
    [[nodiscard]] const std::string &place() const { return m_place; }
    /// What to mask where a server repeats what it got.
    [[nodiscard]] const std::string &secret() const { return m_target.password; }

private:
    HttpTarget m_target;
    std::string m_place;
    std::unique_ptr<QNetworkAccessManager> m_manager; // made on the thread that asks
    bool m_hasFailed = false; ///< A connection that broke may hold up the next question: that gets a fresh one.
};

/// Why an answer is not the JSON that was asked for, in words: its status, or a page (of a proxy that wants a login)
/// where JSON belongs. `said`: the server's own words, where the body had some.
[[nodiscard]] Error httpError(const HttpAnswer &answer, std::string_view said, const HttpClient &client);
/// Whether the body can be JSON: of that type, or beginning like it.
[[nodiscard]] bool looksLikeJson(const HttpAnswer &answer);

} // namespace tailspan::net
