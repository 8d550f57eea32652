// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/postgres_error.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tailspan::net {

namespace {

struct KnownState {
    std::string_view state; ///< SQLSTATE, or the first two letters for its class.
    ErrorCode code;
    std::string_view words;
    bool addsServerText = false; ///< Behind the words: names of tables and columns, no values.
};

// The first that fits is taken.
constexpr std::array<KnownState, 28> kStates{{
    {"28P01", ErrorCode::Auth, "Wrong user or password. Correct them in the connection or in .pgpass."},
    {"28", ErrorCode::Auth, "The server does not let this user in from here (see its pg_hba.conf).", true},
    {"3D000", ErrorCode::NotFound, "There is no such database on this server. Correct its name in the connection."},
    {"42P01", ErrorCode::NotFound, "The table does not exist. Name it with the option \"table\".", true},
    {"3F000", ErrorCode::NotFound, "The schema does not exist. Correct the option \"table\".", true},
    {"42703", ErrorCode::NotFound, "A column does not exist. Name the table's columns in the options.", true},
    {"42501", ErrorCode::Auth, "The user may not read this. Grant SELECT on it.", true},
    {"42", ErrorCode::Unsupported, "The server does not take the statement for this table.", true},
    {"0A", ErrorCode::Unsupported, "The server cannot do this for this table.", true},
    {"57014", ErrorCode::Timeout,
     "The statement took longer than its time limit. Narrow the time range or the filters, or raise the option "
     "\"statement-timeout\"."},
    {"55P03", ErrorCode::Timeout,
     "The table is locked by other work, and waiting for it would queue others up. Try again in a moment."},
    {"25P03", ErrorCode::Timeout, "The server ended an idle transaction. Try again."},
    {"57P01", ErrorCode::Unreachable, "The server ended the connection: it was shut down, or someone terminated it."},
    {"57P02", ErrorCode::Unreachable, "The server ended the connection after a crash of one of its processes."},
    {"57P03", ErrorCode::Unreachable, "The server is starting, stopping or recovering and takes no connection yet."},
    {"57P", ErrorCode::Unreachable, "The server ended the connection."},
    {"53300", ErrorCode::Unreachable, "The server has too many connections already. Try again when some have ended."},
    {"53400", ErrorCode::LimitReached, "A limit of the server's settings was reached."},
    {"53", ErrorCode::LimitReached, "The server is out of memory or disk."},
    {"54", ErrorCode::LimitReached, "The statement is larger than the server takes. Ask for less at once."},
    {"08P01", ErrorCode::Unreachable, "The server or its pooler refused the connection.", true},
    {"08", ErrorCode::Unreachable, "The connection broke."},
    {"22021", ErrorCode::Malformed, "A text of the filter is not valid UTF-8."},
    {"22", ErrorCode::Malformed, "A value does not fit its column's type. Check the filter and the columns' options."},
    {"25006", ErrorCode::Internal, "The server refused a change; Tailspan only reads."},
    {"40", ErrorCode::Unreachable, "The server ended the transaction because of other work. Try again."},
    {"58", ErrorCode::Unreachable, "The server reports an error of its system."},
    {"XX", ErrorCode::Malformed, "The server reports damaged data or a mistake of its own."},
}};

struct KnownText {
    std::string_view part; ///< Lower case.
    ErrorCode code;
    std::string_view words;
};

// What libpq says of its own accord; it has no codes. English only: libpq is told so by no setting, but where its words
// are translated the general text below the table still holds them.
constexpr std::array<KnownText, 19> kTexts{{
    {"no such database", ErrorCode::NotFound, "There is no such database on this server. Correct its name."},
    {"no such user", ErrorCode::Auth, "Wrong user or password. Correct them in the connection or in .pgpass."},
    {"sasl authentication failed", ErrorCode::Auth,
     "Wrong user or password. Correct them in the connection or in .pgpass."},
    {"no password supplied", ErrorCode::Auth,
     "The server asks for a password. Give one in the connection or in .pgpass."},
    {"does not match host name", ErrorCode::Unreachable,
     "TLS: the server's certificate is for another host name. Use the name in the certificate."},
    {"certificate verify failed", ErrorCode::Unreachable,
     "TLS: the server's certificate has expired, or comes from an authority that is not trusted here. Name the "
     "authority's file with the option \"sslrootcert\"."},
    {"certificate has expired", ErrorCode::Unreachable, "TLS: a certificate has expired."},
    {"does not support ssl", ErrorCode::Unreachable,
     "TLS: the server speaks no TLS, so nobody could tell who listens in. If that is wanted, set the option "
     "\"sslmode\" to disable."},
    {"root certificate file", ErrorCode::Unreachable,
     "TLS: the file of trusted authorities cannot be read. Name one with the option \"sslrootcert\"."},
    {"certificate file", ErrorCode::Unreachable, "TLS: the client certificate cannot be read (option \"sslcert\")."},
    {"private key file", ErrorCode::Unreachable,
     "TLS: the client certificate's key cannot be read (option \"sslkey\"); others must not be able to read it."},
    {"certificate required", ErrorCode::Auth, "TLS: the server asks for a client certificate (option \"sslcert\")."},
    {"ssl error", ErrorCode::Unreachable, "TLS: no secure connection came about."},
    {"could not translate host name", ErrorCode::Unreachable,
     "The host name is not known. Check its spelling and the name server."},
    {"connection refused", ErrorCode::Unreachable,
     "Nothing listens there. Check host and port, and whether the server runs."},
    {"no such file or directory", ErrorCode::Unreachable, "There is no server's socket in that folder."},
    {"definition of service", ErrorCode::NotFound, "The service file has no such service (option \"service\")."},
    {"service file", ErrorCode::NotFound, "The service file cannot be read (PGSERVICEFILE or .pg_service.conf)."},
    {"server closed the connection", ErrorCode::Unreachable, "The server closed the connection while it was opened."},
}};

bool isState(std::string_view text)
{
    return text.size() == 5 && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
               return std::isdigit(letter) != 0 || (letter >= 'A' && letter <= 'Z');
           });
}

/// "...: FATAL:  28P01: password ...": the last code of the message, and where the text behind it begins.
struct FoundState {
    std::string_view state;
    std::string_view text;
};
FoundState findState(std::string_view message)
{
    FoundState found;
    for (std::size_t at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at + 1)) {
        const std::string_view rest = message.substr(at + 3);
        if (rest.size() > 6 && isState(rest.substr(0, 5)) && rest[5] == ':')
            found = {rest.substr(0, 5), rest.substr(7)};
    }
    return found;
}

std::string firstLine(std::string_view text)
{
    constexpr std::size_t kLimit = 300;
    return std::string(text.substr(0, std::min(text.find('\n'), kLimit)));
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

const KnownText *knownText(std::string_view message)
{
    const std::string lower = lowerCase(message);
    const auto found = std::find_if(kTexts.begin(), kTexts.end(), [&](const KnownText &known) {
        return lower.find(known.part) != std::string::npos;
    });
    return found == kTexts.end() ? nullptr : &*found;
}

} // namespace

Error postgresError(std::string_view state, std::string_view serverText, const std::string &context)
{
    const auto found = std::find_if(kStates.begin(), kStates.end(),
                                    [&](const KnownState &known) { return state.starts_with(known.state); });
    if (found == kStates.end())
        return {ErrorCode::Internal, "The server refused the statement (SQLSTATE " + std::string(state) + ").",
                context};
    std::string words(found->words);
    if (found->addsServerText && !serverText.empty())
        words += " It says: " + firstLine(serverText);
    return {found->code, std::move(words), context};
}

Error postgresConnectError(std::string_view message, const std::string &context)
{
    const FoundState found = findState(message);
    const KnownText *known = knownText(message);
    if (!found.state.empty() && (known == nullptr || found.state != "08P01"))
        return postgresError(found.state, found.text, context);
    if (known != nullptr)
        return {known->code, std::string(known->words), context};
    return {ErrorCode::Unreachable, "No connection came about. The reason given: " + firstLine(message), context};
}

} // namespace tailspan::net
