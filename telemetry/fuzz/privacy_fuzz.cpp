// The scanners of privacy/ stay inside their text whatever it is, what they find is in order and apart, and
// what is let pass as plain has nothing to find.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "privacy/filter.h"
#include "privacy/guarded.h"
#include "privacy/plain_text.h"

namespace telemetry = container_kit::telemetry;
namespace privacy = telemetry::privacy;

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

const privacy::Filter& filter() {
  static const privacy::Filter instance{telemetry::Config::production()};
  return instance;
}

void check_finds(std::string_view text) {
  privacy::DetectorSet all;
  all.on = (1U << privacy::kDetectors) - 1;
  all.actions.fill(telemetry::PrivacyAction::kMask);
  privacy::Finds finds;
  privacy::scan(text, all, finds);
  std::size_t at = 0;
  for (const privacy::Find& find : finds.all()) {
    demand(find.range.begin >= at && find.range.end > find.range.begin && find.range.end <= text.size(),
           "a find that is out of order, empty or outside the text");
    at = find.range.end;
  }
  demand(finds.empty() || !privacy::is_plain_text(text.data(), text.size()),
         "a plain text with something to find");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own size, so that a byte read beyond it is seen.
  const std::string copy(reinterpret_cast<const char*>(data), size);
  const std::string_view text(copy.data(), copy.size());
  check_finds(text);
  static_cast<void>(privacy::guarded(&filter(), text));
  const telemetry::Attribute attribute{text.substr(0, size / 2), text.substr(size / 2)};
  const privacy::GuardedAttribute guarded(&filter(), attribute);
  demand(guarded.is_changed() || guarded.get().value.as_string() == attribute.value.as_string(),
         "a value changed without being counted");
  demand(!filter().passes(attribute) || !guarded.is_changed(),
         "an attribute that was let pass and then changed");
  return 0;
}
