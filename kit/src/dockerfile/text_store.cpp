#include "dockerfile/text_store.h"

#include <utility>

namespace container_kit::kit::dockerfile {
namespace {

// Under AddressSanitizer every store has a block of its own, so that a view which outlives it is found.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kIsKept = false;
#elif defined(__has_feature)
constexpr bool kIsKept = !__has_feature(address_sanitizer);
#else
constexpr bool kIsKept = true;
#endif

thread_local std::unique_ptr<std::byte[]> spare;

}  // namespace

SpareBlock::SpareBlock() : block_(std::move(spare)) {
  if (!block_) block_.reset(new std::byte[kSize]);  // not make_unique: nobody reads what is not written
}

SpareBlock::~SpareBlock() {
  if (kIsKept) spare = std::move(block_);
}

}  // namespace container_kit::kit::dockerfile
