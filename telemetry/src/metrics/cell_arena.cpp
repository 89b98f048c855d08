#include "metrics/cell_arena.h"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include <sys/mman.h>

// Null where the program runs without it.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): its name
extern "C" [[gnu::weak]] void __lsan_register_root_region(const void* begin, std::size_t size);

namespace container_kit::telemetry::detail {

Block kNoBlocks[kMaxBlocks];

}  // namespace container_kit::telemetry::detail

namespace container_kit::telemetry::metrics {
namespace {

using detail::Block;
using detail::CellRef;
using detail::kBlockWords;
using detail::kMaxBlocks;
using detail::Word;

constexpr std::uint32_t kSharedSlot = 0;
constexpr std::uint32_t kNoSlot = UINT32_MAX;

// All of it is reached through one pointer that is never freed, so that no destructor order can matter.
struct State {
  std::mutex mutex;         // guards everything but the atomics
  std::mutex shared_mutex;  // held while a thread writes through the shared slot
  std::array<std::atomic<Block*>, CellArena::kMaxSlots> directories{};
  std::atomic<std::uint32_t> slot_count{1};
  std::vector<std::uint32_t> free_slots;
  std::array<std::atomic<std::uint32_t>, kMaxBlocks> block_words{};  // size of each block, 0 = not given out
  std::uint32_t next_block = 1;
  CellRef open{0, kBlockWords};  // where the next small run starts
  std::map<std::uint32_t, std::vector<CellRef>> free_runs;
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> dropped{0};
};

State& state() noexcept {
  static auto* const everywhere = new State;
  return *everywhere;
}

// A directory is 512 KiB of address space; the pages that are never touched cost nothing. LeakSanitizer,
// where it runs, is told to look for blocks there.
Block* make_directory() noexcept {
  void* memory = ::mmap(nullptr, sizeof(Block) * kMaxBlocks, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  if (&__lsan_register_root_region != nullptr)
    __lsan_register_root_region(memory, sizeof(Block) * kMaxBlocks);
  // Zeroed memory is an array of null atomics on every platform we build for.
  return static_cast<Block*>(memory);
}

Block* directory_of(std::uint32_t slot) noexcept {
  State& s = state();
  Block* directory = s.directories[slot].load(std::memory_order_acquire);
  if (directory != nullptr) return directory;
  directory = make_directory();
  s.directories[slot].store(directory, std::memory_order_release);
  return directory;
}

Word* make_block(Block& entry, std::uint32_t index) noexcept {
  State& s = state();
  const std::uint32_t words = s.block_words[index].load(std::memory_order_relaxed);
  Word* block = words == 0 ? nullptr : new (std::nothrow) Word[words]();
  if (block == nullptr) return nullptr;
  s.bytes.fetch_add(words * sizeof(Word), std::memory_order_relaxed);
  entry.store(block, std::memory_order_release);
  return block;
}

Word* touch(Block* directory, CellRef ref) noexcept {
  if (directory == nullptr || ref.block == 0) return nullptr;
  Block& entry = directory[ref.block];
  Word* block = entry.load(std::memory_order_relaxed);
  if (block == nullptr) block = make_block(entry, ref.block);
  return block == nullptr ? nullptr : block + ref.offset;
}

std::uint32_t take_slot() noexcept {
  State& s = state();
  const std::scoped_lock lock(s.mutex);
  if (!s.free_slots.empty()) {
    const std::uint32_t slot = s.free_slots.back();
    s.free_slots.pop_back();
    return slot;
  }
  const std::uint32_t next = s.slot_count.load(std::memory_order_relaxed);
  if (next >= CellArena::kMaxSlots) return kNoSlot;
  if (directory_of(next) == nullptr) return kNoSlot;
  s.slot_count.store(next + 1, std::memory_order_release);
  return next;
}

void return_slot(std::uint32_t slot) noexcept {
  State& s = state();
  const std::scoped_lock lock(s.mutex);
  s.free_slots.push_back(slot);
}

// Holds the thread's slot. Its destructor may run before other thread-local destructors that still record;
// those find `ended` and use the shared slot.
struct ThreadSlot {
  std::uint32_t slot = kNoSlot;

  ~ThreadSlot();
};

constinit thread_local bool thread_ended = false;
thread_local ThreadSlot thread_slot;

ThreadSlot::~ThreadSlot() {
  thread_ended = true;
  detail::thread_blocks = detail::kNoBlocks;
  if (slot != kNoSlot) return_slot(slot);
}

bool claim_slot() noexcept {
  if (thread_ended) return false;
  if (thread_slot.slot == kNoSlot) thread_slot.slot = take_slot();
  if (thread_slot.slot == kNoSlot) return false;
  detail::thread_blocks = directory_of(thread_slot.slot);
  return true;
}

CellRef open_block(State& s, std::uint32_t words) noexcept {
  if (s.next_block >= kMaxBlocks) return {};
  s.block_words[s.next_block].store(words, std::memory_order_relaxed);
  return {s.next_block++, 0};
}

}  // namespace

CellArena& CellArena::instance() noexcept {
  static CellArena arena;
  return arena;
}

CellRef CellArena::allocate(std::uint32_t words) noexcept {
  State& s = state();
  const std::scoped_lock lock(s.mutex);
  if (words == 0 || words > kMaxRun) return {};
  auto free = s.free_runs.find(words);
  if (free != s.free_runs.end() && !free->second.empty()) {
    const CellRef ref = free->second.back();
    free->second.pop_back();
    return ref;
  }
  if (words > kBlockWords) return open_block(s, words);
  if (s.open.offset + words > kBlockWords) {
    const CellRef fresh = open_block(s, kBlockWords);
    if (fresh.block == 0) return {};
    s.open = fresh;
  }
  const CellRef ref = s.open;
  s.open.offset += words;
  return ref;
}

void CellArena::release(CellRef ref, std::uint32_t words) noexcept {
  State& s = state();
  if (ref.block == 0) return;
  const std::scoped_lock lock(s.mutex);
  for (std::uint32_t slot = 0; slot < slots(); ++slot) {
    Block* directory = s.directories[slot].load(std::memory_order_acquire);
    Word* block = directory == nullptr ? nullptr : directory[ref.block].load(std::memory_order_acquire);
    if (block == nullptr) continue;
    for (std::uint32_t i = 0; i < words; ++i) detail::write_word(block[ref.offset + i], 0);
  }
  s.free_runs[words].push_back(ref);
}

std::uint32_t CellArena::slots() const noexcept {
  return state().slot_count.load(std::memory_order_acquire);
}

const Word* CellArena::copy(std::uint32_t slot, CellRef ref) const noexcept {
  const Block* directory = state().directories[slot].load(std::memory_order_acquire);
  if (directory == nullptr) return nullptr;
  const Word* block = directory[ref.block].load(std::memory_order_acquire);
  return block == nullptr ? nullptr : block + ref.offset;
}

Word* CellArena::shared_copy(CellRef ref) noexcept {
  const std::scoped_lock lock(state().shared_mutex);
  return touch(directory_of(kSharedSlot), ref);
}

std::uint64_t CellArena::allocated_bytes() const noexcept {
  return state().bytes.load(std::memory_order_relaxed);
}

std::uint64_t CellArena::dropped() const noexcept {
  return state().dropped.load(std::memory_order_relaxed);
}

}  // namespace container_kit::telemetry::metrics

namespace container_kit::telemetry::detail {

CellLease::CellLease(CellRef ref) noexcept {
  if (metrics::claim_slot()) {
    cell_ = metrics::touch(thread_blocks, ref);
  } else {
    shared_ = true;
    metrics::state().shared_mutex.lock();
    cell_ = metrics::touch(metrics::directory_of(metrics::kSharedSlot), ref);
  }
  if (cell_ == nullptr) metrics::state().dropped.fetch_add(1, std::memory_order_relaxed);
}

CellLease::~CellLease() {
  if (shared_) metrics::state().shared_mutex.unlock();
}

}  // namespace container_kit::telemetry::detail
