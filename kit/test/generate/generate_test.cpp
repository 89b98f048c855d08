#include "generate/generate.h"

#include <filesystem>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dockerfile/parser.h"
#include "generate/generated.h"

namespace container_kit::kit::generate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kFixtures = fs::path(CONTAINER_KIT_TEST_DIR) / "analyze" / "fixtures";

// Fixtures for which nothing can be generated, and what the error says.
const std::map<std::string, std::string> kRefused{
    {"bun_elysia", "no manifest was found"},
    {"c_autotools", "no manifest was found"},
    {"c_meson", "no manifest was found"},
    {"deno_oak", "no manifest was found"},
    {"elixir_phoenix", "no manifest was found"},
    {"frontend_and_backend", "backend (pip), frontend (yarn)"},
    {"hugo_site", "no manifest was found"},
    {"node_monorepo", "There are programs in apps/api, apps/web"},
    {"scala_sbt", "no manifest was found"},
    {"swift_vapor", "no manifest was found"},
};

class GeneratedFixture : public testing::TestWithParam<std::string> {};

TEST_P(GeneratedFixture, HasNoFindingWhateverIsWished) {
  const auto root = (kFixtures / GetParam() / "repository").string();
  const std::vector<Wishes> all{
      {}, {"debian:12-slim", "", 0}, {"", "linux/arm64", 9999}, {"r.io:5000/b@sha256:00", "linux/arm/v7", 1}};
  for (const auto& wishes : all) {
    const auto generated = generate_for(root, ".", wishes);
    const auto refused = kRefused.find(GetParam());
    if (refused != kRefused.end()) {
      ASSERT_FALSE(generated);
      EXPECT_EQ(generated.error().code, ToolErrorCode::kInvalidArgument);
      EXPECT_THAT(generated.error().message, HasSubstr(refused->second));
      continue;
    }
    ASSERT_TRUE(generated) << generated.error().message;
    EXPECT_EQ(findings_of(*generated), "") << generated->dockerfile;
    const auto& text = generated->dockerfile;
    EXPECT_TRUE(text.starts_with("# syntax=docker/dockerfile:1\n"));
    EXPECT_THAT(text, HasSubstr("\nENTRYPOINT [\""));
    EXPECT_THAT(text, HasSubstr("\nSTOPSIGNAL "));
    EXPECT_THAT(text, HasSubstr("\nLABEL org.opencontainers.image.title="));
    EXPECT_FALSE(generated->decisions.empty());
    if (!wishes.base_image.empty()) {
      EXPECT_THAT(text, HasSubstr(wishes.base_image + " AS run"));
    }
    if (!wishes.platform.empty()) {
      EXPECT_THAT(text, HasSubstr("ARG PLATFORM=" + wishes.platform));
    }
    if (wishes.port != 0 && generated->port != 0) {
      EXPECT_EQ(generated->port, wishes.port);
    }
  }
}

std::vector<std::string> fixture_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFixtures))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, GeneratedFixture, testing::ValuesIn(fixture_names()),
                         [](const auto& name) { return name.param; });

TEST(Generate, TellsWhereDecisionsComeFrom) {
  const auto generated = generate_for((kFixtures / "node_express" / "repository").string(), ".");
  ASSERT_TRUE(generated);
  const auto has = [&](const std::string& what, const std::string& source) {
    return std::any_of(generated->decisions.begin(), generated->decisions.end(),
                       [&](const Decision& decision) {
                         return decision.what.starts_with(what) && decision.source == source;
                       });
  };
  EXPECT_TRUE(has("node 20", ".nvmrc"));
  EXPECT_TRUE(has("installs with npm", "package-lock.json"));
  EXPECT_TRUE(has("listens on port 3000", "src/server.js"));
  EXPECT_TRUE(has("starts with npm start", "package.json"));
  EXPECT_THAT(generated->dockerfile, HasSubstr("ENTRYPOINT [\"node\", \"src/server.js\"]"));
  EXPECT_THAT(generated->dockerfile, HasSubstr("npm ci"));
}

TEST(Generate, NodeManagersAndBuilds) {
  const analysis::ScratchRepository files;
  files.write("package.json",
              R"({"packageManager":"pnpm@9.1.0","scripts":{"build":"tsc","start":"node dist/main.js"},
    "dependencies":{"express":"4"},"devDependencies":{"typescript":"5"}})");
  files.write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
  const auto generated = generate_for(files.path(), ".");
  ASSERT_TRUE(generated) << generated.error().message;
  EXPECT_EQ(findings_of(*generated), "");
  EXPECT_THAT(generated->dockerfile, HasSubstr("corepack enable && pnpm install --frozen-lockfile"));
  EXPECT_THAT(generated->dockerfile, HasSubstr("pnpm run build && CI=true pnpm prune --prod"));
  EXPECT_THAT(generated->dockerignore, HasSubstr("\ndist\n"));
}

TEST(Generate, GoBuildsProgramsOfItsOwnModuleOnly) {
  const analysis::ScratchRepository files;
  files.write("go.mod", "module x\ngo 1.22\n");
  files.write("tools/go.mod", "module y\ngo 1.22\n");
  files.write("tools/main.go", "package main\nfunc main() {}\n");
  EXPECT_FALSE(generate_for(files.path(), "."));
  files.write("go.work", "go 1.22\nuse (\n\t.\n\t./tools\n)\n");
  const auto generated = generate_for(files.path(), ".");
  ASSERT_TRUE(generated) << generated.error().message;
  EXPECT_THAT(generated->dockerfile, HasSubstr("-o /out/app ./tools"));
}

TEST(Generate, FrontEndsBecomeFiles) {
  const analysis::ScratchRepository files;
  files.write("package.json",
              R"({"scripts":{"build":"vite build","dev":"vite"},"devDependencies":{"vite":"5"}})");
  files.write("package-lock.json", "{}");
  const auto generated = generate_for(files.path(), ".", {"", "", 9000});
  ASSERT_TRUE(generated) << generated.error().message;
  EXPECT_EQ(findings_of(*generated), "");
  EXPECT_THAT(generated->dockerfile, HasSubstr("COPY --from=build /app/dist ./"));
  EXPECT_THAT(generated->dockerfile, HasSubstr("s/8080/9000/"));
}

TEST(Generate, GoPassesOverFoldersOfOthers) {
  for (const auto* folder : {"cmd/a/testdata", "cmd/_a", "cmd/b/sub"}) {
    const analysis::ScratchRepository files;
    files.write("go.mod", "module x\ngo 1.22\n");
    files.write("cmd/b/go.mod", "module y\n");
    files.write(std::string(folder) + "/main.go", "package main\nfunc main() {}\n");
    const auto generated = generate_for(files.path(), ".");
    ASSERT_FALSE(generated) << generated->dockerfile;
    EXPECT_THAT(generated.error().message, HasSubstr("no package main was found"));
  }
}

// What a repository says must not become an instruction. The Dockerfile is refused, or it holds only the
// instructions that recipes write.
void expect_no_injection(const analysis::ScratchRepository& files) {
  const auto generated = generate_for(files.path(), ".");
  if (!generated) {
    EXPECT_EQ(generated.error().code, ToolErrorCode::kInvalidArgument);
    return;
  }
  const auto file = dockerfile::parse(generated->dockerfile);
  EXPECT_TRUE(file.errors.empty());
  for (const auto& instruction : file.instructions) {
    // An argument of the program that is started may hold anything: no shell reads it.
    if (instruction.keyword == dockerfile::Keyword::kEntrypoint && instruction.is_json) continue;
    EXPECT_THAT(instruction.line.text(), Not(HasSubstr("evil"))) << generated->dockerfile;
  }
}

// As a JSON or TOML string has it.
std::string escaped(std::string_view text) {
  std::string json;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      json += c == '\n' ? "\\n" : "\\r";
    } else {
      if (c == '"' || c == '\\') json += '\\';
      json += c;
    }
  }
  return json;
}

TEST(Generate, NamesFromTheRepositoryCannotInject) {
  for (const std::string evil : {"x\nRUN evil", "x\" ]\nRUN evil", "x\\\nRUN evil", "x$(evil)", "x;evil",
                                 "x` evil`", "x' evil", "x && evil", "x\rRUN evil", "${evil}"}) {
    const auto json = escaped(evil);
    analysis::ScratchRepository node;
    node.write("package.json", R"({"name":")" + json + R"(","engines":{"node":"20)" + json +
                                   R"("},"scripts":{"start":"node )" + json + R"("}})");
    expect_no_injection(node);
    analysis::ScratchRepository rust;
    rust.write("Cargo.toml",
               "[package]\nname=\"" + json + "\"\nversion=\"1.0.0\"\nrust-version=\"1.70" + json + "\"\n");
    rust.write("src/main.rs", "fn main() {}\n");
    expect_no_injection(rust);
    analysis::ScratchRepository maven;
    maven.write(
        "pom.xml",
        "<project><artifactId>" + std::string("x${evil}") +
            "</artifactId><version>1 evil</version><build><plugins>"
            "<plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>");
    expect_no_injection(maven);
    analysis::ScratchRepository python;
    python.write("requirements.txt", "-r " + evil + "\nflask==3\n");
    python.write("Procfile", "web: gunicorn " + evil + "\n");
    python.write(".python-version", "3.12" + evil + "\n");
    expect_no_injection(python);
    analysis::ScratchRepository cmake;
    cmake.write("CMakeLists.txt", "add_executable(\"" + evil + "\" main.c)\n");
    cmake.write("main.c", "int main() {}\n");
    expect_no_injection(cmake);
  }
}

TEST(Generate, FoldersWithOddNamesAreRefusedOrHarmless) {
  const analysis::ScratchRepository go;
  go.write("go.mod", "module x\ngo 1.22\n");
  go.write("cmd/a\nRUN evil/main.go", "package main\nfunc main() {}\n");
  expect_no_injection(go);
  const analysis::ScratchRepository dotnet;
  dotnet.write("x.sln");
  dotnet.write("a b/x.csproj",
               "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net8.0"
               "</TargetFramework></PropertyGroup></Project>");
  EXPECT_FALSE(generate_for(dotnet.path(), "."));
  const analysis::ScratchRepository site;
  site.write("x\"\nRUN evil/index.html", "<html></html>");
  const auto generated = generate_for(site.path(), "x\"\nRUN evil");
  ASSERT_TRUE(generated);
  EXPECT_THAT(generated->dockerfile, HasSubstr("title=\"x-run-evil\"\n"));
}

TEST(Generate, WishesAreChecked) {
  const auto root = (kFixtures / "static_site" / "repository").string();
  const auto field = [&](const Wishes& wishes) {
    const auto generated = generate_for(root, ".", wishes);
    return generated ? std::string("none") : generated.error().field;
  };
  EXPECT_EQ(field({"a\nRUN evil", "", 0}), "base_image");
  EXPECT_EQ(field({"", "linux\nRUN evil", 0}), "platform");
}

}  // namespace
}  // namespace container_kit::kit::generate
