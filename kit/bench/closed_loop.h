// Requests as fast as they are answered: each connection sends its next one when it has its answer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exchange.h"

namespace container_kit::kit::bench {

// Until `count` requests have been answered, or `duration` has passed, whichever comes first.
Load run_closed_loop(std::uint16_t port, const Requests& requests, int connections, std::size_t count,
                     std::chrono::milliseconds duration);

}  // namespace container_kit::kit::bench
