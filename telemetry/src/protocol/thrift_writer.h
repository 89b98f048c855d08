// ThriftWriter: Thrift's binary protocol (TBinaryProtocol), as far as Jaeger's structs need it.
//
// A struct is its fields and a stop; a field is its type, its number and its value; numbers are big-endian
// (Thrift, "Thrift Binary protocol encoding").
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

#include "base/append_buffer.h"

namespace container_kit::telemetry::protocol {

class ThriftWriter {
 public:
  enum class Type : std::uint8_t {
    kBool = 2,
    kDouble = 4,
    kI32 = 8,
    kI64 = 10,
    kString = 11,  // of text and of bytes
    kStruct = 12,
    kList = 15,
  };

  explicit ThriftWriter(base::AppendBuffer& out) : out_(out) {}

  void field(Type type, std::uint8_t id) { out_.advance_to(put_head(out_.room(kHead), type, id)); }
  void i32_field(std::uint8_t id, std::int32_t value) {
    number_field(Type::kI32, id, static_cast<std::uint32_t>(value));
  }
  void i64_field(std::uint8_t id, std::uint64_t value) { number_field(Type::kI64, id, value); }
  void double_field(std::uint8_t id, double value) {
    number_field(Type::kDouble, id, std::bit_cast<std::uint64_t>(value));
  }
  void bool_field(std::uint8_t id, bool value) {
    number_field(Type::kBool, id, static_cast<std::uint8_t>(value ? 1 : 0));
  }
  void string_field(std::uint8_t id, std::string_view text) {
    char* at = put_head(out_.room(kHead + sizeof(std::uint32_t) + text.size()), Type::kString, id);
    at = put_number(at, static_cast<std::uint32_t>(text.size()));
    out_.advance_to(base::AppendBuffer::put(at, text));
  }
  // A string of a length that is not known yet. Returns what end_string wants.
  std::size_t begin_string(std::uint8_t id) {
    field(Type::kString, id);
    return put_later();
  }
  void end_string(std::size_t begin) { set_number(begin, out_.size() - begin - sizeof(std::uint32_t)); }
  // A list of so many elements, which is not known yet. Returns what end_list wants.
  std::size_t begin_list(std::uint8_t id, Type element) {
    field(Type::kList, id);
    out_.append(static_cast<char>(element));
    return put_later();
  }
  void end_list(std::size_t begin, std::size_t count) { set_number(begin, count); }
  void stop() { out_.append('\0'); }

  base::AppendBuffer& out() noexcept { return out_; }

 private:
  static constexpr std::size_t kHead = 3;

  static char* put_head(char* at, Type type, std::uint8_t id) noexcept {
    at[0] = static_cast<char>(type);
    at[1] = 0;
    at[2] = static_cast<char>(id);
    return at + kHead;
  }
  template <std::unsigned_integral Number>
  static char* put_number(char* at, Number number) noexcept {
    if constexpr (sizeof number == sizeof(std::uint64_t)) number = __builtin_bswap64(number);
    if constexpr (sizeof number == sizeof(std::uint32_t)) number = __builtin_bswap32(number);
    std::memcpy(at, &number, sizeof number);
    return at + sizeof number;
  }
  template <std::unsigned_integral Number>
  void number_field(Type type, std::uint8_t id, Number number) {
    out_.advance_to(put_number(put_head(out_.room(kHead + sizeof number), type, id), number));
  }
  std::size_t put_later() {
    const std::size_t at = out_.size();
    out_.advance_to(put_number(out_.room(sizeof(std::uint32_t)), std::uint32_t{0}));
    return at;
  }
  void set_number(std::size_t at, std::size_t number) {
    put_number(out_.at(at), static_cast<std::uint32_t>(number));
  }

  base::AppendBuffer& out_;
};

}  // namespace container_kit::telemetry::protocol
