// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/http_client.h"

#include "app/net/server_words.h"

#include <algorithm>

namespace tailspan::net {

namespace {

std::string_view withoutBlanks(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool isPage(const HttpAnswer &answer)
{
    return answer.contentType == "text/html" || withoutBlanks(answer.body).starts_with('<');
}

/// The words between <title> and </title>; "" where there are none.
std::string_view titleOf(std::string_view page)
{
    const std::size_t open = page.find("<title");
    const std::size_t begin = open == std::string_view::npos ? open : page.find('>', open);
    if (begin == std::string_view::npos)
        return {};
    const std::string_view rest = page.substr(begin + 1);
    return withoutBlanks(rest.substr(0, std::min(rest.find('<'), rest.size())));
}

struct StatusWords {
    int status;
    ErrorCode code;
    const char *text;
};

constexpr StatusWords kWords[] = {
    {400, ErrorCode::Unsupported, "The server does not understand the question."},
    {401, ErrorCode::Auth,
     "The server asks who you are, and does not accept what it got. Check user and password, or the token."},
    {403, ErrorCode::Auth,
     "The server knows who you are, but does not let you read this. Ask for the right to read, or check the tenant's "
     "header."},
    {404, ErrorCode::NotFound, "There is no such address on the server. Check the path in front of /api."},
    {405, ErrorCode::Unsupported, "The server, or a proxy in front of it, does not allow this way of asking."},
    {407, ErrorCode::Auth, "A proxy on the way asks for a login."},
    {413, ErrorCode::LimitReached, "The question is too long for the server or a proxy in front of it."},
    {414, ErrorCode::LimitReached, "The question is too long for the server or a proxy in front of it."},
    {422, ErrorCode::Unsupported, "The server could not work out the expression."},
    {429, ErrorCode::LimitReached, "The server is asked too often. Wait a little, or ask less often."},
    {500, ErrorCode::Unreachable, "The server failed on the question. Its log says why."},
    {502, ErrorCode::Unreachable, "A proxy in front of the server got no proper answer from it. Is the server up?"},
    {503, ErrorCode::Unreachable,
     "The server is not ready, stopped the question because it took too long, or is overloaded. Ask for a shorter "
     "range, or try again later."},
    {504, ErrorCode::Timeout, "A proxy in front of the server gave up waiting for it. Ask for a shorter range."},
};

} // namespace

bool looksLikeJson(const HttpAnswer &answer)
{
    const std::string_view body = withoutBlanks(answer.body);
    return body.starts_with('{') || body.starts_with('[');
}

Error httpError(const HttpAnswer &answer, std::string_view said, const HttpClient &client)
{
    const auto found = std::find_if(std::begin(kWords), std::end(kWords),
                                    [&](const StatusWords &words) { return words.status == answer.status; });
    const bool isFine = answer.status >= 200 && answer.status < 300;
    Error error{ErrorCode::Malformed, {}, client.place()};
    if (found != std::end(kWords)) {
        error.code = found->code;
        error.message = found->text;
    } else if (!isFine) {
        error.code = ErrorCode::Unreachable;
        error.message = "The server answered with status " + std::to_string(answer.status) + ".";
    } else if (isPage(answer)) {
        error.message = "A web page came instead of data: most likely the login page of a proxy. Give a token or a "
                        "password, or check that the address is the server's own.";
    } else {
        error.message = withoutBlanks(answer.body).empty()
            ? "The answer is empty. Is this the right server?"
            : "The answer is not JSON. Is this the right server, and the right path in front of /api?";
    }
    const std::string_view title = isPage(answer) ? titleOf(answer.body) : std::string_view();
    if (!said.empty())
        error.message += " It says: " + serverWords(said, client.secret());
    else if (!title.empty())
        error.message += " The page is titled: " + serverWords(title, client.secret());
    else if (!isFine && !isPage(answer) && !answer.body.empty())
        error.message += " It says: " + serverWords(withoutBlanks(answer.body), client.secret());
    return error;
}

} // namespace tailspan::net
