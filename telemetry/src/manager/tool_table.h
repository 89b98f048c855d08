// From a tool's name to all that instrumenting a call of it takes: the span's name and attributes, and the
// bound metrics. Put together at the first call, found by one look-up at every other.
//
// Thread safety: find() from any thread; lock-free for a tool that is known.
// Ownership: the table keeps its tools for as long as it lives, kMaxTools of them at most.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/metrics.h>

#include "metrics/attribute_table.h"
#include "metrics/near_sets.h"
#include "trace/prepared_attributes.h"

namespace container_kit::telemetry {

struct InstrumentedTool {
  std::string span_name;
  std::string_view name;  // into span_name, as are those below
  std::array<Attribute, 2> span_attributes;
  trace::PreparedAttributes prepared;
  std::optional<Metrics::BoundTool> metrics;  // empty where series expire: they are looked up at each call

  InstrumentedTool(std::string_view tool, const privacy::Filter* privacy);
  InstrumentedTool(const InstrumentedTool&) = delete;
  InstrumentedTool& operator=(const InstrumentedTool&) = delete;

  static std::string span_name_of(std::string_view tool);
  static std::array<Attribute, 2> span_attributes_of(std::string_view tool) noexcept;
};

class ToolTable {
 public:
  explicit ToolTable(Metrics& metrics) : metrics_(metrics) {}

  // Before the first find().
  void set_series_expire(bool expire) noexcept { series_expire_ = expire; }
  void set_privacy(const privacy::Filter* filter) noexcept { privacy_ = filter; }

  // Null where there are too many tools, or no memory.
  const InstrumentedTool* find(std::string_view name) noexcept {
    const std::uint64_t hash = metrics::hash_bytes(name);
    Near& near = near_tools[(hash ^ owner_number_) % kNear];
    if (near.owner == owner_number_ && near.tool->name.size() == name.size() &&
        metrics::equal_bytes(near.tool->name.data(), name.data(), name.size())) [[likely]] {
      return near.tool;
    }
    return find_far(near, name);
  }

 private:
  // The tools that this thread used last.
  struct Near {
    std::uint64_t owner;
    const InstrumentedTool* tool;
  };
  struct Entry : metrics::TableEntry {
    Entry(std::string_view name, const privacy::Filter* filter) : tool(name, filter) {}
    InstrumentedTool tool;
    std::string bytes;
  };
  static constexpr std::size_t kNear = 32;
  static constexpr std::size_t kMaxTools = 10'000;
  // NOLINTNEXTLINE(readability-identifier-naming,cppcoreguidelines-avoid-c-arrays)
  static inline constinit thread_local Near near_tools[kNear] = {};

  const InstrumentedTool* find_far(Near& near, std::string_view name) noexcept;
  const metrics::TableEntry* add(std::string_view name, Attributes set, std::uint64_t hash);

  Metrics& metrics_;
  bool series_expire_ = false;
  const privacy::Filter* privacy_ = nullptr;
  const std::uint64_t owner_number_ = metrics::make_owner_number();
  std::mutex mutex_;  // guards adding
  std::atomic<bool> full_{false};
  metrics::AttributeTable table_;
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace container_kit::telemetry
