#include "base/random.h"

#include <ctime>

#include <pthread.h>
#include <sys/random.h>

namespace container_kit::telemetry::base {

constinit thread_local RandomState random_state;

namespace {

// Only the forking thread lives on in the child: forgetting its state makes it seed itself anew.
void forget_state_in_child() noexcept {
  random_state = RandomState{};
}

// From the start of the program: a registration at the first use could itself be interrupted by a fork.
[[maybe_unused]] const int kForkHandlers = pthread_atfork(nullptr, nullptr, &forget_state_in_child);

}  // namespace

void seed_random(RandomState& state) noexcept {
  if (getrandom(state.word, sizeof state.word, 0) != static_cast<ssize_t>(sizeof state.word)) {
    // Without the system's randomness, ids that are merely unlikely to repeat are better than none.
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    state.word[0] ^= static_cast<std::uint64_t>(now.tv_nsec) * 0x9E3779B97F4A7C15;
    state.word[1] ^= static_cast<std::uint64_t>(now.tv_sec);
    state.word[2] ^= reinterpret_cast<std::uintptr_t>(&state);
  }
  state.word[3] |= 1;  // not all zero
  state.seeded = true;
}

}  // namespace container_kit::telemetry::base
