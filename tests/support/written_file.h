// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>

#include <string>
#include <string_view>

namespace tailspan::test {

/// A folder for one test's files, gone with it.
class Folder {
public:
    /// Writes a file and gives its path.
    std::string write(const std::string &name, std::string_view content) const;
    [[nodiscard]] std::string path(const std::string &name) const;

private:
    QTemporaryDir m_folder;
};

/// The content packed as a whole gzip or Zstandard file.
[[nodiscard]] std::string gzipped(std::string_view content);
[[nodiscard]] std::string zstandard(std::string_view content);
/// The content of a file below tests/data; "" when there is none.
[[nodiscard]] std::string testData(const std::string &name);
[[nodiscard]] std::string contentOf(const std::string &path);

} // namespace tailspan::test
