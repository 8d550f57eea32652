// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_artifacts.h"

#include <algorithm>
#include <iterator>

namespace tailspan::advisor {

namespace {

Artifact javaScript(std::string title, std::string text)
{
    return {"js", std::move(title), std::move(text), std::nullopt};
}

/// The column before the value: "id" of "… WHERE u.id = ".
std::string columnBefore(const std::string &statement, std::size_t at)
{
    std::size_t end = at;
    while (end > 0 && (statement[end - 1] == ' ' || statement[end - 1] == '='))
        --end;
    std::size_t begin = end;
    while (begin > 0 && statement[begin - 1] != ' ' && statement[begin - 1] != '.' && statement[begin - 1] != '(')
        --begin;
    return statement.substr(begin, end - begin);
}

/// The values of all rounds go in as one array and come back as one set.
std::string setStatement(const CallSignature &call)
{
    if (const std::string any = anyStatement(call.text); !any.empty())
        return any + ";";
    return "-- " + call.text
        + "\nSELECT t.*\n  FROM unnest($1::text[]) AS wanted(value)\n"
          "  JOIN LATERAL (\n    "
        + call.text
        + " -- with wanted.value in the place of the value that changes\n"
          "  ) AS t ON true;";
}

/// The loop over node-postgres that asked one by one, and what asks once for each statement.
Artifact nodePostgres(std::span<const std::string> statements)
{
    std::string removed, added, used;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const std::string &any = statements[i];
        const std::string number = statements.size() == 1 ? std::string() : std::to_string(i + 1);
        const std::string column = columnBefore(any, any.find(" = ANY($1)"));
        removed += "-    const rows" + number + " = (await pool.query(oneByOne" + number + ", [item." + column
            + "])).rows;\n";
        added += "+  const found" + number + " = await pool.query(\n+    '" + any
            + "',\n+    [items.map((item) => item." + column + ")]);\n+  const byKey" + number
            + " = new Map();\n+  for (const row of found" + number + ".rows)\n+    byKey" + number + ".set(row."
            + column + ", [...(byKey" + number + ".get(row." + column + ") ?? []), row]);\n";
        used += ", byKey" + number + ".get(item." + column + ") ?? []";
    }
    std::string before;
    for (std::size_t i = 0; i < statements.size(); ++i)
        before += ", rows" + (statements.size() == 1 ? std::string() : std::to_string(i + 1));
    return javaScript("With node-postgres",
                      "-  for (const item of items) {\n" + removed + "-    use(item" + before + ");\n-  }\n" + added
                          + "+  for (const item of items) use(item" + used + ");");
}

std::vector<Artifact> sqlArtifacts(std::span<const CallSignature *const> calls)
{
    std::string text;
    std::vector<std::string> byKey;
    for (const CallSignature *call : calls) {
        text += (text.empty() ? "" : "\n\n") + setStatement(*call);
        if (std::string any = anyStatement(call->text); !any.empty())
            byKey.push_back(std::move(any));
    }
    std::vector<Artifact> artifacts{
        {"sql", calls.size() == 1 ? "One statement for all values" : "One statement each for all values", text,
         std::nullopt}};
    if (!byKey.empty())
        artifacts.push_back(nodePostgres(byKey));
    return artifacts;
}

std::vector<Artifact> redisArtifacts(const CallSignature &call)
{
    const std::string command = call.text.substr(0, call.text.find(' '));
    const std::string key = call.text.size() > command.size() ? call.text.substr(command.size() + 1) : "*";
    std::string pattern = key;
    if (const std::size_t star = pattern.rfind('*'); star != std::string::npos)
        pattern.replace(star, 1, "${item.id}");
    if (command == "GET") {
        return {javaScript("MGET with ioredis",
                           "-  for (const item of items) use(item, await redis.get(`" + pattern
                               + "`));\n"
                                 "+  const values = await redis.mget(items.map((item) => `"
                               + pattern
                               + "`));\n"
                                 "+  items.forEach((item, i) => use(item, values[i]));")};
    }
    std::string method = command;
    std::ranges::transform(method, method.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return {javaScript("A pipeline with ioredis",
                       "-  for (const item of items) use(item, await redis." + method + "(`" + pattern
                           + "`));\n+  const pipeline = redis.pipeline();\n"
                             "+  for (const item of items) pipeline."
                           + method + "(`" + pattern
                           + "`);\n+  const replies = await pipeline.exec(); // [[error, value], …] in order\n"
                             "+  items.forEach((item, i) => use(item, replies[i][1]));")};
}

std::vector<Artifact> httpArtifacts(const CallSignature &call)
{
    const std::string path = call.text.substr(std::min(call.text.size(), call.text.find(' ') + 1));
    return {javaScript("One request for all of them",
                       "-  for (const item of items) use(item, await (await fetch(urlOf(item))).json());\n"
                       "+  // "
                           + path
                           + " for many ids at once: a new route of the called service\n"
                             "+  const answer = await fetch(batchUrl, { method: 'POST',\n"
                             "+    headers: { 'content-type': 'application/json' },\n"
                             "+    body: JSON.stringify({ ids: items.map((item) => item.id) }) });\n"
                             "+  const byId = new Map((await answer.json()).map((one) => [one.id, one]));\n"
                             "+  for (const item of items) use(item, byId.get(item.id));"),
            togetherArtifact({call.text})};
}

} // namespace

std::string anyStatement(const std::string &statement)
{
    const std::size_t at = statement.find('?');
    if (at == std::string::npos || statement.find('?', at + 1) != std::string::npos || at < 2)
        return {};
    const std::string before = statement.substr(0, at);
    const bool isEquality = before.ends_with("= ") || before.ends_with("=");
    if (!isEquality || before.ends_with("<=") || before.ends_with("<= ") || before.ends_with(">=")
        || before.ends_with(">= ") || before.ends_with("!= ") || before.find("SELECT") == std::string::npos)
        return {};
    std::string any = before.substr(0, before.rfind('='));
    while (any.ends_with(' '))
        any.pop_back();
    return any + " = ANY($1)" + statement.substr(at + 1);
}

std::vector<Artifact> batchArtifacts(std::span<const CallSignature *const> calls)
{
    std::vector<Artifact> artifacts;
    const auto take = [&](std::vector<Artifact> some) { std::ranges::move(some, std::back_inserter(artifacts)); };
    std::vector<const CallSignature *> statements;
    std::ranges::copy_if(calls, std::back_inserter(statements),
                         [](const CallSignature *call) { return call->type == CallType::Sql; });
    if (!statements.empty())
        take(sqlArtifacts(statements));
    for (const CallSignature *call : calls) {
        if (call->type == CallType::Redis)
            take(redisArtifacts(*call));
        else if (call->type == CallType::JsonRpc)
            take({jsonRpcBatchArtifact({call->text})});
        else if (call->type != CallType::Sql)
            take(httpArtifacts(*call));
    }
    return artifacts;
}

Artifact togetherArtifact(const std::vector<std::string> &calls)
{
    std::string text;
    for (const std::string &call : calls)
        text += "   // " + call + "\n";
    return javaScript("Together, at most eight at once",
                      text
                          + "   import pLimit from 'p-limit';\n"
                            "   const limit = pLimit(8); // so that one request cannot take all connections\n"
                            "-  for (const call of calls) results.push(await call());\n"
                            "+  const results = await Promise.all(calls.map((call) => limit(call)));");
}

Artifact jsonRpcBatchArtifact(const std::vector<std::string> &methods)
{
    std::string text =
        "   // Nodes limit a batch (20 to 1,000 requests) and some bill each request in it; reads of contracts\n"
        "   // can also go through Multicall3 in one eth_call. Answers may come in another order: go by id.\n"
        "   const requests = [\n";
    for (std::size_t i = 0; i < methods.size(); ++i)
        text += "     { jsonrpc: '2.0', id: " + std::to_string(i + 1) + ", method: '" + methods[i]
            + "', params: params[" + std::to_string(i) + "] },\n";
    text +=
        "   ];\n"
        "+  const answer = await fetch(nodeUrl, { method: 'POST', headers: { 'content-type': 'application/json' },\n"
        "+    body: JSON.stringify(requests) });\n"
        "+  const byId = new Map((await answer.json()).map((one) => [one.id, one]));\n"
        "+  const results = requests.map((request) => byId.get(request.id).result);";
    return javaScript("One JSON-RPC request", std::move(text));
}

Artifact keepAliveArtifact()
{
    return javaScript(
        "Connections that stay open",
        "   import { Agent, setGlobalDispatcher } from 'undici';\n"
        "+  setGlobalDispatcher(new Agent({ connections: 32, keepAliveTimeout: 30_000 })); // for fetch\n"
        "   import http from 'node:http';\n"
        "   import https from 'node:https';\n"
        "+  axios.defaults.httpAgent = new http.Agent({ keepAlive: true, maxSockets: 32 }); // for axios\n"
        "+  axios.defaults.httpsAgent = new https.Agent({ keepAlive: true, maxSockets: 32 });");
}

Artifact connectionPoolArtifact()
{
    return javaScript("Connections from a pool",
                      "   import pg from 'pg';\n"
                      "-  const client = new pg.Client(settings);\n"
                      "-  await client.connect();\n"
                      "-  const { rows } = await client.query(statement, values);\n"
                      "-  await client.end();\n"
                      "+  // Once for the process; replicas times max must fit into the server's max_connections.\n"
                      "+  const pool = new pg.Pool({ ...settings, max: 10, idleTimeoutMillis: 30_000 });\n"
                      "+  const { rows } = await pool.query(statement, values);");
}

Artifact backoffArtifact(std::uint32_t attempts)
{
    return javaScript(
        "Retries that wait and give up",
        "   // At most " + std::to_string(attempts)
            + " attempts, only for errors that may pass, and a tenth of all\n"
              "   // requests may be retries: a service that is down is not asked three times as often.\n"
              "+  let budget = 10;\n"
              "+  async function withRetries(call) {\n"
              "+    for (let attempt = 1; ; ++attempt) {\n"
              "+      try { const result = await call(); budget = Math.min(10, budget + 0.1); return result; }\n"
              "+      catch (error) {\n"
              "+        const mayPass = [408, 429, 502, 503, 504].includes(error.status) || error.code === "
              "'ECONNRESET';\n"
              "+        if (!mayPass || attempt >= "
            + std::to_string(attempts)
            + " || budget < 1) throw error;\n"
              "+        budget -= 1;\n"
              "+        const most = Math.min(2_000, 100 * 2 ** attempt); // exponential, full jitter\n"
              "+        await new Promise((wake) => setTimeout(wake, Math.random() * most));\n"
              "+      }\n+    }\n+  }");
}

} // namespace tailspan::advisor
