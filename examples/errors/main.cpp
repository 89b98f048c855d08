// A loop over items, some of which fail: each error is recorded where it happened, and one ends the
// operation.

#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

struct Item {
  std::string_view id;
  std::string_view content;
};

struct CriticalError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void process_item(const Item& item) {
  if (item.content.empty()) throw std::runtime_error("the item is empty");
  if (item.content == "corrupt") throw CriticalError("the checksum is wrong");
}

std::string_view error_type(const std::exception& error) {
  return dynamic_cast<const CriticalError*>(&error) != nullptr ? "corrupt" : "empty";
}

// [loop]
void handle_operation(telemetry::Manager& tm, std::span<const Item> items) {
  auto span = tm.tracing().start_span("complex.operation");
  tm.add_contextual_attributes({{"operation.id", "op-123"}, {"operation.type", "batch-processing"}});

  for (std::size_t index = 0; index < items.size(); ++index) {
    const Item& item = items[index];
    auto item_span = tm.tracing().start_span("process.item");
    tm.add_contextual_attributes({{"item.index", index}, {"item.id", item.id}});

    try {
      process_item(item);
      tm.record_event("item.processing.completed");
    } catch (const std::exception& error) {
      // The error with its context.
      tm.tracing().record_error(item_span, error);
      tm.record_event("item.processing.failed", {{"error.type", error_type(error)}, {"item.id", item.id}});

      // Go on with the next item, or fail the whole operation.
      if (dynamic_cast<const CriticalError*>(&error) != nullptr) {
        tm.tracing().record_error(span, error);
        throw;
      }
    }
  }  // the item's span ends here
}
// [/loop]

// [with_context]
void validate(telemetry::Manager& tm, std::string_view name) {
  auto span = tm.tracing().start_span("image.validate");
  if (name.find(' ') != std::string_view::npos) {
    const telemetry::Error error{telemetry::ErrorCode::kInvalidArgument, "an image's name has no spaces"};
    tm.tracing().record_error(span, error);
    tm.record_event("operation.failed", {{"error.type", "validation"}, {"error.component", "validator"}});
  }
}
// [/with_context]

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  const Item items[] = {{"a", "one"}, {"b", ""}, {"c", "corrupt"}, {"d", "never reached"}};
  try {
    handle_operation(tm, items);
  } catch (const CriticalError& error) {
    std::cout << "critical: " << error.what() << '\n';
  }
  validate(tm, "my image");
}
