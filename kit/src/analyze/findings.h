// Where detectors put what they find. Doubles are dropped, lengths bounded, and the order kept.
//
// `source` is always a path in the repository (Project::path). Thread safety: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/analysis.h>

namespace container_kit::kit::analysis {

class Findings {
 public:
  explicit Findings(Analysis& analysis) : analysis_(analysis) {}

  // The folder the next findings come from.
  void enter(std::string_view folder) { folder_ = folder; }

  // Locked with a lock file; without one by kNeedsNone, which is for manifests that fix everything
  // themselves.
  enum class Lock { kByFile, kNeedsNone };
  void package_manager(std::string_view name, std::string_view manifest, std::string_view lock_file,
                       std::string_view version = {}, Lock lock = Lock::kByFile);
  void build_tool(std::string_view name, std::string_view version, std::string_view source);
  void framework(std::string_view name, std::string_view version, std::string_view source);
  void runtime(std::string_view runtime, std::string_view version, std::string_view source);
  void entry_point(std::string_view path, std::string_view name, std::string_view source);
  void start_command(std::string_view command, std::string_view folder, std::string_view source);
  void port(std::uint16_t number, std::string_view reason, std::string_view source);
  // Counts only when nothing better is found in the folder being looked at or below it.
  void default_port(std::uint16_t number, std::string_view framework, std::string_view source);
  void database(std::string_view name, std::string_view client, std::string_view source);
  void system_package(std::string_view name, std::string_view needed_for, std::string_view source);
  void member(std::string_view path, std::string_view name, std::string_view tool, std::string_view source);
  void suggest(std::string_view code, std::string_view message, std::string_view source = {});

  bool has_framework(std::string_view name, std::string_view source) const;
  bool has_start_command(std::string_view folder) const;
  bool has_build_tool(std::string_view name) const;

  // To be called once, after all detectors.
  void settle();

 private:
  void drop_repeated_versions();

  struct DefaultPort {
    Port port;
    std::string folder;
  };

  bool has_port_in(std::string_view folder) const;
  void settle_ports();

  Analysis& analysis_;
  std::string folder_;
  std::vector<DefaultPort> default_ports_;
};

// A package whose presence says something.
struct KnownPackage {
  enum class Says { kFramework, kDatabase, kSystemPackage };
  std::string_view package;
  Says says;
  std::string_view name;
  std::uint16_t port = 0;  // a framework's default
};

constexpr auto kFramework = KnownPackage::Says::kFramework;
constexpr auto kDatabase = KnownPackage::Says::kDatabase;
constexpr auto kSystem = KnownPackage::Says::kSystemPackage;

// Reports all that `table` knows of a package (a package may stand there more than once).
template <typename Table>
void report_known(const Table& table, std::string_view package, std::string_view version,
                  std::string_view source, Findings& findings) {
  for (const KnownPackage& known : table) {
    if (known.package != package) continue;
    if (known.says == kFramework) findings.framework(known.name, version, source);
    if (known.says == kFramework && known.port != 0) findings.default_port(known.port, known.name, source);
    if (known.says == kDatabase) findings.database(known.name, package, source);
    if (known.says == kSystem) findings.system_package(known.name, package, source);
  }
}

}  // namespace container_kit::kit::analysis
