// The storage under every instrument: 64-bit words, one copy of each per recording thread.
//
// Used by the inline fast paths of instruments.h and by the metrics engine; not for users.
//
// A series owns a run of words, named by a CellRef. Every thread that records has a slot, and every slot its
// own copy of the word space, cut in blocks that are made when the thread first touches them. So a word has
// one writer, which updates it with a plain load and a plain store, and collectors add up the copies.
//
// A slot is handed to another thread when its owner ends. The new owner goes on adding to the same words, so
// threads may come and go and no count is lost or has to be moved. Ownership passes through the pool's mutex.
//
// Memory order: words are relaxed atomics, because each is its own fact; a block is published with release
// and found with acquire, so that a collector sees its zeroes. Slot 0 belongs to no thread: those that find
// the pool empty, or record while their thread-local storage is being destroyed, share it under a mutex.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>

namespace container_kit::telemetry::detail {

using Word = std::atomic<std::uint64_t>;
using Block = std::atomic<Word*>;

inline constexpr std::uint32_t kBlockWords = 1024;
inline constexpr std::uint32_t kMaxBlocks = 1U << 16U;

// A run of words that starts in `block` at `offset` and does not leave it. Block 0 is never given out.
struct CellRef {
  std::uint32_t block = 0;
  std::uint32_t offset = 0;
};

// What a thread that has no slot yet sees: every block missing.
extern Block kNoBlocks[kMaxBlocks];  // NOLINT(readability-identifier-naming): never written to

// This thread's block directory. Only the thread itself reads or writes the pointer.
inline constinit thread_local Block* thread_blocks = kNoBlocks;

// Where the calling thread may write the run, or null where it has none yet.
inline Word* find_cell(CellRef ref) noexcept {
  Word* block = thread_blocks[ref.block].load(std::memory_order_relaxed);
  return block != nullptr ? block + ref.offset : nullptr;
}

// The rare case of find_cell(): gives the thread a slot and the block, or lends it the shared slot.
// The mutex, where one is taken, is held until release().
class CellLease {
 public:
  explicit CellLease(CellRef ref) noexcept;
  ~CellLease();
  CellLease(const CellLease&) = delete;
  CellLease& operator=(const CellLease&) = delete;

  // Null only when memory ran out; the measurement is then counted as dropped by the arena.
  Word* cell() const noexcept { return cell_; }

 private:
  Word* cell_ = nullptr;
  bool shared_ = false;
};

inline std::uint64_t read_word(const Word& word) noexcept {
  return word.load(std::memory_order_relaxed);
}
inline void write_word(Word& word, std::uint64_t value) noexcept {
  word.store(value, std::memory_order_relaxed);
}
inline double read_double(const Word& word) noexcept {
  return std::bit_cast<double>(read_word(word));
}
inline void write_double(Word& word, double value) noexcept {
  write_word(word, std::bit_cast<std::uint64_t>(value));
}

inline void add_to_word(Word& word, std::int64_t value) noexcept {
  write_word(word, read_word(word) + static_cast<std::uint64_t>(value));
}
inline void add_to_word(Word& word, double value) noexcept {
  write_double(word, read_double(word) + value);
}

}  // namespace container_kit::telemetry::detail
