// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/meshfiles/mesh_file.h"

#include "app/bytes/byte_source.h"
#include "models/base/number_text.h"
#include "models/base/utf8.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

namespace tailspan::meshfiles {

namespace {

using graph::DeclaredMesh;

constexpr std::size_t kMostNameBytes = 1000;
constexpr int kMostDepth = 60;
constexpr std::string_view kNeighborKeys[] = {"neighbors", "neighbours", "calls", "dependencies"};
constexpr std::string_view kKnownKeys[] = {"name", "port", "host", "url", "version", "description"};

tl::unexpected<Error> malformed(const YAML::Mark &mark, const std::string &what, const std::string &name)
{
    const std::string place = mark.is_null() ? name : name + ", line " + std::to_string(mark.line + 1);
    return fail(ErrorCode::Malformed, what, place);
}

std::string cleanName(const std::string &text)
{
    std::uint64_t replaced = 0;
    return validUtf8(text, replaced);
}

/// Walks two levels below the list of services and never further, so what repeats or contains itself by anchors costs
/// what is counted here.
class MeshReader {
public:
    explicit MeshReader(const std::string &name) : m_name(name) { m_mesh.name = name; }

    Result<DeclaredMesh> read(const YAML::Node &root)
    {
        if (!root.IsMap() && !root.IsSequence())
            return malformed(root.Mark(), kNoMesh, m_name);
        bool isMesh = false;
        if (const YAML::Node services = member(root, "services"); services.IsDefined()) {
            TS_CHECK(readServices(services, isMesh));
            isMesh = true;
        } else {
            TS_CHECK(readServices(root, isMesh));
        }
        if (!isMesh || m_mesh.services.empty())
            return malformed(root.Mark(), kNoMesh, m_name);
        noteUnknown();
        return std::move(m_mesh);
    }

private:
    static constexpr const char *kNoMesh =
        "this is no declaration of services. Write a line for each: `payment: {neighbors: [auth, blockchain]}`.";

    static YAML::Node member(const YAML::Node &map, std::string_view key)
    {
        if (!map.IsMap())
            return YAML::Node(YAML::NodeType::Undefined);
        for (const auto &pair : map) {
            if (pair.first.IsScalar() && pair.first.Scalar() == key)
                return pair.second;
        }
        return YAML::Node(YAML::NodeType::Undefined);
    }

    Result<std::string> nameOf(const YAML::Node &node)
    {
        if (!node.IsScalar() || node.Scalar().empty() || node.Scalar().size() > kMostNameBytes)
            return malformed(node.Mark(), "here a service's name is expected", m_name);
        return cleanName(node.Scalar());
    }

    Result<> readServices(const YAML::Node &services, bool &isMesh)
    {
        if (!services.IsMap() && !services.IsSequence())
            return malformed(services.Mark(), kNoMesh, m_name);
        if (services.size() > kMostMeshServices)
            return fail(ErrorCode::LimitReached, "it declares more than " + countText(kMostMeshServices) + " services",
                        m_name);
        for (const auto &entry : services) {
            if (services.IsMap()) {
                TS_TRY(std::string name, nameOf(entry.first));
                TS_CHECK(readService(std::move(name), entry.second, isMesh));
                continue;
            }
            const YAML::Node own = member(entry, "name");
            if (!own.IsDefined())
                return malformed(entry.Mark(), "in a list, each service needs a `name`", m_name);
            TS_TRY(std::string name, nameOf(own));
            TS_CHECK(readService(std::move(name), entry, isMesh));
        }
        return {};
    }

    Result<> readService(std::string name, const YAML::Node &body, bool &isMesh)
    {
        DeclaredMesh::Service service;
        service.name = std::move(name);
        if (body.IsSequence()) {
            isMesh = true;
            TS_CHECK(readNeighbors(body, service));
        } else if (body.IsMap()) {
            for (const auto &pair : body) {
                const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : "(not a name)";
                if (std::ranges::find(kNeighborKeys, key) != std::end(kNeighborKeys)) {
                    isMesh = true;
                    TS_CHECK(readNeighbors(pair.second, service));
                } else if (std::ranges::find(kKnownKeys, key) == std::end(kKnownKeys)) {
                    m_unknownKeys.insert(cleanName(key.substr(0, 60)));
                }
            }
        } else if (!body.IsNull()) {
            return malformed(body.Mark(), "\"" + service.name + "\" should hold `neighbors`, a list of names", m_name);
        }
        m_mesh.services.push_back(std::move(service));
        return {};
    }

    Result<> readNeighbors(const YAML::Node &list, DeclaredMesh::Service &service)
    {
        if (list.IsNull())
            return {};
        if (list.IsScalar())
            return addNeighbor(list, service);
        if (!list.IsSequence())
            return malformed(list.Mark(), "the neighbors of \"" + service.name + "\" should be a list of names",
                             m_name);
        for (const auto &neighbor : list)
            TS_CHECK(addNeighbor(neighbor, service));
        return {};
    }

    Result<> addNeighbor(const YAML::Node &neighbor, DeclaredMesh::Service &service)
    {
        if (++m_neighbors > kMostMeshNeighbors)
            return fail(ErrorCode::LimitReached,
                        "it declares more than " + countText(kMostMeshNeighbors) + " neighbors", m_name);
        TS_TRY(std::string name, nameOf(neighbor));
        if (name == graph::kAllServices)
            service.callsAll = true;
        else
            service.neighbors.push_back(std::move(name));
        return {};
    }

    void noteUnknown()
    {
        if (m_unknownKeys.empty())
            return;
        std::string note = "Left aside, because only neighbors are read:";
        std::size_t named = 0;
        for (const std::string &key : m_unknownKeys) {
            if (++named > 5)
                break;
            note += (named > 1 ? ", " : " ") + key;
        }
        if (m_unknownKeys.size() > 5)
            note += " and " + countText(m_unknownKeys.size() - 5) + " more";
        m_mesh.notes.push_back(note + '.');
    }

    std::string m_name;
    DeclaredMesh m_mesh;
    std::set<std::string> m_unknownKeys;
    std::size_t m_neighbors = 0;
};

/// How deep brackets stand in each other at most, strings not looked at: more than enough to refuse what would take the
/// library's parser, which calls itself, too deep.
bool isTooDeep(std::string_view text)
{
    int depth = 0;
    std::size_t lineIndent = 0;
    bool isAtLineStart = true;
    for (const char c : text) {
        if (c == '\n') {
            isAtLineStart = true;
            lineIndent = 0;
        } else if (isAtLineStart && (c == ' ' || c == '-' || c == '?' || c == '\t')) {
            if (++lineIndent > 2000) // each mark at a line's start may open a level
                return true;
        } else {
            isAtLineStart = false;
        }
        depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        if (depth > kMostDepth)
            return true;
        depth = std::max(depth, 0);
    }
    return false;
}

} // namespace

Result<DeclaredMesh> parseMesh(std::string_view text, const std::string &name)
{
    if (text.size() > kMostMeshBytes)
        return fail(ErrorCode::LimitReached, "a declaration of services has at most " + bytesText(kMostMeshBytes),
                    name);
    if (isTooDeep(text))
        return fail(ErrorCode::LimitReached, "it is nested too deep for a declaration of services", name);
    try {
        return MeshReader(name).read(YAML::Load(std::string(text)));
    } catch (const YAML::Exception &error) {
        return malformed(error.mark, "not YAML or JSON: " + error.msg, name);
    }
}

Result<DeclaredMesh> readMeshFile(const std::string &path)
{
    TS_TRY(const std::unique_ptr<bytes::ByteStream> stream,
           bytes::openStream(path, {kMostMeshBytes + 1, bytes::DecompressionLimits().maxRatio}));
    std::string text;
    std::string block(64 * 1024, '\0');
    while (text.size() <= kMostMeshBytes) {
        TS_TRY(const std::size_t count, stream->read(std::span(block)));
        if (count == 0)
            break;
        text.append(block, 0, count);
    }
    return parseMesh(text, stream->name());
}

} // namespace tailspan::meshfiles
