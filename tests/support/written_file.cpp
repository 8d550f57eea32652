// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/written_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

namespace tailspan::test {

namespace {

std::string packed(std::string_view content, int (*addFilter)(archive *))
{
    std::vector<char> target(content.size() + content.size() / 2 + 64 * 1024);
    std::size_t used = 0;
    archive *writer = archive_write_new();
    addFilter(writer);
    archive_write_set_format_raw(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
    archive_write_open_memory(writer, target.data(), target.size(), &used);
    archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    return {target.data(), used};
}

} // namespace

std::string Folder::write(const std::string &name, std::string_view content) const
{
    std::ofstream(path(name), std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
    return path(name);
}

std::string Folder::path(const std::string &name) const
{
    return m_folder.filePath(QString::fromStdString(name)).toStdString();
}

std::string gzipped(std::string_view content)
{
    return packed(content, archive_write_add_filter_gzip);
}

std::string zstandard(std::string_view content)
{
    return packed(content, archive_write_add_filter_zstd);
}

std::string testData(const std::string &name)
{
    return contentOf(std::string(TAILSPAN_SOURCE_DIR "/tests/data/") + name);
}

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

} // namespace tailspan::test
