// What a repository is made of, as the tool `analyze` reports it.
//
// An Analysis is built by analyze() (analyze.h), rendered for people by to_text() and for programs by
// to_json() (analysis_json.h). Every finding names the file it was read from, relative to the repository,
// so that a reader can check it. All lists are in a fixed order: the same tree gives the same Analysis.
//
// Thread safety and ownership: plain values that own what they hold.
// Text in here comes from the repository and is not to be trusted; both renderings make it safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace container_kit::kit {

enum class LanguageKind { kProgramming, kMarkup, kBuild, kData, kProse };

struct Language {
  std::string name;
  LanguageKind kind = LanguageKind::kProgramming;
  std::uint64_t files = 0;
  std::uint64_t lines = 0;
};

struct PackageManager {
  std::string name;       // "npm", "uv", "Cargo"
  std::string manifest;   // the file that made us say so
  std::string lock_file;  // empty when there is none
  std::string version;    // as the manifest asks for it, or empty
  bool locked = false;    // by the lock file, or because the manifest fixes everything or asks for nothing
};

// What builds it where that is no package manager: CMake, Meson, make, Nx.
struct BuildTool {
  std::string name;
  std::string version;  // as asked for, or empty
  std::string source;
};

struct Framework {
  std::string name;
  std::string version;  // as stated: "^4.18.2", or empty
  std::string source;
};

struct RuntimeVersion {
  std::string runtime;  // "node", "python", "java"
  std::string version;  // as stated: ">=18", "3.12"
  std::string source;
};

struct EntryPoint {
  std::string path;  // a file, or what the ecosystem names instead ("app.main:app", "com.acme.Main")
  std::string name;  // of the program it becomes, or empty
  std::string source;
};

struct StartCommand {
  std::string command;
  std::string folder;  // to be run in; "." is the repository
  std::string source;
};

struct Port {
  std::uint16_t number = 0;
  std::string reason;  // "EXPOSE", "listens in source", "Flask's default"
  std::string source;
};

struct Database {
  std::string name;    // "PostgreSQL"
  std::string client;  // the library, or the image, that gave it away
  std::string source;
};

struct SystemPackage {
  std::string name;  // Debian's name
  std::string needed_for;
  std::string source;
};

struct WorkspaceMember {
  std::string path;
  std::string name;  // as its own manifest says, or empty
  std::string tool;  // "npm workspaces", "Cargo", "Maven"
  std::string source;
};

struct Suggestion {
  std::string code;  // stable: "no_lock_file"
  std::string message;
  std::string source;  // the file it is about, or empty
};

// What kept the analysis from being complete: a limit that was hit, a folder that could not be read.
struct Note {
  std::string code;  // stable: "unreadable_folder", "file_limit"
  std::string message;
};

struct Analysis {
  std::string path;  // canonical
  std::uint64_t files = 0;
  std::uint64_t folders = 0;
  std::uint64_t lines = 0;                       // in the files of known languages
  std::vector<Language> languages;               // programming languages first, each kind by lines
  std::vector<PackageManager> package_managers;  // from here on: nearest the root first
  std::vector<BuildTool> build_tools;
  std::vector<Framework> frameworks;
  std::vector<RuntimeVersion> runtime_versions;
  std::vector<EntryPoint> entry_points;
  std::vector<StartCommand> start_commands;  // the best one first
  std::vector<Port> ports;
  std::vector<Database> databases;
  std::vector<SystemPackage> system_packages;
  std::vector<WorkspaceMember> members;
  std::vector<Suggestion> suggestions;
  std::vector<Note> notes;
};

// For a terminal: a few aligned lines, empty sections left out, control characters made visible.
std::string to_text(const Analysis& analysis);

}  // namespace container_kit::kit
