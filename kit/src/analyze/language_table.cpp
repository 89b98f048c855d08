#include "analyze/language_table.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace container_kit::kit::analysis {
namespace {

constexpr auto kCode = LanguageKind::kProgramming;
constexpr auto kMarkup = LanguageKind::kMarkup;
constexpr auto kBuild = LanguageKind::kBuild;
constexpr auto kData = LanguageKind::kData;
constexpr auto kProse = LanguageKind::kProse;

constexpr std::array kLanguages{
    LanguageInfo{"C", kCode, "c h", "", "tcc"},
    LanguageInfo{"C++", kCode, "cpp cc cxx c++ hpp hh hxx h++ ipp tpp inl", "", ""},
    LanguageInfo{"Assembly", kCode, "s S asm", "", ""},
    LanguageInfo{"C#", kCode, "cs csx", "", ""},
    LanguageInfo{"Clojure", kCode, "clj cljs cljc", "", ""},
    LanguageInfo{"CMake", kBuild, "cmake", "CMakeLists.txt", ""},
    LanguageInfo{"Crystal", kCode, "cr", "", "crystal"},
    LanguageInfo{"D", kCode, "d", "", ""},
    LanguageInfo{"Dart", kCode, "dart", "", ""},
    LanguageInfo{"Dockerfile", kBuild, "dockerfile", "Dockerfile Containerfile", ""},
    LanguageInfo{"Elixir", kCode, "ex exs", "", "elixir"},
    LanguageInfo{"Erlang", kCode, "erl hrl", "rebar.config", "escript"},
    LanguageInfo{"F#", kCode, "fs fsi fsx", "", ""},
    LanguageInfo{"Fortran", kCode, "f f90 f95 f03", "", ""},
    LanguageInfo{"Go", kCode, "go", "", ""},
    LanguageInfo{"GraphQL", kData, "graphql gql", "", ""},
    LanguageInfo{"Groovy", kCode, "groovy gradle", "Jenkinsfile", "groovy"},
    LanguageInfo{"Haskell", kCode, "hs lhs", "", "runhaskell"},
    LanguageInfo{"HCL", kBuild, "tf tfvars hcl", "", ""},
    LanguageInfo{"Java", kCode, "java", "", ""},
    LanguageInfo{"JavaScript", kCode, "js mjs cjs jsx", "", "node"},
    LanguageInfo{"Julia", kCode, "jl", "", "julia"},
    LanguageInfo{"Kotlin", kCode, "kt kts", "", ""},
    LanguageInfo{"Lua", kCode, "lua", "", "lua"},
    LanguageInfo{"M4", kBuild, "m4 ac", "", ""},
    LanguageInfo{"Makefile", kBuild, "mk mak", "Makefile makefile GNUmakefile Makefile.am Makefile.in", ""},
    LanguageInfo{"Meson", kBuild, "", "meson.build meson_options.txt meson.options", ""},
    LanguageInfo{"Nim", kCode, "nim", "", ""},
    LanguageInfo{"Nix", kBuild, "nix", "", ""},
    LanguageInfo{"Objective-C", kCode, "m mm", "", ""},
    LanguageInfo{"OCaml", kCode, "ml mli", "", "ocaml"},
    LanguageInfo{"Perl", kCode, "pl pm t", "", "perl"},
    LanguageInfo{"PHP", kCode, "php phtml", "", "php"},
    LanguageInfo{"PowerShell", kCode, "ps1 psm1", "", "pwsh"},
    LanguageInfo{"Protocol Buffers", kData, "proto", "", ""},
    LanguageInfo{"Python", kCode, "py pyi pyx pxd", "SConstruct wscript", "python pypy"},
    LanguageInfo{"R", kCode, "r R", "", "Rscript"},
    LanguageInfo{"Ruby", kCode, "rb rake gemspec ru", "Gemfile Rakefile Guardfile Vagrantfile", "ruby"},
    LanguageInfo{"Rust", kCode, "rs", "", ""},
    LanguageInfo{"Scala", kCode, "scala sc sbt", "", "scala"},
    LanguageInfo{"Shell", kCode, "sh bash zsh fish bats", "", "sh bash dash zsh ksh fish"},
    LanguageInfo{"SQL", kData, "sql", "", ""},
    LanguageInfo{"Starlark", kBuild, "bzl star", "BUILD BUILD.bazel WORKSPACE WORKSPACE.bazel", ""},
    LanguageInfo{"Swift", kCode, "swift", "", "swift"},
    LanguageInfo{"Tcl", kCode, "tcl", "", "tclsh"},
    LanguageInfo{"TypeScript", kCode, "ts tsx mts cts", "", "deno tsx"},
    LanguageInfo{"Vala", kCode, "vala vapi", "", ""},
    LanguageInfo{"Visual Basic", kCode, "vb", "", ""},
    LanguageInfo{"Zig", kCode, "zig", "", ""},
    LanguageInfo{"Astro", kMarkup, "astro", "", ""},
    LanguageInfo{"Blade", kMarkup, "blade.php", "", ""},
    LanguageInfo{"CSS", kMarkup, "css", "", ""},
    LanguageInfo{"EJS", kMarkup, "ejs", "", ""},
    LanguageInfo{"ERB", kMarkup, "erb rhtml", "", ""},
    LanguageInfo{"Handlebars", kMarkup, "hbs handlebars mustache", "", ""},
    LanguageInfo{"HEEx", kMarkup, "heex eex leex", "", ""},
    LanguageInfo{"HTML", kMarkup, "html htm xhtml", "", ""},
    LanguageInfo{"Less", kMarkup, "less", "", ""},
    LanguageInfo{"Pug", kMarkup, "pug jade", "", ""},
    LanguageInfo{"Razor", kMarkup, "cshtml razor", "", ""},
    LanguageInfo{"Sass", kMarkup, "scss sass", "", ""},
    LanguageInfo{"Svelte", kMarkup, "svelte", "", ""},
    LanguageInfo{"Twig", kMarkup, "twig", "", ""},
    LanguageInfo{"Vue", kMarkup, "vue", "", ""},
    LanguageInfo{"CSV", kData, "csv tsv", "", ""},
    LanguageInfo{"INI", kData, "ini cfg", ".editorconfig", ""},
    LanguageInfo{"JSON", kData, "json jsonc json5 webmanifest", "", ""},
    LanguageInfo{"Properties", kData, "properties", "", ""},
    LanguageInfo{"TOML", kData, "toml", "Pipfile", ""},
    LanguageInfo{"XML", kData, "xml xsd xsl xslt csproj fsproj vbproj props targets", "", ""},
    LanguageInfo{"YAML", kData, "yml yaml", "", ""},
    LanguageInfo{"AsciiDoc", kProse, "adoc asciidoc", "", ""},
    LanguageInfo{"Markdown", kProse, "md markdown mdx", "", ""},
    LanguageInfo{"reStructuredText", kProse, "rst", "", ""},
    LanguageInfo{"TeX", kProse, "tex", "", ""},
};

constexpr std::array<std::string_view, 12> kGenerated{
    "package-lock.json",  "npm-shrinkwrap.json", "pnpm-lock.yaml",
    "packages.lock.json", "composer.lock",       "deno.lock",
    "bun.lock",           "Package.resolved",    ".min.js",
    ".min.css",           ".bundle.js",          ".js.map",
};

using Index = std::unordered_map<std::string_view, const LanguageInfo*>;

Index index_by(std::string_view LanguageInfo::*words) {
  Index index;
  for (const auto& language : kLanguages) {
    std::string_view rest = language.*words;
    while (!rest.empty()) {
      const auto space = rest.find(' ');
      index.emplace(rest.substr(0, space), &language);
      rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    }
  }
  return index;
}

const LanguageInfo* find(const Index& index, std::string_view word) {
  const auto found = index.find(word);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

const LanguageInfo* const kC = &kLanguages[0];
const LanguageInfo* const kCpp = &kLanguages[1];

const LanguageInfo* language_of(std::string_view file_name) {
  static const Index by_name = index_by(&LanguageInfo::file_names);
  static const Index by_extension = index_by(&LanguageInfo::extensions);
  if (const auto* language = find(by_name, file_name)) return language;
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto generated = [&](std::string_view end) { return file_name.ends_with(end); };
  if (std::any_of(kGenerated.begin(), kGenerated.end(), generated)) return nullptr;
  if (file_name.ends_with(".blade.php")) return find(by_extension, "blade.php");
  if (file_name.starts_with("Dockerfile.")) return find(by_name, "Dockerfile");
  return find(by_extension, file_name.substr(dot + 1));
}

const LanguageInfo* language_of_script(std::string_view text) {
  static const Index by_interpreter = index_by(&LanguageInfo::interpreters);
  if (!text.starts_with("#!")) return nullptr;
  auto line = text.substr(2, text.find_first_of("\r\n") - 2);
  // The program, or what `env` is to run: the first word that is neither env nor an option of it.
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    auto word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    word.remove_prefix(word.rfind('/') + 1);  // npos + 1 is 0
    if (word == "env" || word.starts_with('-')) continue;
    const auto end = word.find_last_not_of("0123456789.");
    return end == std::string_view::npos ? nullptr : find(by_interpreter, word.substr(0, end + 1));
  }
  return nullptr;
}

}  // namespace container_kit::kit::analysis
