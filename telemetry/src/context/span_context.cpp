#include <container_kit/telemetry/span_context.h>

namespace container_kit::telemetry {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

// The value of a lower-case hexadecimal digit, or -1.
int digit_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

template <std::size_t Size>
void Id<Size>::write_hex(char* out) const noexcept {
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 0x0F];
  }
}

template <std::size_t Size>
std::string Id<Size>::to_hex() const {
  std::string hex(2 * Size, '\0');
  write_hex(hex.data());
  return hex;
}

template <std::size_t Size>
bool Id<Size>::read_hex(std::string_view hex) noexcept {
  if (hex.size() != 2 * Size) return false;
  Id<Size> id;
  for (std::size_t at = 0; at < Size; ++at) {
    const int high = digit_value(hex[2 * at]);
    const int low = digit_value(hex[2 * at + 1]);
    if (high < 0 || low < 0) return false;
    id.bytes[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  *this = id;
  return true;
}

template struct Id<16>;
template struct Id<8>;

}  // namespace container_kit::telemetry
