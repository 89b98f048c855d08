// Each folder of fixtures/ holds a small repository and, in expected.json, what analyze has to say of it.
// To add one: write fixtures/NAME/repository/, run this with CONTAINER_KIT_UPDATE_GOLDEN=1, and read what it
// wrote.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/analysis_json.h>
#include <container_kit/kit/analyze.h>

namespace container_kit::kit {
namespace {

namespace fs = std::filesystem;

const fs::path kFixtures = fs::path(CONTAINER_KIT_TEST_DIR) / "analyze" / "fixtures";

// One finding a line, so that a difference is a line.
std::string rendered(const boost::json::value& value) {
  std::string out = "{";
  for (const auto& [key, member] : value.as_object()) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += "  " + boost::json::serialize(boost::json::value(key)) + ": ";
    const auto* list = member.if_array();
    if (list == nullptr || list->empty()) {
      out += boost::json::serialize(member);
      continue;
    }
    std::string separator = "[\n";
    for (const auto& item : *list) {
      out += separator + "    " + boost::json::serialize(item);
      separator = ",\n";
    }
    out += "\n  ]";
  }
  return out + "\n}\n";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The lines of one side only, "-" expected and "+" found.
std::string difference(const std::string& expected, const std::string& found) {
  const auto before = lines_of(expected);
  const auto after = lines_of(found);
  const std::multiset<std::string> before_set(before.begin(), before.end());
  const std::multiset<std::string> after_set(after.begin(), after.end());
  std::string out;
  for (const auto& line : before) out += after_set.contains(line) ? "" : "- " + line + "\n";
  for (const auto& line : after) out += before_set.contains(line) ? "" : "+ " + line + "\n";
  return out.empty() ? "the same lines in another order" : out;
}

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Fixture : public testing::TestWithParam<std::string> {};

TEST_P(Fixture, IsAnalysedAsExpected) {
  const auto folder = kFixtures / GetParam();
  auto analysis = analyze({{(folder / "repository").string()}, ".", {}});
  ASSERT_TRUE(analysis) << analysis.error().message;
  analysis->path = GetParam();
  const auto found = rendered(to_json(*analysis));
  if (std::getenv("CONTAINER_KIT_UPDATE_GOLDEN") != nullptr) std::ofstream(folder / "expected.json") << found;
  const auto expected = read(folder / "expected.json");
  EXPECT_TRUE(found == expected) << difference(expected, found);
}

std::vector<std::string> fixture_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFixtures))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Fixture, testing::ValuesIn(fixture_names()),
                         [](const auto& name) { return name.param; });

TEST(Fixtures, CoverTheEcosystems) {
  EXPECT_GE(fixture_names().size(), 25U);
}

}  // namespace
}  // namespace container_kit::kit
