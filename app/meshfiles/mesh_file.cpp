// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/meshfiles/mesh_file.h"

#include "app/yaml/yaml_tree.h"
#include "models/base/number_text.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <set>

namespace tailspan::meshfiles {

namespace {

using graph::DeclaredMesh;

constexpr std::size_t kMostNameBytes = 1000;
constexpr std::string_view kNeighborKeys[] = {"neighbors", "neighbours", "calls", "dependencies"};
constexpr std::string_view kKnownKeys[] = {"name", "port", "host", "url", "version", "description"};

/// In a mesh of the greatest size each service is a map with a list, and anchors count twice.
constexpr yaml::Limits kFileLimits{kMostMeshBytes, 2 * kMostMeshNeighbors + 10 * kMostMeshServices, 64};

tl::unexpected<Error> malformed(int line, const std::string &what, const std::string &name)
{
    return fail(ErrorCode::Malformed, what, name + ", line " + std::to_string(line));
}

/// Walks two levels below the list of services and never further.
class MeshReader {
public:
    explicit MeshReader(const std::string &name) : m_name(name) { m_mesh.name = name; }

    Result<DeclaredMesh> read(const yaml::Node &root)
    {
        if (!root.isMap() && !root.isList())
            return malformed(root.line, kNoMesh, m_name);
        bool isMesh = false;
        if (const yaml::Node *services = root.find("services")) {
            TS_CHECK(readServices(*services, isMesh));
            isMesh = true;
        } else {
            TS_CHECK(readServices(root, isMesh));
        }
        if (!isMesh || m_mesh.services.empty())
            return malformed(root.line, kNoMesh, m_name);
        noteUnknown();
        return std::move(m_mesh);
    }

private:
    static constexpr const char *kNoMesh =
        "this is no declaration of services. Write a line for each: `payment: {neighbors: [auth, blockchain]}`.";

    Result<std::string> nameFrom(const std::string &text, int line)
    {
        if (text.empty() || text.size() > kMostNameBytes)
            return malformed(line, "here a service's name is expected", m_name);
        return text;
    }

    Result<std::string> nameOf(const yaml::Node &node) { return nameFrom(node.text, node.line); }

    Result<> readServices(const yaml::Node &services, bool &isMesh)
    {
        if (!services.isMap() && !services.isList())
            return malformed(services.line, kNoMesh, m_name);
        if (services.map.size() + services.items.size() > kMostMeshServices)
            return fail(ErrorCode::LimitReached, "it declares more than " + countText(kMostMeshServices) + " services",
                        m_name);
        for (const auto &[key, line, body] : services.map) {
            TS_TRY(std::string name, nameFrom(key, line));
            TS_CHECK(readService(std::move(name), body, isMesh));
        }
        for (const yaml::Node &body : services.items) {
            const yaml::Node *own = body.find("name");
            if (own == nullptr)
                return malformed(body.line, "in a list, each service needs a `name`", m_name);
            TS_TRY(std::string name, nameOf(*own));
            TS_CHECK(readService(std::move(name), body, isMesh));
        }
        return {};
    }

    Result<> readService(std::string name, const yaml::Node &body, bool &isMesh)
    {
        DeclaredMesh::Service service;
        service.name = std::move(name);
        if (body.isList()) {
            isMesh = true;
            TS_CHECK(readNeighbors(body, service));
        } else if (body.isMap()) {
            for (const auto &[key, line, value] : body.map) {
                if (std::ranges::find(kNeighborKeys, key) != std::end(kNeighborKeys)) {
                    isMesh = true;
                    TS_CHECK(readNeighbors(value, service));
                } else if (std::ranges::find(kKnownKeys, key) == std::end(kKnownKeys)) {
                    m_unknownKeys.insert(std::string(utf8Prefix(key, 60)));
                }
            }
        } else if (!body.isNull()) {
            return malformed(body.line, "\"" + service.name + "\" should hold `neighbors`, a list of names", m_name);
        }
        m_mesh.services.push_back(std::move(service));
        return {};
    }

    Result<> readNeighbors(const yaml::Node &list, DeclaredMesh::Service &service)
    {
        if (list.isNull())
            return {};
        if (list.isText())
            return addNeighbor(list, service);
        if (!list.isList())
            return malformed(list.line, "the neighbors of \"" + service.name + "\" should be a list of names", m_name);
        for (const yaml::Node &neighbor : list.items)
            TS_CHECK(addNeighbor(neighbor, service));
        return {};
    }

    Result<> addNeighbor(const yaml::Node &neighbor, DeclaredMesh::Service &service)
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

} // namespace

Result<DeclaredMesh> parseMesh(std::string_view text, const std::string &name)
{
    TS_TRY(const yaml::Node root, yaml::readDocument(text, name, kFileLimits));
    return MeshReader(name).read(root);
}

Result<DeclaredMesh> readMeshFile(const std::string &path)
{
    TS_TRY(const std::string text, yaml::readText(path, kFileLimits));
    return parseMesh(text, path.substr(path.find_last_of('/') + 1));
}

} // namespace tailspan::meshfiles
