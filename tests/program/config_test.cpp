// `container-kit config`, and the configuration file of every command.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFile = R"(file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        schedule_delay: 250
        exporter: {otlp_http: {endpoint: "http://user:hush@127.0.0.1:9/v1/traces", headers_list: key=hush}}
container_kit: {tail_enabled: true}
)";

TEST(ConfigCommand, shows_each_value_with_where_it_came_from_and_no_secret) {
  Folder folder;
  folder.write("t.yaml", kFile);
  const std::string file = (folder.path() / "t.yaml").string();
  Program program({"config", "--config", file}, {{"CONTAINER_KIT_TRACE_SAMPLE_RATE", "0.5"}});
  EXPECT_EQ(program.wait(), 0) << program.error();
  EXPECT_THAT(program.out(), AllOf(ContainsRegex("trace_sample_rate +0.5 +CONTAINER_KIT_TRACE_SAMPLE_RATE"),
                                   ContainsRegex("schedule_delay +250ms +.*/t.yaml:5"),
                                   ContainsRegex("tail_enabled +true +.*/t.yaml:7"),
                                   ContainsRegex("otlp_traces.headers +key=\\*\\*\\*\\* +"),
                                   ContainsRegex("spool_enabled +true +default"), Not(HasSubstr("hush"))));
}

TEST(ConfigCommand, is_json_when_asked_and_takes_the_file_from_the_environment) {
  Folder folder;
  folder.write("t.yaml", kFile);
  const std::string file = (folder.path() / "t.yaml").string();
  for (const char* variable : {"CONTAINER_KIT_CONFIG", "OTEL_CONFIG_FILE"}) {
    Program program({"config", "--json"}, {{variable, file}});
    EXPECT_EQ(program.wait(), 0) << program.error();
    const auto all = boost::json::parse(program.out());
    EXPECT_TRUE(all.at("valid").as_bool());
    bool found = false;
    for (const auto& setting : all.at("settings").as_array()) {
      if (setting.at("name").as_string() != "schedule_delay") continue;
      found = true;
      EXPECT_EQ(setting.at("value").as_string(), "250ms");
      EXPECT_EQ(setting.at("source").as_string(), file + ":5");
    }
    EXPECT_TRUE(found);
  }
}

TEST(ConfigCommand, every_fault_is_told_and_nothing_starts) {
  Folder folder;
  folder.write("t.yaml", "file_format: \"1.0\"\ncontainer_kit: {tail_enabld: true}\n");
  const std::string file = (folder.path() / "t.yaml").string();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"config"}, {"serve", "--port", "0"}, {"run", "analyze", "--path", "."}}) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--config", file});
    Program program(arguments, {{"CONTAINER_KIT_SPOOL_BYTES", "few"}});
    EXPECT_EQ(program.wait(), 1) << words[0];
    EXPECT_THAT(program.error(), AllOf(HasSubstr("t.yaml:2: tail_enabld: is not known here; did you mean "
                                                 "tail_enabled?"),
                                       HasSubstr("CONTAINER_KIT_SPOOL_BYTES: \"few\"")));
  }
}

TEST(DoctorCommand, is_content_in_development_and_says_so) {
  Program program({"doctor"});
  EXPECT_EQ(program.wait(), 0) << program.out();
  EXPECT_THAT(program.out(), AllOf(HasSubstr("ok       traces"), HasSubstr("ok       spool")));
}

TEST(DoctorCommand, says_what_is_wrong_and_what_to_set) {
  Program program({"doctor", "--timeout", "2000"},
                  {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:hush@127.0.0.1:1"},
                   {"CONTAINER_KIT_TRACE_SAMPLE_RATE", "0"}});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(
      program.out(),
      AllOf(ContainsRegex("problem +traces by otlp +http://127.0.0.1:1/v1/traces: nobody can be reached"),
            HasSubstr("correct host and port in OTEL_EXPORTER_OTLP_ENDPOINT"),
            ContainsRegex("problem +sampling +no trace is sampled, as CONTAINER_KIT_TRACE_SAMPLE_RATE"),
            Not(HasSubstr("hush"))));
}

TEST(DoctorCommand, is_json_when_asked) {
  Program program({"doctor", "--json"}, {{"CONTAINER_KIT_ENV", "production"}});
  EXPECT_EQ(program.wait(), 1);  // traces go nowhere
  const auto all = boost::json::parse(program.out());
  EXPECT_FALSE(all.at("well").as_bool());
  EXPECT_EQ(all.at("findings").at(0).at("state").as_string(), "problem");
  EXPECT_EQ(all.at("findings").at(0).at("subject").as_string(), "traces");
}

}  // namespace
}  // namespace container_kit::tests
