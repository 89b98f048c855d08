// Requests at a fixed rate, whether or not the earlier ones have been answered: as many users would send
// them.
#pragma once

#include <cstdint>

#include "exchange.h"

namespace container_kit::kit::bench {

// Over `connections` keep-alive connections. A request that finds none free waits for one, and its latency
// counts from the moment when it was due. Those that still wait a second after `duration` are not sent.
Load run_open_loop(std::uint16_t port, const Requests& requests, int connections, double per_second,
                   std::chrono::milliseconds duration);

}  // namespace container_kit::kit::bench
