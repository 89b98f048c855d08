#include "analyze/detectors/go_module.h"

#include <gtest/gtest.h>

#include "analyze/detectors/go_constraint.h"

namespace container_kit::kit::analysis {
namespace {

TEST(GoModule, MainIsInThePackageClause) {
  EXPECT_TRUE(go_has_main("package main\n\nfunc main() {}\n"));
  EXPECT_TRUE(go_has_main("// Copyright.\n/* Long. */\npackage main // that is it\nfunc main() {\n"));
  EXPECT_TRUE(go_has_main("package main; func main() {}"));
  EXPECT_FALSE(go_has_main("/*\npackage main\nfunc main() {}\n*/\npackage lib\n"));
  EXPECT_FALSE(go_has_main("// package main\n// func main() {}\npackage lib\n"));
  EXPECT_FALSE(go_has_main("package lib\nconst text = `\npackage main\nfunc main() {}\n`\n"));
  EXPECT_FALSE(go_has_main("package main\n// func main() {}\nvar x = \"func main() {}\"\n"));
  EXPECT_FALSE(go_has_main("package main\nvar x = `\nfunc main() {}\n`\n"));
  EXPECT_TRUE(go_has_main("package main\nvar q = '\"'\nvar r = \"\\\"`\"\nfunc main() {}\n"));
  EXPECT_FALSE(go_has_main("package mainly\nfunc main() {}\n"));
  EXPECT_FALSE(go_has_main("package main /* never closed func main() {}"));
}

TEST(GoModule, NamesOfFilesAreConstraints) {
  const auto builds = [](std::string_view name) { return go_builds_file(name, "package main\n"); };
  for (const auto* name : {"main.go", "main_linux.go", "main_amd64.go", "main_linux_arm64.go", "linux.go",
                           "windows.go", "main_unix.go", "my_windows_code.go", "main_darwin_x.go"}) {
    EXPECT_TRUE(builds(name)) << name;
  }
  for (const auto* name : {"main_windows.go", "main_test.go", "main_linux_test.go", "_main.go", ".main.go",
                           "main_386.go", "main_windows_amd64.go", "main_linux_s390x.go", "x_js_wasm.go"}) {
    EXPECT_FALSE(builds(name)) << name;
  }
}

TEST(GoModule, ConstraintsStandBeforeThePackageClause) {
  const auto builds = [](std::string_view text) { return go_builds_file("main.go", text); };
  EXPECT_FALSE(builds("// Copyright.\n\n//go:build ignore\n\npackage main\n"));
  EXPECT_FALSE(builds("/* Long. */\n\n//go:build windows\n// +build linux\n\npackage main\n"));
  EXPECT_FALSE(builds("// +build ignore\n\npackage main\n"));
  EXPECT_FALSE(builds("// +build linux darwin\n// +build !cgo\n\npackage main\n"));
  EXPECT_TRUE(builds("// +build windows linux,amd64\n\npackage main\n"));
  EXPECT_TRUE(builds("package main\n\n//go:build ignore\n"));
  EXPECT_TRUE(builds("package main\nvar x = `\n//go:build ignore\n`\n"));
}

TEST(GoModule, Expressions) {
  const auto holds = [](std::string_view expression) {
    return go_constraint_holds("//go:build " + std::string(expression) + "\n");
  };
  for (const auto* yes : {"linux", "unix", "cgo", "go1.21", "!windows", "linux && (amd64 || 386)",
                          "windows || linux", "!(windows || darwin)", "!!linux", "ignore || linux && cgo"}) {
    EXPECT_TRUE(holds(yes)) << yes;
  }
  for (const auto* no :
       {"ignore", "tools", "windows", "!linux", "linux && !cgo", "(windows || linux) && tools",
        "!linux || windows", "linux &&", "(linux", "linux)", "linux cgo", "&", "a$b"}) {
    EXPECT_FALSE(holds(no)) << no;
  }
  EXPECT_FALSE(holds(std::string(100'000, '(')));
  EXPECT_TRUE(go_constraint_holds("// no constraint\n"));
}

TEST(GoModule, Replacements) {
  const auto folders = go_replacement_folders(
      "module x\nreplace a => ./a\nreplace (\n\tb v1.2.3 => ../b // c\n\td => example.com/d v1.0.0\n)\n");
  EXPECT_EQ(folders, (std::vector<std::string_view>{"./a", "../b"}));
  EXPECT_TRUE(go_replacement_folders("replace a =>\n").empty());
}

}  // namespace
}  // namespace container_kit::kit::analysis
