#include "base/fork_watcher.h"

#include <mutex>
#include <vector>

#include <pthread.h>

namespace container_kit::telemetry::base {
namespace {

// Never destroyed. The mutex is held across a fork, so that the child finds the list whole.
struct Watchers {
  std::mutex mutex;
  std::vector<ForkWatcher*> list;
};

Watchers& watchers() {
  static Watchers& instance = *new Watchers();
  return instance;
}

// From the start of the program: a registration at the first use could itself be interrupted by a fork.
[[maybe_unused]] const int kForkHandlers =
    pthread_atfork([] { watchers().mutex.lock(); }, [] { watchers().mutex.unlock(); },
                   [] {
                     for (ForkWatcher* watcher : watchers().list) watcher->begin_anew_in_child();
                     watchers().mutex.unlock();
                   });

}  // namespace

ForkWatcher::ForkWatcher() {
  const std::lock_guard lock(watchers().mutex);
  watchers().list.push_back(this);
}

ForkWatcher::~ForkWatcher() {
  const std::lock_guard lock(watchers().mutex);
  std::erase(watchers().list, this);
}

}  // namespace container_kit::telemetry::base
