#include <gtest/gtest.h>

#include <container_kit/kit/analysis.h>

namespace container_kit::kit {
namespace {

TEST(AnalysisText, ReadsAsAlignedLines) {
  Analysis analysis;
  analysis.path = "/srv/shop";
  analysis.files = 1;
  analysis.folders = 2;
  analysis.lines = 30;
  analysis.languages = {{"Go", LanguageKind::kProgramming, 1, 30}};
  analysis.package_managers = {{"npm", "web/package.json", "", "10", false}};
  analysis.ports = {{80, "EXPOSE", "Dockerfile"}, {81, "EXPOSE", "Dockerfile"}};
  EXPECT_EQ(to_text(analysis),
            "Repository        /srv/shop\n"
            "Size              1 file in 2 folders, 30 lines\n"
            "Languages         Go: 30 lines in 1 file\n"
            "Package managers  npm 10, no lock file  (web/package.json)\n"
            "Ports             80, EXPOSE  (Dockerfile)\n"
            "                  81, EXPOSE  (Dockerfile)\n");
}

TEST(AnalysisText, CutsLongSectionsAndControlCharacters) {
  Analysis analysis;
  for (int i = 0; i < 30; ++i) analysis.entry_points.push_back({"\x1b[2J" + std::to_string(i), "", "p"});
  const auto text = to_text(analysis);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("and 10 more"), std::string::npos);
}

}  // namespace
}  // namespace container_kit::kit
