// A folder that goes away with its owner, and what is put into it.
//
// Thread safety: what is const may be called from any thread.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace container_kit::kit {

class Folder {
 public:
  Folder() : path_(made()) {}
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Without symbolic links on the way.
  const std::filesystem::path& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  // With the folders above it.
  void write(std::string_view name, std::string_view text = "\n") const {
    folder(std::filesystem::path(name).parent_path().string());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  void folder(std::string_view name) const { std::filesystem::create_directories(path_ / name); }
  void link(std::string_view name, std::string_view target) const {
    folder(std::filesystem::path(name).parent_path().string());
    std::filesystem::create_symlink(target, path_ / name);
  }
  // Empty where there is no such file.
  std::string read(std::string_view name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  static std::filesystem::path made() {
    std::string name = (std::filesystem::temp_directory_path() / "container-kit-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made at " + name);
    return std::filesystem::canonical(name);
  }

  std::filesystem::path path_;
};

}  // namespace container_kit::kit
