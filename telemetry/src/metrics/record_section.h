// A stretch of a thread's work in which it may hold series that expire.
//
// Recording by attributes finds a series and then adds to it; in between the series could expire. Where
// series can expire, both happen inside a RecordSection. Whoever takes series away makes them impossible to
// find, notes with OpenSections who is inside a section at that moment, and frees nothing until all of those
// have left it: whoever enters later cannot find what was taken away.
//
// Thread safety: a RecordSection belongs to its thread and may be nested. OpenSections may be used from any
// thread. Memory order: entering is a sequentially consistent exchange before the table is loaded, and taking
// away is a sequentially consistent store of the table before the words are read. So either the reader's word
// is seen, or the reader sees the new table. Leaving is a release that passed() acquires: what was recorded
// inside is visible then.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace container_kit::telemetry::metrics {

// One thread's word: odd while it is inside a section. Linked into a list of all while it lives.
struct SectionNode {
  std::atomic<std::uint64_t> word{0};
  std::uint64_t id = 0;
  SectionNode* next = nullptr;
  SectionNode* previous = nullptr;
};

class RecordSection {
 public:
  // Does nothing unless `wanted`.
  explicit RecordSection(bool wanted) noexcept {
    if (wanted) enter();
  }
  ~RecordSection() {
    if (node_ != nullptr) leave();
  }
  RecordSection(const RecordSection&) = delete;
  RecordSection& operator=(const RecordSection&) = delete;

 private:
  void enter() noexcept;
  void leave() noexcept;

  SectionNode* node_ = nullptr;
  SectionNode own_;  // of a thread whose thread-local storage is gone
};

// The sections that were open when it was made.
class OpenSections {
 public:
  OpenSections() = default;
  static OpenSections now();
  // Whether all of them have ended. Once true, it stays true.
  bool passed();

 private:
  struct Open {
    std::uint64_t id;
    std::uint64_t word;
  };
  std::vector<Open> open_;
};

}  // namespace container_kit::telemetry::metrics
