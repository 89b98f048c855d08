// From an attribute set, as it was given, to what belongs to it: one lock-free probe of an open table.
//
// Thread safety: find() from any thread at any time; insert() and replace_all() need the owner's mutex.
// Invariants: an entry never changes once inserted; a table is at most two thirds full, so probing ends.
// Memory order: a slot is stored with release and loaded with acquire, so an entry is seen complete. A grown
// table is published the same way; readers of the old one see every entry that was there before.
// Old tables are kept until the owner says that no reader can hold them: reclaim().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "metrics/attribute_set.h"

namespace container_kit::telemetry::metrics {

// What the table stores. The owner allocates entries and keeps them alive while they can be found.
struct TableEntry {
  std::uint64_t hash = 0;
  const char* packed = nullptr;
  std::uint32_t count = 0;
  void* target = nullptr;

  PackedSet set() const noexcept { return {packed, count}; }
};

class AttributeTable {
 public:
  AttributeTable();
  ~AttributeTable();
  AttributeTable(const AttributeTable&) = delete;
  AttributeTable& operator=(const AttributeTable&) = delete;

  // The entry of these attributes in this order, or null. Precondition: all values plain, hash is theirs.
  TableEntry* find(Attributes attributes, std::uint64_t hash) const noexcept {
    // Sequentially consistent for record_section.h; where loads are ordered anyway it costs no more than
    // acquire.
    Slots& slots = *slots_.load(std::memory_order_seq_cst);
    for (std::uint64_t i = hash;; ++i) {
      const std::uint64_t slot = slots.at()[i & slots.mask].load(std::memory_order_acquire);
      if (slot == 0) return nullptr;
      if ((slot ^ hash) >> kAddressBits != 0) continue;
      auto* entry = entry_of(slot);
      if (entry->hash == hash && entry->set().equals(attributes)) return entry;
    }
  }

  void insert(TableEntry* entry);
  // Publishes a table of exactly these entries; the others can be found no more.
  void replace_all(const std::vector<TableEntry*>& entries);
  // How many tables replace_all() and growth have left behind.
  std::size_t retired() const noexcept { return retired_.size(); }
  // Frees the first `count` of them. Precondition: no find() that began before they were left is still
  // running.
  void reclaim(std::size_t count) noexcept {
    retired_.erase(retired_.begin(), retired_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  std::size_t size() const noexcept { return size_; }

 private:
  // The upper bits of a slot repeat the hash's; user space addresses fit the rest.
  static constexpr unsigned kAddressBits = 48;
  static constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << kAddressBits) - 1;

  // The slots follow in the same allocation, which saves a look-up one load.
  struct Slots {
    std::uint64_t mask;
    std::atomic<std::uint64_t>* at() noexcept {
      return reinterpret_cast<std::atomic<std::uint64_t>*>(this + 1);
    }
  };
  struct FreeSlots {
    void operator()(Slots* slots) const noexcept { ::operator delete(slots); }
  };
  using OwnedSlots = std::unique_ptr<Slots, FreeSlots>;

  static TableEntry* entry_of(std::uint64_t slot) noexcept {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the tag and the address share one atomic word
    return reinterpret_cast<TableEntry*>(slot & kAddressMask);
  }
  static OwnedSlots make_slots(std::size_t size);
  static void place(Slots& slots, TableEntry* entry) noexcept;
  void publish(OwnedSlots next);

  std::atomic<Slots*> slots_;
  OwnedSlots current_;
  std::vector<OwnedSlots> retired_;
  std::size_t size_ = 0;
};

}  // namespace container_kit::telemetry::metrics
