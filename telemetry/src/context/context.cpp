#include <algorithm>

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry {
namespace {

constinit const Context kEmpty;

auto find_member(auto& baggage, std::string_view name) {
  return std::find_if(baggage.begin(), baggage.end(),
                      [name](const BaggageMember& member) { return member.name == name; });
}

}  // namespace

constinit thread_local const Context* detail::current_context = &kEmpty;

std::string_view Context::trace_state() const noexcept {
  return extras_ ? std::string_view(extras_->trace_state) : std::string_view();
}

const Baggage& Context::baggage() const noexcept {
  static const Baggage& none = *new Baggage();  // never destroyed: usable at any point of process exit
  return extras_ ? extras_->baggage : none;
}

std::optional<std::string_view> Context::baggage_value(std::string_view name) const noexcept {
  const Baggage& members = baggage();
  const auto member = find_member(members, name);
  return member != members.end() ? std::optional<std::string_view>(member->value) : std::nullopt;
}

Context Context::with_baggage(std::string_view name, std::string_view value,
                              std::string_view properties) const {
  if (name.empty()) return *this;
  auto extras = extras_ ? std::make_shared<ContextExtras>(*extras_) : std::make_shared<ContextExtras>();
  auto& baggage = extras->baggage;
  const auto member = find_member(baggage, name);
  BaggageMember fresh{std::string(name), std::string(value), std::string(properties)};
  if (member != baggage.end()) {
    *member = std::move(fresh);
  } else {
    baggage.push_back(std::move(fresh));
  }
  return Context(span_, ref_, std::move(extras));
}

Context Context::without_baggage(std::string_view name) const {
  if (!baggage_value(name)) return *this;
  auto extras = std::make_shared<ContextExtras>(*extras_);
  extras->baggage.erase(find_member(extras->baggage, name));
  return Context(span_, ref_, std::move(extras));
}

}  // namespace container_kit::telemetry
