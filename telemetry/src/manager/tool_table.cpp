#include "manager/tool_table.h"

#include <exception>
#include <utility>

namespace container_kit::telemetry {
namespace {

constexpr std::string_view kPrefix = "tool.";

}  // namespace

std::string InstrumentedTool::span_name_of(std::string_view tool) {
  return std::string(kPrefix).append(tool);
}

std::array<Attribute, 2> InstrumentedTool::span_attributes_of(std::string_view tool) noexcept {
  return {Attribute{"tool.name", tool}, Attribute{"operation.type", "tool_execution"}};
}

InstrumentedTool::InstrumentedTool(std::string_view tool, const privacy::Filter* privacy)
    : span_name(span_name_of(tool)),
      name(std::string_view(span_name).substr(kPrefix.size())),
      span_attributes(span_attributes_of(name)),
      prepared(std::span<const Attribute>(span_attributes), privacy) {}

const InstrumentedTool* ToolTable::find_far(Near& near, std::string_view name) noexcept {
  const Attribute key{"tool.name", name};
  const Attributes set(std::span<const Attribute>(&key, 1));
  const std::uint64_t hash = metrics::hash_attributes(set).value;
  const metrics::TableEntry* entry = table_.find(set, hash);
  try {
    if (entry == nullptr && !full_.load(std::memory_order_relaxed)) entry = add(name, set, hash);
  } catch (const std::exception&) {
    // Out of memory.
  }
  if (entry == nullptr) return nullptr;
  near = {owner_number_, static_cast<const InstrumentedTool*>(entry->target)};
  return near.tool;
}

const metrics::TableEntry* ToolTable::add(std::string_view name, Attributes set, std::uint64_t hash) {
  auto made = std::make_unique<Entry>(name, privacy_);
  made->bytes.resize(metrics::PackedSet::packed_size(set));
  metrics::PackedSet::pack(set, made->bytes.data());
  made->hash = hash;
  made->packed = made->bytes.data();
  made->count = 1;
  made->target = &made->tool;
  // Not under the mutex: a new series may be reported, and whoever hears of it may call a tool.
  if (!series_expire_) made->tool.metrics = metrics_.bind_tool(name);
  const std::scoped_lock lock(mutex_);
  if (const metrics::TableEntry* found = table_.find(set, hash)) return found;
  entries_.push_back(std::move(made));
  table_.insert(entries_.back().get());
  full_.store(entries_.size() >= kMaxTools, std::memory_order_relaxed);
  return entries_.back().get();
}

}  // namespace container_kit::telemetry
