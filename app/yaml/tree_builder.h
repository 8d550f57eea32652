// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>

#include <map>
#include <optional>

namespace tailspan::yaml {

/// Builds the tree of one document after the other from the parser's events, so that limits hold while the text is
/// still being read: yaml-cpp's own graph of a small text can take gigabytes once it is walked. Throws Refusal through
/// the parser; readDocuments catches it.
class TreeBuilder final : public YAML::EventHandler {
public:
    struct Refusal {
        ErrorCode code = ErrorCode::Malformed;
        std::string message;
        int line = 0; ///< 0 where it is not known.
    };

    explicit TreeBuilder(const Limits &limits) : m_limits(limits) {}

    /// The document that has just been read; Null for an empty one.
    [[nodiscard]] Node takeRoot();

    void OnDocumentStart(const YAML::Mark &mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override;
    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

private:
    /// What a value costs with everything in it.
    struct Cost {
        std::size_t values = 0;
        std::size_t textBytes = 0;
        std::size_t depth = 0;
    };
    struct Anchored {
        Node node;
        Cost cost;
    };
    /// A list or a map that is not complete yet.
    struct Open {
        Node node;
        Cost cost;
        YAML::anchor_t anchor = 0;
        std::optional<Entry> key; ///< Of a map: its value has not come yet.
    };

    void open(const YAML::Mark &mark, Node::Kind kind, YAML::anchor_t anchor);
    void close();
    void complete(Node node, const Cost &cost, YAML::anchor_t anchor);
    void addTo(Open &parent, Node node, const Cost &cost);
    void charge(const Cost &cost, int line);

    Limits m_limits;
    Cost m_total; ///< Of all documents; its depth is not used.
    std::vector<Open> m_open;
    std::map<YAML::anchor_t, Anchored> m_anchors;
    Node m_root;
};

} // namespace tailspan::yaml
