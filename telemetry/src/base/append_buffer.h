// AppendBuffer: appends to a string through a pointer, so that many small pieces cost no call each.
//
// The string is longer than what was appended while an AppendBuffer lives; its destructor cuts it to size.
// Room is asked for first (room), written to without checks, and closed by advance_to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace container_kit::telemetry::base {

class AppendBuffer {
 public:
  explicit AppendBuffer(std::string& out) : out_(out) { set_ends(out.size()); }
  ~AppendBuffer() { out_.resize(size()); }
  AppendBuffer(const AppendBuffer&) = delete;
  AppendBuffer& operator=(const AppendBuffer&) = delete;

  // Where at least `size` bytes may be written. Good until the next call of room.
  char* room(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]] {
      grow(size);
    }
    return at_;
  }
  void advance_to(char* at) noexcept { at_ = at; }

  void append(std::string_view text) { advance_to(put(room(text.size()), text)); }
  void append(char c) {
    *room(1) = c;
    ++at_;
  }
  // Copies into room that was asked for; returns where it ends.
  static char* put(char* out, std::string_view text) noexcept {
    // An empty view may point nowhere, which memcpy must not be given.
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }

  std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  // Forgets what was appended beyond `size`.
  void rewind(std::size_t size) noexcept { at_ = begin_ + size; }
  // What was appended at `offset`, to be patched.
  char* at(std::size_t offset) noexcept { return begin_ + offset; }

 private:
  static constexpr std::size_t kLeastGrowth = 1024;

  [[gnu::noinline, gnu::cold]] void grow(std::size_t size) {
    const std::size_t used = this->size();
    out_.resize(std::max(used + size, out_.size() + out_.size() / 2 + kLeastGrowth));
    set_ends(used);
  }
  void set_ends(std::size_t used) noexcept {
    begin_ = out_.data();
    at_ = begin_ + used;
    end_ = begin_ + out_.size();
  }

  std::string& out_;
  char* begin_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace container_kit::telemetry::base
