#include <container_kit/telemetry/version.h>

namespace container_kit::telemetry {

std::string_view version() noexcept {
  return CONTAINER_KIT_PROJECT_VERSION;
}

}  // namespace container_kit::telemetry
