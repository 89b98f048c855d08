// Carriers of any type as the propagators see them: two concepts, and views that hide the type.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

namespace container_kit::telemetry {

namespace detail {

// What get_all and for_each are called with, so that the concepts can name it.
struct ValueVisitor {
  void operator()(std::string_view) const {}
};
struct HeaderVisitor {
  void operator()(std::string_view, std::string_view) const {}
};

template <typename T>
struct IsOptionalText : std::false_type {};
template <std::convertible_to<std::string_view> T>
struct IsOptionalText<std::optional<T>> : std::true_type {};

template <typename T>
concept HeaderValue =
    std::convertible_to<T, std::string_view> || IsOptionalText<std::remove_cvref_t<T>>::value;

template <typename C>
concept HasAllValues = requires(const C& carrier, std::string_view name) {
  carrier.get_all(name, ValueVisitor{});
};
template <typename C>
concept ListsHeaders = requires(const C& carrier) {
  carrier.for_each(HeaderVisitor{});
};

}  // namespace detail

// What a Context can be read from: `get(name)` gives the value of a header, as anything that converts to a
// string_view or an optional of it; empty, null or nullopt where there is none. Header names are to be
// compared without case. Two more functions are used where a carrier has them:
//   get_all(name, visit)   calls visit(value) for each header of that name, in order
//   for_each(visit)        calls visit(name, value) for each header; Jaeger's uberctx-* need it
template <typename C>
concept HeaderSource = requires(const C& carrier, std::string_view name) {
  { carrier.get(name) } -> detail::HeaderValue;
};

// What a Context can be written to: `set(name, value)`, which replaces an earlier value of that name. Both
// views end with the call.
template <typename C>
concept HeaderSink = requires(C& carrier, std::string_view name, std::string_view value) {
  carrier.set(name, value);
};

namespace detail {

class HeaderReader {
 public:
  template <HeaderSource C>
  explicit HeaderReader(const C& carrier) noexcept
      : carrier_(std::addressof(carrier)), values_(&values_of<C>) {
    if constexpr (ListsHeaders<C>) headers_ = &headers_of<C>;
  }

  // Calls visit(value) for each header of that name that is not empty. May throw what the carrier throws.
  template <typename F>
  void values(std::string_view name, F&& visit) const {
    values_(carrier_, name, std::addressof(visit), &call<std::remove_reference_t<F>, std::string_view>);
  }
  // Calls visit(name, value) for each header, where the carrier can list them.
  template <typename F>
  void headers(F&& visit) const {
    if (headers_ == nullptr) return;
    headers_(carrier_, std::addressof(visit),
             &call<std::remove_reference_t<F>, std::string_view, std::string_view>);
  }

 private:
  using Take = void (*)(void*, std::string_view);
  using TakeHeader = void (*)(void*, std::string_view, std::string_view);

  template <typename F, typename... Arguments>
  static void call(void* visit, Arguments... arguments) {
    (*static_cast<F*>(visit))(arguments...);
  }

  static void give(std::string_view value, void* state, Take take) {
    if (!value.empty()) take(state, value);
  }

  template <typename C>
  static void values_of(const void* carrier, std::string_view name, void* state, Take take) {
    const C& source = *static_cast<const C*>(carrier);
    if constexpr (HasAllValues<C>) {
      source.get_all(name, [=](std::string_view value) { give(value, state, take); });
    } else {
      decltype(auto) value = source.get(name);  // lives until it has been read
      using Value = std::remove_cvref_t<decltype(value)>;
      if constexpr (IsOptionalText<Value>::value) {
        if (value.has_value()) give(*value, state, take);
      } else if constexpr (std::is_pointer_v<Value>) {
        if (value != nullptr) give(value, state, take);
      } else {
        give(value, state, take);
      }
    }
  }

  template <typename C>
  static void headers_of(const void* carrier, void* state, TakeHeader take) {
    static_cast<const C*>(carrier)->for_each(
        [=](std::string_view name, std::string_view value) { take(state, name, value); });
  }

  const void* carrier_;
  void (*values_)(const void* carrier, std::string_view name, void* state, Take take);
  void (*headers_)(const void* carrier, void* state, TakeHeader take) = nullptr;
};

class HeaderWriter {
 public:
  template <HeaderSink C>
  explicit HeaderWriter(C& carrier) noexcept
      : carrier_(std::addressof(carrier)),
        set_([](void* sink, std::string_view name, std::string_view value) {
          static_cast<C*>(sink)->set(name, value);
        }) {}

  void set(std::string_view name, std::string_view value) const { set_(carrier_, name, value); }

 private:
  void* carrier_;
  void (*set_)(void* carrier, std::string_view name, std::string_view value);
};

}  // namespace detail
}  // namespace container_kit::telemetry
