// Memory for what a Dockerfile is taken apart into. All of it is given back at once, with the store.
//
// Thread safety: none. Ownership: what is kept lives as long as the store, which stays where it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

namespace container_kit::kit::dockerfile {

// A block of memory that the next store of this thread uses again: to ask the system for the same pages each
// time takes as long as what is done with them.
class SpareBlock {
 public:
  static constexpr std::size_t kSize = std::size_t{256} * 1024;

  SpareBlock();
  ~SpareBlock();
  SpareBlock(const SpareBlock&) = delete;
  SpareBlock& operator=(const SpareBlock&) = delete;

  std::byte* data() const { return block_.get(); }

 private:
  std::unique_ptr<std::byte[]> block_;
};

class TextStore {
 public:
  TextStore() = default;

  // For containers whose elements nobody takes out again: what one gives back is not used anew.
  std::pmr::memory_resource* memory() { return &memory_; }

  // A copy.
  std::string_view keep(std::string_view text) {
    char* const copy = room_for(text.size());
    std::copy(text.begin(), text.end(), copy);
    return {copy, text.size()};
  }
  template <typename T>
  std::span<const T> keep(std::span<const T> items) {
    T* const copy = static_cast<T*>(memory_.allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), copy);
    return {copy, items.size()};
  }
  // For a text that the caller writes.
  char* room_for(std::size_t size) { return static_cast<char*>(memory_.allocate(size, 1)); }

 private:
  SpareBlock first_;
  std::pmr::monotonic_buffer_resource memory_{first_.data(), SpareBlock::kSize};
};

}  // namespace container_kit::kit::dockerfile
