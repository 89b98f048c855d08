#include "tools/new_files.h"

#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/unique_fd.h"
#include "tools/quoted.h"

namespace container_kit::kit {
namespace {

ToolError failed(const std::string& name, int error) {
  return {ToolErrorCode::kInternal,
          in_quotes(name) + " could not be written: " + std::generic_category().message(error), "path"};
}

ToolError exists(const std::string& name) {
  return {ToolErrorCode::kConflict, in_quotes(name) + " exists already; set overwrite to replace it",
          "overwrite"};
}

std::string temporary_name(const std::string& name) {
  static std::atomic<unsigned> calls{0};
  return "." + name + "." + std::to_string(::getpid()) + "." + std::to_string(++calls);
}

std::optional<ToolError> write_one(int folder, const NewFile& file, Existing existing) {
  constexpr mode_t kMode = 0644;
  const auto temporary = temporary_name(file.name);
  analysis::UniqueFd fd{
      ::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode)};
  if (!fd) return failed(file.name, errno);
  auto error = write_all(fd.get(), file.text);
  if (error == 0 && existing == Existing::kReplace) {
    if (::renameat(folder, temporary.c_str(), folder, file.name.c_str()) == 0) return std::nullopt;
    error = errno;
  } else if (error == 0) {
    // link(2) fails where the name exists, rename(2) would replace it.
    if (::linkat(folder, temporary.c_str(), folder, file.name.c_str(), 0) != 0) error = errno;
  }
  ::unlinkat(folder, temporary.c_str(), 0);
  if (error == 0) return std::nullopt;
  return error == EEXIST ? exists(file.name) : failed(file.name, error);
}

}  // namespace

int write_all(int fd, std::string_view text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    done += static_cast<std::size_t>(written);
  }
  return 0;
}

std::optional<ToolError> write_new_files(int folder, const std::vector<NewFile>& files, Existing existing) {
  if (existing == Existing::kRefuse) {
    for (const auto& file : files) {
      struct stat status {};
      if (::fstatat(folder, file.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return exists(file.name);
    }
  }
  for (const auto& file : files) {
    if (auto error = write_one(folder, file, existing)) return error;
  }
  return std::nullopt;
}

}  // namespace container_kit::kit
