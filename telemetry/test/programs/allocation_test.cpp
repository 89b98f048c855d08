// Recording allocates nothing once a set has been used: counted by this program's own operator new, which is
// why it is a program of its own.
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/batch.h>
#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/meter_provider.h>

namespace {

constinit thread_local std::uint64_t allocations = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, rounded)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new[](std::size_t size) {
  return allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace container_kit::telemetry {
namespace {

// Of the calling thread, over calls of `record` after the first two.
std::uint64_t after_first_use(const std::function<void(int)>& record) {
  for (int i = 0; i < 2; ++i) record(i);
  const std::uint64_t before = allocations;
  for (int i = 2; i < 1000; ++i) record(i);
  return allocations - before;
}

// Zero in the thread that was first and in another one.
void expect_none(const char* what, const std::function<void(int)>& record) {
  EXPECT_EQ(after_first_use(record), 0U) << what;
  std::uint64_t elsewhere = 1;
  std::thread([&] { elsewhere = after_first_use(record); }).join();
  EXPECT_EQ(elsewhere, 0U) << what << ", in another thread";
}

struct Engine {
  const char* what;
  ExemplarFilter exemplars;
  std::chrono::milliseconds expiry;
  bool two_views;
};

class Allocations : public ::testing::TestWithParam<Engine> {
 protected:
  static MetricsOptions options() {
    MetricsOptions options;
    options.exemplar_filter = GetParam().exemplars;
    options.series_expiry = GetParam().expiry;
    View& view = options.views.emplace_back();
    view.select.instrument_name = "exponential";
    view.aggregation.kind = AggregationKind::kExponentialHistogram;
    if (GetParam().two_views) {
      options.views.emplace_back();
      options.views.emplace_back().exclude_keys = {"status"};
    }
    return options;
  }

  MeterProvider provider_{options()};
  Meter meter_ = provider_.meter("test");
  Counter<std::int64_t> counter_ = meter_.counter<std::int64_t>("counter");
  UpDownCounter<double> up_down_ = meter_.up_down_counter<double>("up_down");
  Gauge<double> gauge_ = meter_.gauge<double>("gauge");
  Histogram<double> histogram_ = meter_.histogram<double>("histogram", {.boundaries = {{1, 10, 100}}});
  Histogram<double> exponential_ = meter_.histogram<double>("exponential");
};

TEST_P(Allocations, TheCountWorks) {
  EXPECT_GE(after_first_use([this](int i) { counter_.add(1, {{"new", i}}); }), 998U);
}

TEST_P(Allocations, BoundInstrumentsMakeNone) {
  const std::string name = "a value that is too long for any small buffer";
  auto counter = counter_.bind({{"tool.name", name}});
  auto up_down = up_down_.bind({{"tool.name", name}});
  auto gauge = gauge_.bind({{"tool.name", name}});
  auto histogram = histogram_.bind({{"tool.name", name}});
  auto exponential = exponential_.bind({{"tool.name", name}});
  expect_none("counter", [&](int i) { counter.add(i); });
  expect_none("up-down counter", [&](int i) { up_down.add(-i); });
  expect_none("gauge", [&](int i) { gauge.record(i); });
  expect_none("histogram", [&](int i) { histogram.record(i); });
  expect_none("exponential histogram", [&](int i) { exponential.record(i * i); });
}

TEST_P(Allocations, KnownAttributesMakeNone) {
  const std::string name = "a value that is too long for any small buffer";
  expect_none("counter", [&](int i) { counter_.add(i, {{"tool.name", name}, {"status", 200}}); });
  expect_none("counter, the other way round", [&](int i) {
    counter_.add(i, {{"status", i % 2 == 0}, {"tool.name", name}});
  });
  expect_none("up-down counter", [&](int i) { up_down_.add(-i, {{"tool.name", name}, {"rate", 0.5}}); });
  expect_none("gauge", [&](int i) { gauge_.record(i, {{"tool.name", name}}); });
  expect_none("histogram", [&](int i) { histogram_.record(i, {{"tool.name", name}, {"status", "ok"}}); });
  expect_none("exponential histogram", [&](int i) {
    exponential_.record(i * i, {{"tool.name", name}, {"status", "ok"}});
  });
  expect_none("no attributes", [&](int i) { counter_.add(i); });
}

TEST_P(Allocations, BatchesMakeNone) {
  Batch batch{counter_, histogram_, exponential_};
  auto bound = batch.bind({{"tool.name", "bound"}});
  expect_none("batch", [&](int i) { batch.record({{"tool.name", "analyze"}}, i, i, i); });
  expect_none("bound batch", [&](int i) { bound.record(i, i, i); });
}

Config tool_config(double sample_rate) {
  Config config;
  config.service_name = "allocation-test";
  config.traces_to_nowhere = true;
  config.trace_sample_rate = sample_rate;
  config.log_level = LogLevel::kNone;
  return config;
}

// A span, its attributes, two counters and a histogram with exemplars, for which room is made at the first
// call that is sampled.
TEST(ToolCalls, MakeNoneWhetherSampledOrNot) {
  for (const double sample_rate : {1.0, 0.0}) {
    Manager manager{tool_config(sample_rate)};
    ASSERT_TRUE(manager.initialize());
    std::int64_t sum = 0;
    const auto one = [&](int i) {
      sum += manager.instrument_tool_execution("a tool whose name is too long for any small buffer",
                                               [i] { return i; });
    };
    const auto nested = [&](int) {
      manager.instrument_tool_execution("outer", [&] { manager.instrument_tool_execution("inner", [] {}); });
    };
    for (int call = 0; call < 100; ++call) {
      one(0);
      nested(0);
    }
    expect_none("a tool", one);
    expect_none("a tool inside another", nested);
    EXPECT_EQ(sum, 2 * 999 * 1000 / 2);
    const std::string metrics = manager.scrape().body;
    EXPECT_NE(metrics.find("tool_execution_total{tool_name=\"inner\"} 2100\n"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Engines, Allocations,
    ::testing::Values(Engine{"Plain", ExemplarFilter::kTraceBased, std::chrono::seconds(0), false},
                      Engine{"Exemplars", ExemplarFilter::kAlwaysOn, std::chrono::seconds(0), false},
                      Engine{"Expiry", ExemplarFilter::kTraceBased, std::chrono::hours(1), false},
                      Engine{"Views", ExemplarFilter::kTraceBased, std::chrono::seconds(0), true}),
    [](const ::testing::TestParamInfo<Engine>& engine) { return std::string(engine.param.what); });

}  // namespace
}  // namespace container_kit::telemetry
