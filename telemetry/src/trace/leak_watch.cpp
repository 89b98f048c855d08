#include "trace/leak_watch.h"

#include <algorithm>
#include <cstring>

#include "base/json_text.h"
#include "trace/slot_claim.h"
#include "trace/span_fields.h"

namespace container_kit::telemetry::trace {
namespace {

constexpr std::size_t kMostAbove = 8;

std::string text_of(const SpanField& field) {
  return {reinterpret_cast<const char*>(field.body), field.body_size};
}

}  // namespace

std::string SpanLeak::describe() const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  std::string line = "span leak: name=";
  base::append_json_string(line, name);
  line += " age=" + std::to_string(seconds) + "s trace_id=" + trace_id.to_hex() +
          " span_id=" + span_id.to_hex() + " scope=";
  base::append_json_string(line, scope);
  if (!below.empty()) base::append_json_string(line += " below=", below);
  return line + "; end it, or raise CONTAINER_KIT_SPAN_LEAK_AFTER";
}

std::vector<SpanLeak> LeakWatch::look() {
  std::vector<SpanLeak> fresh;
  Found found;
  if (limit_.count() <= 0) return fresh;
  std::vector<Live> live = live_spans();
  std::unordered_map<std::uint32_t, std::uint64_t> named;
  for (Live& one : live) {
    if (!one.has_leaked) continue;
    ++found.count;
    if (one.leak.age > found.oldest) {
      found.oldest = one.leak.age;
      found.oldest_name = one.leak.name;
    }
    const auto known = named_.find(one.slot);
    const bool is_known = known != named_.end() && known->second == one.ticket;
    if (!is_known && fresh.size() == kMostNamed) continue;
    named[one.slot] = one.ticket;
    if (is_known) continue;
    const Live* above = &one;
    for (std::size_t depth = 0; depth < kMostAbove && above->parent.is_valid(); ++depth) {
      const auto parent = std::find_if(live.begin(), live.end(), [above](const Live& other) {
        return other.leak.span_id == above->parent && other.leak.trace_id == above->leak.trace_id;
      });
      if (parent == live.end() || &*parent == above) break;
      one.leak.below = parent->leak.name + (one.leak.below.empty() ? "" : " > ") + one.leak.below;
      above = &*parent;
    }
    fresh.push_back(one.leak);
  }
  named_ = std::move(named);
  const std::lock_guard lock(mutex_);
  found_ = std::move(found);
  return fresh;
}

LeakWatch::Found LeakWatch::found() const {
  const std::lock_guard lock(mutex_);
  return found_;
}

// Slots are used from the lowest on, and the look ends when as many were found as there are: what was never
// used is not touched, and takes no memory.
std::vector<LeakWatch::Live> LeakWatch::live_spans() {
  const Totals totals = engine_.totals();
  const std::uint64_t expected = totals.started - std::min(totals.started, totals.ended);
  std::vector<Live> live;
  const std::uint32_t slots = engine_.buffer().shape().slots;
  for (std::uint32_t index = 0; index < slots && live.size() < expected; ++index) {
    Live one{};
    if (read(index, one)) live.push_back(std::move(one));
  }
  return live;
}

// False where no span lives in the slot.
bool LeakWatch::read(std::uint32_t index, Live& live) {
  Slot& slot = engine_.buffer().slot(index);
  if (slot.state.load(std::memory_order_acquire) != SlotState::kLive) return false;
  live.slot = index;
  live.ticket = slot.ticket.load(std::memory_order_relaxed);
  std::string bytes;
  std::uint16_t scope = 0;
  bytes.reserve(kInlineBytes);  // not under the claim, which others may wait for
  {
    const SlotClaim claim(SpanRef{&engine_, &slot, live.ticket});
    if (!claim || slot.state.load(std::memory_order_relaxed) != SlotState::kLive) return false;
    const auto* const from = reinterpret_cast<const char*>(engine_.buffer().slot_bytes(slot));
    bytes.assign(from, std::min<std::size_t>(slot.length.load(std::memory_order_relaxed), kInlineBytes));
    scope = slot.scope;
  }
  if (bytes.size() < kPrefixSize) return false;
  std::int64_t start = 0;
  std::memcpy(&start, bytes.data() + kStartTimeAt, sizeof start);
  std::memcpy(live.leak.trace_id.bytes.data(), bytes.data() + kTraceIdAt, live.leak.trace_id.bytes.size());
  std::memcpy(live.leak.span_id.bytes.data(), bytes.data() + kSpanIdAt, live.leak.span_id.bytes.size());
  live.leak.age = std::chrono::nanoseconds(engine_.clock().now() - start);
  live.has_leaked = live.leak.age >= limit_;
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (SpanFieldReader reader(begin, bytes.size(), kPrefixSize); reader.next();) {
    const SpanField& field = reader.field();
    if (field.tag == kTagName) live.leak.name = text_of(field);
    if (field.tag == kTagParentSpanId && field.body_size == live.parent.bytes.size()) {
      std::memcpy(live.parent.bytes.data(), field.body, field.body_size);
    }
  }
  live.leak.scope = engine_.scope(scope).name;
  return true;
}

}  // namespace container_kit::telemetry::trace
