// What recipes copy before they install, and what the build context cannot hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generate/generated.h"

namespace container_kit::kit::generate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(RecipeContexts, ScriptsOfPackagesNeedAllSources) {
  const auto generated = generated_of(
      {{"package.json",
        R"({"scripts":{"postinstall":"node setup.js","build":"tsc","start":"node a.js"},"dependencies":{"koa":"2"}})"},
       {"package-lock.json", "{}"}});
  EXPECT_THAT(generated.dockerfile,
              HasSubstr("    npm ci \\\n    && npm run build && npm prune --omit=dev\n"));
}

TEST(RecipeContexts, LinkedPackagesNeedAllSources) {
  const auto generated = generated_of(
      {{"package.json",
        R"({"scripts":{"start":"node a.js"},"dependencies":{"koa":"2","b":"file:./b","c":"link:../c","d":"npm:e@1"}})"},
       {"b/package.json", R"({"name":"b"})"},
       {"package-lock.json", "{}"}});
  EXPECT_THAT(generated.dockerfile, Not(HasSubstr("COPY package.json")));
  EXPECT_THAT(generated.dockerfile, HasSubstr("COPY . ."));
  EXPECT_THAT(generated.warnings, ElementsAre(HasSubstr("package.json needs ../c, which lies outside")));
}

constexpr auto kGoMain = "package main\nfunc main() {}\n";

TEST(RecipeContexts, ReplacedGoModulesAreThereBeforeDownloads) {
  const auto generated = generated_of({{"go.mod", "module x\ngo 1.22\nrequire y v0.0.0\nreplace y => ./y\n"},
                                       {"y/go.mod", "module y\n"},
                                       {"main.go", kGoMain}});
  EXPECT_THAT(generated.dockerfile, Not(HasSubstr("go mod download")));
  EXPECT_THAT(generated.dockerfile, HasSubstr("WORKDIR /src\nCOPY . .\n"));
  EXPECT_THAT(generated.warnings, IsEmpty());
}

TEST(RecipeContexts, OtherReplacementsNeedNoFolder) {
  const auto generated = generated_of(
      {{"go.mod", "module x\ngo 1.22\nrequire y v0.0.0\nreplace (\n\ty => example.com/z v1.0.0\n)\n"},
       {"main.go", kGoMain}});
  EXPECT_THAT(generated.dockerfile, HasSubstr("go mod download"));
}

TEST(RecipeContexts, GoModulesOutside) {
  const auto generated = generated_of(
      {{"go.mod", "module x\ngo 1.22\nreplace (\n\ty v1.0.0 => ../y\n\tz => ./a/../../z\n\tw => ./w\n)\n"},
       {"main.go", kGoMain}});
  EXPECT_THAT(generated.warnings, ElementsAre(HasSubstr("go.mod needs ../y, which lies outside"),
                                              HasSubstr("go.mod needs ./a/../../z, which lies outside")));
}

TEST(RecipeContexts, CratesOutside) {
  const auto generated = generated_of(
      {{"Cargo.toml",
        "[package]\nname = 'x'\nversion = '1.0.0'\n[workspace]\nmembers = ['crates/*']\n[dependencies]\n"
        "a = { path = '../a' }\nb = { path = 'crates/b' }\n"},
       {"crates/b/Cargo.toml",
        "[package]\nname = 'b'\nversion = '1.0.0'\n[dependencies]\nc = { path = '../c' }\n"
        "d = { path = '../../../d' }\n"},
       {"crates/b/src/lib.rs", ""},
       {"Cargo.lock", ""},
       {"src/main.rs", "fn main() {}\n"}});
  EXPECT_THAT(generated.warnings, ElementsAre(HasSubstr("Cargo.toml needs ../a, which lies outside"),
                                              HasSubstr("crates/b/Cargo.toml needs ../../../d, which")));
}

TEST(RecipeContexts, GradleBuildsOutside) {
  const auto generated = generated_of(
      {{"build.gradle", "plugins { id 'org.springframework.boot' version '3.3.0' }\n"},
       {"settings.gradle", "rootProject.name = 'x'\nincludeBuild('../java')\nincludeBuild 'own'\n"}});
  EXPECT_THAT(generated.warnings, Contains(HasSubstr("settings.gradle needs ../java, which lies outside")));
  EXPECT_THAT(generated.warnings, Not(Contains(HasSubstr("own"))));
}

Generated with_requirements(const std::string& lines) {
  return generated_of({{"requirements.txt", "flask==3.0.0\n" + lines},
                       {"setup.py", ""},
                       {"Procfile", "web: gunicorn a:b\n"}});
}

TEST(RecipeContexts, RequirementsThatAreFolders) {
  for (const auto* line :
       {"-e .\n", "--editable=./lib # ours\n", ".[extra]\n", "-e file:./lib\n", "./lib; x\n"}) {
    const auto generated = with_requirements(line);
    EXPECT_THAT(generated.dockerfile, Not(HasSubstr("COPY requirements.txt"))) << line;
    EXPECT_THAT(generated.dockerfile, HasSubstr("AS build\nWORKDIR /app\nCOPY . .\nRUN ")) << line;
    EXPECT_THAT(generated.warnings, Not(Contains(HasSubstr("outside")))) << line;
  }
  EXPECT_THAT(with_requirements("-e git+https://x.org/y#egg=y\nrequests==2\n").dockerfile,
              HasSubstr("COPY requirements.txt ./"));
  EXPECT_THAT(with_requirements("-e ../lib[x]\n").warnings,
              Contains(HasSubstr("requirements.txt needs ../lib, which lies outside")));
}

TEST(RecipeContexts, PathsOfPoetryAndUv) {
  const auto poetry = generated_of({{"pyproject.toml",
                                     "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\nflask='3'\n"
                                     "a={path='./a'}\nb={path='../b'}\n"},
                                    {"poetry.lock", ""},
                                    {"Procfile", "web: gunicorn a:b\n"}});
  EXPECT_THAT(poetry.dockerfile, HasSubstr("ENV VIRTUAL_ENV=/opt/venv\nCOPY . .\n"));
  EXPECT_THAT(poetry.warnings, ElementsAre(HasSubstr("pyproject.toml needs ../b, which lies outside")));
  const auto uv = generated_of({{"pyproject.toml",
                                 "[project]\nname='x'\ndependencies=['flask','a']\n[tool.uv.sources]\n"
                                 "a={path='./a'}\n"},
                                {"uv.lock", ""},
                                {"Procfile", "web: gunicorn a:b\n"}});
  EXPECT_THAT(uv.dockerfile, Not(HasSubstr("--no-install-project")));
}

}  // namespace
}  // namespace container_kit::kit::generate
