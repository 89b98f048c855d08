#include "containers/manifest_folder.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "analyze/document.h"
#include "analyze/open_beneath.h"
#include "analyze/read_file.h"
#include "tools/quoted.h"

namespace container_kit::kit::containers {
namespace {

using analysis::GuardedDirectory;
using analysis::PathGuard;

constexpr std::array<const char*, 3> kKustomizations{"kustomization.yaml", "kustomization.yml",
                                                     "Kustomization"};
// What may name folders beyond the kustomization's own. Files of other kinds (patches, configMapGenerator)
// must lie in it, as kubectl sees to.
constexpr std::array<const char*, 6> kRoots{"resources",  "bases",        "components",
                                            "generators", "transformers", "validators"};
constexpr std::size_t kLargestManifest = std::size_t{4} << 20;
constexpr std::size_t kMostManifests = 1'000;
constexpr int kMostKustomizations = 100;

ToolError invalid(std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), "path"};
}

ToolResult<std::optional<std::string>> read(const GuardedDirectory& folder, std::string_view name) {
  return analysis::read_file(folder, {name, "path", "a manifest", kLargestManifest});
}

bool is_manifest(std::string_view name) {
  constexpr std::array<std::string_view, 3> kEndings{".yaml", ".yml", ".json"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return name.ends_with(ending); });
}

// In byte order, as every listing of ours.
std::vector<std::string> names_in(const GuardedDirectory& folder) {
  std::vector<std::string> names;
  const int fd = ::openat(folder.fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!entries) return names;
  while (const dirent* const entry = ::readdir(entries.get())) {
    if (is_manifest(entry->d_name)) names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

class KustomizationCheck {
 public:
  explicit KustomizationCheck(const PathGuard& guard) : guard_(guard) {}

  ToolResult<void> check(const GuardedDirectory& folder) {
    if (++checked_ > kMostKustomizations) return invalid("the kustomization takes in too many others");
    for (const char* const name : kKustomizations) {
      const auto text = read(folder, name);
      if (!text) return text.error();
      if (!*text) continue;
      const auto document = analysis::parse_yaml(**text);
      if (!document) return invalid(std::string(name) + " is not valid YAML");
      for (const char* const key : kRoots) {
        for (const auto entry : (*document)[key].texts()) {
          if (auto done = check_entry(folder, std::string(entry)); !done) return done;
        }
      }
    }
    return {};
  }

 private:
  ToolResult<void> check_entry(const GuardedDirectory& folder, const std::string& entry) {
    if (entry.find('\n') != std::string::npos) {
      return invalid("the kustomization has " + in_quotes(entry) +
                     " written in place; put it into a file of its own");
    }
    if (entry.find("://") != std::string::npos) {
      return invalid("the kustomization leads to " + in_quotes(entry) + "; only files are deployed");
    }
    const auto path = entry.starts_with('/') ? entry : folder.path + "/" + entry;
    const auto taken = guard_.resolve(path);
    if (taken) return check(*taken);
    const bool may_be_file = taken.error().code == ToolErrorCode::kInvalidArgument;
    if (!may_be_file) return about(entry, taken.error());
    const auto place = analysis::place_of_file(guard_, path);
    if (!place) return about(entry, place.error());
    const auto file = read(place->folder, place->name);
    return file ? ToolResult<void>() : about(entry, file.error());
  }

  static ToolError about(const std::string& entry, ToolError error) {
    error.message = "of the kustomization's " + in_quotes(entry) + ": " + error.message;
    return error;
  }

  const PathGuard& guard_;
  int checked_ = 0;
};

}  // namespace

bool has_kustomization(const GuardedDirectory& folder) {
  return std::any_of(kKustomizations.begin(), kKustomizations.end(), [&](const char* name) {
    return static_cast<bool>(
        analysis::open_beneath(folder.fd.get(), name, O_PATH | O_NOFOLLOW, analysis::Links::kFollow).fd);
  });
}

ToolResult<void> check_kustomization(const PathGuard& guard, const GuardedDirectory& folder) {
  return KustomizationCheck(guard).check(folder);
}

ToolResult<void> copy_manifests(const GuardedDirectory& folder, const ScratchFolder& to) {
  const auto names = names_in(folder);
  if (names.size() > kMostManifests) {
    return ToolError{ToolErrorCode::kTooLarge,
                     "the folder has more than " + std::to_string(kMostManifests) + " manifests", "path"};
  }
  for (const auto& name : names) {
    const auto text = read(folder, name);
    if (!text) return text.error();
    if (!*text) continue;  // gone meanwhile
    if (auto written = to.write(name, **text); !written) return written;
  }
  return {};
}

}  // namespace container_kit::kit::containers
