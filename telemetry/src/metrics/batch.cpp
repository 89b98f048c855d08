// The look-up table behind Batch: from an attribute set to the bound targets of every instrument.
#include <algorithm>
#include <exception>
#include <mutex>
#include <vector>

#include <container_kit/telemetry/batch.h>

#include "metrics/attribute_table.h"
#include "metrics/instrument.h"

namespace container_kit::telemetry::detail {

// Thread safety: find() from any thread; add() takes the mutex.
// Invariant: an entry and its targets never change once they can be found.
class BatchTable {
 public:
  explicit BatchTable(std::vector<std::shared_ptr<Instrument>> instruments)
      : instruments_(std::move(instruments)) {}

  std::uint64_t owner_number() const noexcept { return owner_number_; }

  metrics::TableEntry* find(Attributes attributes, metrics::SetHash hash) const noexcept {
    return hash.plain ? table_.find(attributes, hash.value) : nullptr;
  }

  metrics::TableEntry* add(Attributes attributes, metrics::SetHash hash) {
    constexpr std::size_t kMaxSets = 10'000;  // beyond it every instrument's own limit still holds
    if (!hash.plain) return nullptr;
    const std::scoped_lock lock(mutex_);
    if (metrics::TableEntry* found = find(attributes, hash)) return found;
    if (sets_.size() >= kMaxSets) return nullptr;
    auto set = std::make_unique<Set>();
    set->bytes.resize(metrics::PackedSet::packed_size(attributes));
    metrics::PackedSet::pack(attributes, set->bytes.data());
    for (const auto& instrument : instruments_) set->targets.push_back(bind(instrument, attributes));
    set->hash = hash.value;
    set->packed = set->bytes.data();
    set->count = static_cast<std::uint32_t>(attributes.size());
    set->target = set->targets.data();
    table_.insert(set.get());
    sets_.push_back(std::move(set));
    return sets_.back().get();
  }

 private:
  struct Set : metrics::TableEntry {
    std::vector<char> bytes;
    std::vector<BoundTarget> targets;
  };

  const std::uint64_t owner_number_ = metrics::make_owner_number();
  const std::vector<std::shared_ptr<Instrument>> instruments_;
  std::mutex mutex_;
  metrics::AttributeTable table_;
  std::vector<std::unique_ptr<Set>> sets_;
};

std::shared_ptr<BatchTable> make_batch_table(const std::shared_ptr<Instrument>* instruments,
                                             std::size_t count) noexcept {
  // A table would keep its series for good; where series expire, each instrument looks the set up by itself.
  const auto expires = [](const std::shared_ptr<Instrument>& each) {
    return each != nullptr && each->expires();
  };
  if (std::any_of(instruments, instruments + count, expires)) return nullptr;
  try {
    return std::make_shared<BatchTable>(
        std::vector<std::shared_ptr<Instrument>>(instruments, instruments + count));
  } catch (const std::exception&) {
    return nullptr;
  }
}

namespace {

const BoundTarget* targets_of(const metrics::TableEntry& entry) noexcept {
  return static_cast<const BoundTarget*>(entry.target);
}

// For a set that this thread has not used lately.
const BoundTarget* find_far(BatchTable& table, metrics::NearSet& near, Attributes attributes) noexcept {
  const metrics::SetHash hash = metrics::hash_attributes(attributes);
  metrics::TableEntry* entry = table.find(attributes, hash);
  try {
    if (entry == nullptr) entry = table.add(attributes, hash);
  } catch (const std::exception&) {
    // Out of memory.
  }
  if (entry == nullptr) return nullptr;
  near = {table.owner_number(), entry};
  return targets_of(*entry);
}

}  // namespace

const BoundTarget* find_targets(BatchTable& table, Attributes attributes) noexcept {
  metrics::NearSet& near = metrics::near_set(table.owner_number(), attributes);
  if (near.is(table.owner_number(), attributes)) [[likely]]
    return targets_of(*near.entry);
  return find_far(table, near, attributes);
}

}  // namespace container_kit::telemetry::detail
