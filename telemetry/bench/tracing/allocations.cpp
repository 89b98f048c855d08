// The program's operator new and delete: the ordinary ones, with a count.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "tracing/measure.h"

namespace container_kit::telemetry::bench {
namespace {

constinit thread_local std::uint64_t allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t asked = size == 0 ? 1 : size;
  const std::size_t rounded = (asked + alignment - 1) / alignment * alignment;
  void* const memory =
      alignment <= alignof(std::max_align_t) ? std::malloc(asked) : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

std::uint64_t allocations_of_this_thread() {
  return allocations;
}

}  // namespace container_kit::telemetry::bench

using container_kit::telemetry::bench::counted;

// The array and nothrow forms of the library call these.
void* operator new(std::size_t size) {
  return counted(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
