#include <container_kit/telemetry/span_context.h>

#include "context/hex.h"

namespace container_kit::telemetry {

template <std::size_t Size>
void Id<Size>::write_hex(char* out) const noexcept {
  hex::write<Size>(bytes.data(), out);
}

template <std::size_t Size>
std::string Id<Size>::to_hex() const {
  std::string text(2 * Size, '\0');
  write_hex(text.data());
  return text;
}

template <std::size_t Size>
bool Id<Size>::read_hex(std::string_view text) noexcept {
  Id<Size> id;
  if (text.size() != 2 * Size || !hex::read<Size>(text.data(), id.bytes.data())) return false;
  *this = id;
  return true;
}

template struct Id<16>;
template struct Id<8>;

}  // namespace container_kit::telemetry
