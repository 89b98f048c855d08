// Every tool that takes a path, by every way there is to call it, with every path of the corpus: what lies
// outside the allowed roots is not read, not written, and who tries learns what to do.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/escape_server.h"

namespace container_kit::kit {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PathEscapes : public EscapeTest, public ::testing::WithParamInterface<std::tuple<PathArgument, Way>> {};

TEST_P(PathEscapes, lead_to_nothing_outside) {
  const auto& [argument, way] = GetParam();
  std::size_t tried = 0;
  for (const auto& escape : escapes()) {
    SCOPED_TRACE(escape.name);
    const auto answer = call(argument, way, world_->path_of(escape, argument.file));
    EXPECT_THAT(answer, Not(HasSubstr(kSecret)));
    const auto said = error_in(answer);
    EXPECT_TRUE(said || escape.may_succeed) << answer;
    // "..; ..." is what is wrong; what to do.
    if (said) expect_clear(*said);
    ASSERT_EQ(world_->what_is_outside(), outside_) << "something was written";
    ++tried;
    if (argument.writes && !said) renew();
  }
  EXPECT_GE(tried, 150U);
}

INSTANTIATE_TEST_SUITE_P(Tools, PathEscapes,
                         ::testing::Combine(::testing::ValuesIn(kArguments),
                                            ::testing::Values(Way::kHttp, Way::kMcpOverHttp,
                                                              Way::kMcpOverPipes)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) + "_" +
                                  kWays[static_cast<std::size_t>(std::get<1>(test.param))];
                         });

class Escapes : public EscapeTest {};

TEST_F(Escapes, have_names_of_their_own) {
  std::set<std::string> names;
  for (const auto& escape : escapes()) EXPECT_TRUE(names.insert(escape.name).second) << escape.name;
}

// Who asks for what is outside does not even learn whether it is there.
TEST_F(Escapes, tell_nobody_what_exists) {
  for (const auto& argument : kArguments) {
    for (const auto& [there, absent] : std::vector<std::pair<std::string, std::string>>{
             {world_->outside(), world_->outside() + "-not"},
             {"../outside", "../nothing-at-all"},
             {"l_parent/outside", "l_parent/nothing"},
             {"/etc/ssl", "/etc/nothing-of-the-kind"},
             {"/proc/self/root/etc", "/proc/self/root/nothing"},
             {"../../../../../../etc", "../../../../../../nothing"}}) {
      const auto known = error_in(call(argument, Way::kHttp, there));
      const auto unknown = error_in(call(argument, Way::kHttp, absent));
      ASSERT_TRUE(known && unknown) << argument.name << " " << there;
      EXPECT_EQ(known->code, unknown->code) << argument.name << " " << there;
      if (argument.argument == std::string("dockerfile") || argument.argument == std::string("resume"))
        continue;
      const auto words = [](const Said& said) {
        return said.message.substr(0, said.message.find("resume="));
      };
      EXPECT_EQ(words(*known), words(*unknown)) << argument.name << " " << there;
    }
  }
}

// A session opens its own workspace, and no other's.
TEST_F(Escapes, from_a_session_lead_to_no_other_ones_workspace) {
  const auto mine = served_->sessions().create(SessionType::kApi);
  const auto other = served_->sessions().create(SessionType::kApi);
  ASSERT_TRUE(mine && other);
  for (const char* file : {"Dockerfile", "package.json", "pipeline.yaml", "web.yaml"}) {
    std::ofstream(other->workspace + "/" + file) << "FROM " << kSecret << "\n";
    std::ofstream(mine->workspace + "/" + file) << "FROM scratch\n";
  }
  std::filesystem::create_directory_symlink(other->workspace, mine->workspace + "/link");
  std::filesystem::create_directory_symlink("../" + other->id, mine->workspace + "/relative");
  for (const auto& argument : kArguments) {
    for (const auto way : {Way::kHttp, Way::kMcpOverHttp, Way::kMcpOverPipes}) {
      for (const auto& path :
           {other->workspace, mine->workspace + "/../" + other->id, mine->workspace + "/link",
            mine->workspace + "/relative", mine->workspace + "/../../sessions.db", mine->workspace + "/..",
            mine->workspace + "/." + "./" + other->id + "/."}) {
        SCOPED_TRACE(std::string(argument.name) + " " + path);
        const std::string file = *argument.file == '\0' ? "" : "/" + std::string(argument.file);
        const auto answer = call(argument, way, path + file, mine->id);
        EXPECT_THAT(answer, Not(HasSubstr(kSecret)));
        EXPECT_TRUE(error_in(answer)) << answer;
      }
    }
  }
  EXPECT_FALSE(error_in(call(kArguments[1], Way::kHttp, mine->workspace, mine->id))) << "its own is closed";
  EXPECT_TRUE(error_in(call(kArguments[1], Way::kHttp, mine->workspace))) << "without the session it is open";
}

// The corpus in the place of an id or a name: in the path of the request, as it is and encoded, and in its
// body.
TEST_F(Escapes, are_no_ids_and_no_names) {
  const auto session = served_->sessions().create(SessionType::kApi);
  ASSERT_TRUE(session);
  const auto encoded = [](const std::string& text) {
    std::string all;
    for (const char c : text) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      all += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return all;
  };
  for (const auto& escape : escapes()) {
    SCOPED_TRACE(escape.name);
    const auto path = world_->path_of(escape);
    if (path.size() > 2000) continue;  // a request's head holds no more
    for (const auto& [method, before, after] :
         std::vector<std::array<std::string, 3>>{{"GET", "/api/sessions/", ""},
                                                 {"DELETE", "/api/sessions/", ""},
                                                 {"GET", "/api/tools/", "/schema"},
                                                 {"POST", "/api/pipelines/", "/execute"}}) {
      const std::string rest = after +
                               " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               "Content-Length: 2\r\n\r\n{}";
      const auto answer = served_->ask(method + " " + before + encoded(path) + rest);
      EXPECT_THAT(answer.status, AnyOf(404, 405)) << method << " " << before;
      EXPECT_THAT(answer.body, Not(HasSubstr(kSecret)));
      EXPECT_TRUE(error_in(answer.body));
    }
    if (!escape.has_nul() && path.find_first_of("\r\n") == std::string::npos) {
      const http::Answer raw =
          http::RawClient(served_->port())
              .ask("DELETE /api/sessions/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      EXPECT_THAT(raw.status, AnyOf(400, 404, 405, 431, 505)) << raw.body;
      EXPECT_THAT(raw.body, Not(HasSubstr(kSecret)));
    }
    for (const auto way : {Way::kHttp, Way::kMcpOverHttp, Way::kMcpOverPipes}) {
      const auto said = error_in(served_->call(way, "lint_dockerfile", {{"path", "repo"}}, path));
      ASSERT_TRUE(said);
      expect_clear(*said);
    }
  }
  EXPECT_EQ(served_->sessions().list({})->total, 1U);
  EXPECT_TRUE(std::filesystem::is_directory(session->workspace));
  EXPECT_EQ(world_->what_is_outside(), outside_);
}

// What replaces a file is another file: the one outside that has the same inode stays as it is.
TEST_F(Escapes, by_hard_links_are_not_written_through) {
  const auto& folder = world_->folder();
  folder.write("root/hard/package.json", R"({"name":"shop","scripts":{"start":"node index.js"}})");
  folder.write("root/hard/index.js", "require('http').createServer().listen(3000);\n");
  std::filesystem::create_hard_link(world_->outside() + "/Dockerfile",
                                    folder.path() / "root/hard/Dockerfile");
  std::filesystem::create_hard_link(world_->outside() + "/.dockerignore",
                                    folder.path() / "root/hard/.dockerignore");
  folder.folder("root/hard/k8s");
  std::filesystem::create_hard_link(world_->outside() + "/kustomization.yaml",
                                    folder.path() / "root/hard/k8s/kustomization.yaml");
  for (const auto& argument : {kArguments[3], kArguments[4]}) {
    const auto answer = call(argument, Way::kHttp, "hard");
    EXPECT_FALSE(error_in(answer)) << argument.name << answer;
  }
  EXPECT_THAT(folder.read("root/hard/Dockerfile"), HasSubstr("FROM"));
  EXPECT_THAT(folder.read("root/hard/Dockerfile"), Not(HasSubstr(kSecret)));
  EXPECT_EQ(world_->what_is_outside(), outside_);
}

}  // namespace
}  // namespace container_kit::kit
