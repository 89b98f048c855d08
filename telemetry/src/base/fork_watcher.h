// ForkWatcher: what must begin anew in a forked child.
//
// A child has a copy of its parent's memory and one of its threads: mutexes may be locked for good, and what
// they guard may be half done. So a child does not use what it finds: it lets go of it and begins anew.
//
// Thread safety: construction and destruction from any thread.
#pragma once

namespace container_kit::telemetry::base {

class ForkWatcher {
 public:
  virtual ~ForkWatcher();
  ForkWatcher(const ForkWatcher&) = delete;
  ForkWatcher& operator=(const ForkWatcher&) = delete;

  // Called in the child, on its only thread, before fork() returns there.
  virtual void begin_anew_in_child() noexcept = 0;

 protected:
  ForkWatcher();
};

}  // namespace container_kit::telemetry::base
