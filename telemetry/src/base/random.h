// The one source of randomness: 64 random bits a call, from a generator of the calling thread's own.
//
// Algorithm: xoshiro256++ by Blackman and Vigna (prng.di.unimi.it), seeded by getrandom(2). Its 256 bits of
// state keep the sequences of many threads and processes apart. Not for secrets. A forked child is seeded
// anew.
#pragma once

#include <bit>
#include <cstdint>

namespace container_kit::telemetry::base {

struct RandomState {
  std::uint64_t word[4] = {0, 0, 0, 0};
  bool seeded = false;
};

extern constinit thread_local RandomState random_state;

// Fills the calling thread's state from the operating system. Cold.
void seed_random(RandomState& state) noexcept;

// Three words of one step: the generator's own output, and two other scramblers of the same 256 bits of state
// (the authors' ** and +), of which no two can be told from each other.
struct RandomWords {
  std::uint64_t first;
  std::uint64_t second;
  std::uint64_t third;
};

constexpr RandomWords words_of(const RandomState& state) noexcept {
  const std::uint64_t sum = state.word[0] + state.word[3];
  return {std::rotl(sum, 23) + state.word[0], std::rotl(state.word[1] * 5, 7) * 9, sum};
}

constexpr void advance(RandomState& state) noexcept {
  const std::uint64_t s0 = state.word[0];
  const std::uint64_t s1 = state.word[1];
  const std::uint64_t s2 = state.word[2] ^ s0;
  const std::uint64_t s3 = state.word[3] ^ s1;
  state.word[0] = s0 ^ s3;
  state.word[1] = s1 ^ s2;
  state.word[2] = s2 ^ (s1 << 17);
  state.word[3] = std::rotl(s3, 45);
}

// Precondition: the calling thread's state is seeded.
inline RandomWords next_seeded_words() noexcept {
  const RandomWords words = words_of(random_state);
  advance(random_state);
  return words;
}

inline RandomWords next_random_words() noexcept {
  if (!random_state.seeded) [[unlikely]] {
    seed_random(random_state);
  }
  return next_seeded_words();
}

inline std::uint64_t next_random() noexcept {
  return next_random_words().first;
}

}  // namespace container_kit::telemetry::base
