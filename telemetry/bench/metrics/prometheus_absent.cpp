#include "metrics/contender.h"

namespace bench {

std::unique_ptr<Contender> make_prometheus() {
  return nullptr;
}

}  // namespace bench
