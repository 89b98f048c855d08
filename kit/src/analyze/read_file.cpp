#include "analyze/read_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/open_beneath.h"
#include "tools/quoted.h"

namespace container_kit::kit::analysis {
namespace {

ToolError wrong(const WantedFile& wanted, const std::string& what) {
  return {ToolErrorCode::kInvalidArgument, in_quotes(wanted.name) + " " + what, std::string(wanted.field)};
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kKiB = 1'024;
  const bool is_large = bytes >= kKiB * kKiB;
  return is_large ? std::to_string(bytes / kKiB / kKiB) + " MiB" : std::to_string(bytes / kKiB) + " KiB";
}

bool is_regular(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

ToolResult<std::optional<std::string>> read_file(const GuardedDirectory& folder, const WantedFile& wanted) {
  const auto opened =
      open_beneath(folder.fd.get(), wanted.name, O_RDONLY | O_NONBLOCK | O_NOCTTY, Links::kFollow);
  if (opened.error == ENOENT || opened.error == ENOTDIR) return std::optional<std::string>();
  if (opened.error == EXDEV) {
    return ToolError{
        ToolErrorCode::kPathNotAllowed,
        in_quotes(wanted.name) + " is a link that leads out of its folder; put the file itself there",
        std::string(wanted.field)};
  }
  if (opened.error == ELOOP)
    return wrong(wanted, "leads through too many symbolic links; put the file itself there");
  if (opened.error != 0) {
    return wrong(wanted, "cannot be opened: " + std::generic_category().message(opened.error) +
                             "; check its name, and who may read it");
  }
  if (!is_regular(opened.fd.get()))
    return wrong(wanted, "is no regular file; give " + std::string(wanted.what));
  std::string text(wanted.most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto read = ::read(opened.fd.get(), text.data() + size, text.size() - size);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return wrong(wanted, "cannot be read; look at its file system");
    if (read == 0) break;
    size += static_cast<std::size_t>(read);
  }
  if (size > wanted.most) {
    return ToolError{ToolErrorCode::kTooLarge,
                     "the file is larger than " + size_text(wanted.most) + ", the most that " +
                         std::string(wanted.what) + " may have",
                     std::string(wanted.field)};
  }
  text.resize(size);
  return std::optional(std::move(text));
}

ToolResult<FilePlace> place_of_file(const PathGuard& guard, std::string_view path) {
  const auto slash = path.rfind('/');
  const bool has_folder = slash != std::string_view::npos;
  const auto above = !has_folder ? "." : slash == 0 ? "/" : path.substr(0, slash);
  auto folder = guard.resolve(above);
  if (!folder) return std::move(folder).error();
  return FilePlace{std::move(*folder), std::string(path.substr(has_folder ? slash + 1 : 0))};
}

}  // namespace container_kit::kit::analysis
