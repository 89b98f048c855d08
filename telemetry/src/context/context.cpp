#include <algorithm>

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry {
namespace {

constinit const Context kEmpty;

}  // namespace

constinit thread_local const Context* detail::current_context = &kEmpty;

std::string_view Context::trace_state() const noexcept {
  return extras_ ? std::string_view(extras_->trace_state) : std::string_view();
}

const Baggage& Context::baggage() const noexcept {
  static const Baggage& none = *new Baggage();  // never destroyed: usable at any point of process exit
  return extras_ ? extras_->baggage : none;
}

Context Context::with_baggage(std::string_view name, std::string_view value) const {
  auto extras = extras_ ? std::make_shared<ContextExtras>(*extras_) : std::make_shared<ContextExtras>();
  auto& baggage = extras->baggage;
  const auto entry = std::find_if(baggage.begin(), baggage.end(),
                                  [name](const auto& candidate) { return candidate.first == name; });
  if (entry != baggage.end()) {
    entry->second = value;
  } else {
    baggage.emplace_back(name, value);
  }
  return Context(span_, ref_, std::move(extras));
}

}  // namespace container_kit::telemetry
