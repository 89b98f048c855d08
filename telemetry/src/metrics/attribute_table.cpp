#include "metrics/attribute_table.h"

#include <utility>

namespace container_kit::telemetry::metrics {

AttributeTable::AttributeTable() : current_(make_slots(16)) {
  slots_.store(current_.get(), std::memory_order_release);
}

AttributeTable::~AttributeTable() = default;

AttributeTable::OwnedSlots AttributeTable::make_slots(std::size_t size) {
  void* memory = ::operator new(sizeof(Slots) + size * sizeof(std::atomic<std::uint64_t>));
  OwnedSlots slots(new (memory) Slots{size - 1});
  std::uninitialized_value_construct_n(slots->at(), size);
  return slots;
}

void AttributeTable::place(Slots& slots, TableEntry* entry) noexcept {
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(entry));
  std::uint64_t i = entry->hash & slots.mask;
  while (slots.at()[i].load(std::memory_order_relaxed) != 0) i = (i + 1) & slots.mask;
  slots.at()[i].store((entry->hash & ~kAddressMask) | address, std::memory_order_release);
}

void AttributeTable::publish(OwnedSlots next) {
  retired_.reserve(retired_.size() + 1);  // so that nothing throws once the table is published
  slots_.store(next.get(), std::memory_order_seq_cst);
  retired_.push_back(std::exchange(current_, std::move(next)));
}

void AttributeTable::insert(TableEntry* entry) {
  const std::size_t capacity = current_->mask + 1;
  if ((size_ + 1) * 3 > capacity * 2) {
    auto grown = make_slots(capacity * 2);
    for (std::size_t i = 0; i < capacity; ++i) {
      const std::uint64_t slot = current_->at()[i].load(std::memory_order_relaxed);
      if (slot != 0) place(*grown, entry_of(slot));
    }
    publish(std::move(grown));
  }
  place(*current_, entry);
  ++size_;
}

void AttributeTable::replace_all(const std::vector<TableEntry*>& entries) {
  std::size_t capacity = 16;
  while (entries.size() * 3 > capacity * 2) capacity *= 2;
  auto next = make_slots(capacity);
  for (TableEntry* entry : entries) place(*next, entry);
  publish(std::move(next));
  size_ = entries.size();
}

}  // namespace container_kit::telemetry::metrics
