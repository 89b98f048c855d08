// Secrets in every place where telemetry may hide them, sent by a whole Manager: none arrives at the
// receiver, in the flight buffer's file, in the spool or in a scrape.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

#include "support/loopback_receiver.h"
#include "support/memory_folder.h"
#include "support/secret_corpus.h"

namespace container_kit::telemetry {
namespace {

std::string bytes_below(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += part + '\n';
  return all;
}

class PrivacyTest : public ::testing::Test {
 protected:
  Config config(PrivacyMode mode, const std::string& url) {
    Config made = Config::production();
    made.service_name = "privacy-test";
    made.trace_sample_rate = 1.0;
    made.privacy.mode = mode;
    made.flight_dir = flight_.path();
    made.spool_dir = spool_.path();
    made.otlp_traces.endpoint = url;
    made.otlp_metrics.endpoint = url;
    made.metrics_exporters = {MetricsExporter::kOtlp};
    made.exemplar_filter = ExemplarFilter::kAlwaysOn;
    made.log_level = LogLevel::kNone;
    return made;
  }

  // One span with the text in all its places, and a measurement with it.
  static void put(Manager& manager, const std::string& text) {
    const std::array<std::string_view, 3> list{"harmless", text, text};
    const std::array<Attribute, 2> inner{Attribute{"deep", text}, Attribute{"other", 1}};
    const std::array<Attribute, 2> map{Attribute{"text", text},
                                       Attribute{"map", std::span<const Attribute>(inner)}};
    const std::array<AttributeValue, 2> mixed{AttributeValue(1), AttributeValue(text)};
    const auto bytes = std::as_bytes(std::span<const char>(text));
    Link link;
    link.context.trace_id.bytes[0] = link.context.span_id.bytes[0] = 1;
    const std::array<Attribute, 1> of_link{Attribute{"link.text", text}};
    link.attributes = std::span<const Attribute>(of_link);
    ActiveSpan span = manager.tracing().start_span(
        text, {.attributes = {{"start.text", text}}, .links = std::span<const Link>(&link, 1)});
    span.set_attribute("plain", text);
    span.set_attributes({{"list", std::span<const std::string_view>(list)},
                         {"map", std::span<const Attribute>(map)},
                         {"mixed", std::span<const AttributeValue>(mixed)},
                         {"bytes", bytes},
                         {"longer", std::string(200, '-') + " " + text}});
    span.add_event(text);
    span.add_event("event", {{"event.text", text}, {"again", text}});
    span.add_link(link);
    span.record_exception(std::runtime_error("it failed: " + text));
    span.record_exception("type", text, "at main()\n  " + text + "\n");
    span.set_status(StatusCode::kError, text);
    span.update_name("renamed " + text);
    static_cast<void>(
        manager.tracing().tracer({.name = text, .version = text, .attributes = {{"of.scope", text}}}));
    auto counter = manager.metrics().meter().counter<std::int64_t>("texts");
    counter.add(1, {{"label", text}});
    manager.metrics().meter().histogram<double>("sizes").record(1.0, {{"label", text}});
    manager.instrument_tool_execution(text, [] {});
    Manager::record_event(text, {{"a", text}});
  }

  test::MemoryFolder flight_;
  test::MemoryFolder spool_;
};

// Which of the secrets are in the bytes.
std::vector<std::string> seen(const std::vector<test::SeededSecret>& secrets, const std::string& bytes) {
  std::vector<std::string> found;
  for (const test::SeededSecret& one : secrets) {
    if (bytes.find(one.secret) != std::string::npos) found.push_back(one.kind + ": " + one.text);
  }
  return found;
}

TEST_F(PrivacyTest, NoSeededSecretArrivesAnywhere) {
  const auto secrets = test::seeded_secrets();
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Config made = config(PrivacyMode::kProduction, receiver.url());
  for (std::size_t i = 0; i < secrets.size(); i += 10) {
    made.resource_attributes["seeded." + std::to_string(i)] = secrets[i].text;
  }
  Manager manager(made);
  ASSERT_TRUE(manager.initialize());
  for (const test::SeededSecret& one : secrets) put(manager, one.text);
  const std::string flight = bytes_below(flight_.path());
  EXPECT_NE(flight.find("start.text"), std::string::npos) << "not the buffer that the spans are in";
  EXPECT_EQ(joined(seen(secrets, flight)), "");
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  const std::string received = joined(receiver.requests());
  EXPECT_NE(received.find("start.text"), std::string::npos);
  EXPECT_NE(received.find("REDACTED"), std::string::npos);
  EXPECT_EQ(joined(seen(secrets, received)), "");
  EXPECT_EQ(joined(seen(secrets, manager.scrape("application/openmetrics-text").body)), "");
  EXPECT_GT(manager.health().privacy.masked, secrets.size() * 10);
}

// That the test above sees what there is to see.
TEST_F(PrivacyTest, SwitchedOffEverySecretArrives) {
  const auto secrets = test::seeded_secrets();
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Config made = config(PrivacyMode::kOff, receiver.url());
  // Nothing is drained before the flush below: a chunk that was drained is written again.
  made.schedule_delay = std::chrono::hours(1);
  made.max_queue_size = made.max_export_batch_size = std::size_t{1} << 20;
  Manager manager(made);
  ASSERT_TRUE(manager.initialize());
  for (const test::SeededSecret& one : secrets) put(manager, one.text);
  EXPECT_EQ(seen(secrets, bytes_below(flight_.path())).size(), secrets.size());
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  EXPECT_EQ(seen(secrets, joined(receiver.requests())).size(), secrets.size());
  EXPECT_FALSE(manager.health().privacy.enabled);
}

TEST_F(PrivacyTest, NoSecretIsSpooled) {
  const auto secrets = test::seeded_secrets();
  Manager manager(config(PrivacyMode::kOn, test::url_without_receiver()));
  ASSERT_TRUE(manager.initialize());
  for (const test::SeededSecret& one : secrets) put(manager, one.text);
  static_cast<void>(manager.shutdown(std::chrono::seconds(5)));
  const std::string spooled = bytes_below(spool_.path()) + bytes_below(flight_.path());
  EXPECT_NE(spooled.find("REDACTED"), std::string::npos) << "nothing was spooled";
  EXPECT_EQ(joined(seen(secrets, spooled)), "");
}

TEST_F(PrivacyTest, EveryHarmlessTextArrivesAsItIs) {
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Manager manager(config(PrivacyMode::kOn, receiver.url()));
  ASSERT_TRUE(manager.initialize());
  const auto texts = test::harmless_texts();
  for (const std::string& text : texts) {
    ActiveSpan span = manager.tracing().start_span("tool.look", {.attributes = {{"text", "[" + text + "]"}}});
    span.set_status(StatusCode::kError, "<" + text + ">");
    span.end();
  }
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  const std::string received = joined(receiver.requests());
  for (const std::string& text : texts) {
    EXPECT_NE(received.find("[" + text + "]"), std::string::npos) << text;
    EXPECT_NE(received.find("<" + text + ">"), std::string::npos) << text;
  }
  EXPECT_EQ(manager.health().privacy.masked, 0U);
}

TEST_F(PrivacyTest, ASecretKeysValueOfAnyTypeIsMasked) {
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Manager manager(config(PrivacyMode::kOn, receiver.url()));
  ASSERT_TRUE(manager.initialize());
  const std::string harmless = "harmless-looking";
  const std::array<std::string_view, 1> list{harmless};
  for (const std::string& key : test::secret_keys()) {
    const std::array<Attribute, 1> inner{Attribute{key, harmless}};
    ActiveSpan span = manager.tracing().start_span("tool.look");
    span.set_attribute(key, harmless);
    span.set_attributes(
        {{key, std::span<const std::string_view>(list)}, {"map", std::span<const Attribute>(inner)}});
    span.add_event("event", {{key, harmless}});
    manager.metrics().meter().counter<std::int64_t>("texts").add(1, {{key, harmless}});
  }
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  const std::string received = joined(receiver.requests());
  EXPECT_NE(received.find("client.secret"), std::string::npos);
  EXPECT_EQ(received.find(harmless), std::string::npos);
  EXPECT_EQ(manager.scrape().body.find(harmless), std::string::npos);
}

TEST_F(PrivacyTest, RulesDropMaskAndHashAndSetsThatBecomeEqualAreOneSeries) {
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Config made = config(PrivacyMode::kProduction, receiver.url());
  made.environment = "development";
  made.privacy.rules = {{.key = "user.id", .action = PrivacyAction::kHash},
                        {.key = "debug.*", .action = PrivacyAction::kDrop},
                        {.key = "user.name"}};
  Manager manager(made);
  ASSERT_TRUE(manager.initialize());
  auto counter = manager.metrics().meter().counter<std::int64_t>("visits");
  for (const char* user : {"joe", "jane", "jim"}) counter.add(1, {{"user.name", user}, {"debug.at", user}});
  {
    ActiveSpan span = manager.tracing().start_span("tool.look");
    span.set_attributes(
        {{"user.id", "joe-the-user"}, {"debug.note", "dropped-note"}, {"password", "kept-as-it-is"}});
    span.add_event("event", {{"debug.note", "dropped-note"}, {"kept", 1}});
  }
  EXPECT_NE(manager.scrape().body.find("visits_total{user_name=\"REDACTED\"} 3"), std::string::npos)
      << manager.scrape().body;
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  const std::string received = joined(receiver.requests());
  EXPECT_EQ(received.find("joe-the-user"), std::string::npos);
  EXPECT_NE(received.find("hash:"), std::string::npos);
  EXPECT_EQ(received.find("debug.note"), std::string::npos);
  EXPECT_NE(received.find("kept-as-it-is"), std::string::npos);
  const Health health = manager.health();
  EXPECT_EQ(health.privacy.dropped, 5U);
  EXPECT_EQ(health.privacy.hashed, 1U);
  EXPECT_EQ(health.privacy.masked, 3U);
  EXPECT_NE(health.to_json().find(R"("privacy":{"enabled":true,"dropped":5,"masked":3,"hashed":1})"),
            std::string::npos);
}

// A text is looked at before it is cut, or the first half of a secret would stay.
TEST_F(PrivacyTest, ASecretThatALimitCutsIsNotSeenInPart) {
  test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  Config made = config(PrivacyMode::kOn, receiver.url());
  made.attribute_value_length_limit = 20;
  Manager manager(made);
  ASSERT_TRUE(manager.initialize());
  {
    ActiveSpan span = manager.tracing().start_span("tool.look");
    span.set_attribute("note", "mail jonathan.doe@example.com");
    span.set_attribute("card", 4111111111111111);
    span.set_attribute("time", 1764088504000000000);
  }
  ASSERT_TRUE(manager.force_flush(std::chrono::seconds(60)));
  const std::string received = joined(receiver.requests());
  EXPECT_NE(received.find("mail REDACTED"), std::string::npos);
  EXPECT_EQ(received.find("jonathan"), std::string::npos);
}

}  // namespace
}  // namespace container_kit::telemetry
