#include "metrics/contender.h"

namespace bench {

std::unique_ptr<Contender> make_opentelemetry() {
  return nullptr;
}

}  // namespace bench
