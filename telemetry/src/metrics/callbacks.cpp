#include "metrics/callbacks.h"

#include <exception>
#include <thread>
#include <utility>

#include "metrics/instrument.h"

namespace container_kit::telemetry {

void Observations::put(const std::weak_ptr<detail::Instrument>& instrument, std::int64_t value,
                       Attributes attributes) noexcept {
  staging_.put(instrument, value, attributes);
}

void Observations::put(const std::weak_ptr<detail::Instrument>& instrument, double value,
                       Attributes attributes) noexcept {
  staging_.put(instrument, value, attributes);
}

}  // namespace container_kit::telemetry

namespace container_kit::telemetry::metrics {

template <typename T>
void Staging::put(const std::weak_ptr<detail::Instrument>& instrument, T value,
                  Attributes attributes) noexcept {
  const std::shared_ptr<detail::Instrument> alive = instrument.lock();
  if (alive == nullptr) return;
  try {
    const std::scoped_lock lock(mutex_);
    if (!closed_) alive->stage(value, attributes, observations_);
  } catch (const std::exception&) {
    // Out of memory: this value is missing this time.
  }
}

std::vector<Observation> Staging::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  return std::move(observations_);
}

struct Callbacks::Callback {
  std::string name;
  ObservationCallback function;
};

struct Callbacks::Job {
  std::shared_ptr<Callback> callback;
  std::shared_ptr<Staging> staging = std::make_shared<Staging>();
  bool done = false;
  std::string error;  // what the callback threw
};

// The thread and what it shares with whoever gives it work; its mutex guards all of it.
struct Callbacks::Worker {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Job> job;
  bool ended = false;

  static void call(Job& job) noexcept {
    try {
      Observations out(*job.staging);
      job.callback->function(out);
    } catch (const std::exception& error) {
      job.error = error.what();
      if (job.error.empty()) job.error = "an exception";
    } catch (...) {
      job.error = "something that is no std::exception";
    }
  }

  static void loop(const std::shared_ptr<Worker>& self) {
    std::unique_lock lock(self->mutex);
    for (;;) {
      self->changed.wait(lock, [&] { return self->ended || self->job != nullptr; });
      if (self->job == nullptr) return;
      const std::shared_ptr<Job> job = std::exchange(self->job, nullptr);
      lock.unlock();
      call(*job);
      lock.lock();
      job->done = true;
      self->changed.notify_all();
      if (self->ended) return;
    }
  }

  void end() {
    const std::scoped_lock lock(mutex);
    ended = true;
    changed.notify_all();
  }
};

void Callbacks::add(std::string name, ObservationCallback callback) {
  const std::scoped_lock lock(mutex_);
  callbacks_.push_back(std::make_shared<Callback>(Callback{std::move(name), std::move(callback)}));
}

std::shared_ptr<Staging> Callbacks::run(const std::shared_ptr<Callback>& callback) {
  if (worker_ == nullptr) {
    auto worker = std::make_shared<Worker>();
    std::thread(Worker::loop, worker).detach();
    worker_ = std::move(worker);
  }
  auto job = std::make_shared<Job>();
  job->callback = callback;
  std::unique_lock lock(worker_->mutex);
  worker_->job = job;
  worker_->changed.notify_all();
  if (!worker_->changed.wait_for(lock, deadline_, [&] { return job->done; })) {
    worker_->ended = true;  // should the callback ever return, its thread ends
    lock.unlock();
    worker_ = nullptr;
    job->staging->close();
    problems_.report_once("hang:" + callback->name,
                          "the callback of " + callback->name + " did not return within " +
                              std::to_string(deadline_.count()) + " ms; it is called no more");
    const std::scoped_lock list_lock(mutex_);
    std::erase(callbacks_, callback);
    return nullptr;
  }
  if (job->error.empty()) return job->staging;
  problems_.report_once("throw:" + callback->name,
                        "the callback of " + callback->name + " threw: " + job->error);
  return nullptr;
}

bool Callbacks::run_all(const std::function<void(const std::vector<Observation>&)>& apply) {
  std::vector<std::shared_ptr<Callback>> callbacks;
  {
    const std::scoped_lock lock(mutex_);
    callbacks = callbacks_;
  }
  bool all_ran = true;
  for (const auto& callback : callbacks) {
    const std::shared_ptr<Staging> staging = run(callback);
    if (staging != nullptr) apply(staging->close());
    all_ran &= staging != nullptr;
  }
  return all_ran;
}

void Callbacks::stop() noexcept {
  if (worker_ != nullptr) worker_->end();
  worker_ = nullptr;
  std::vector<std::shared_ptr<Callback>> dropped;
  const std::scoped_lock lock(mutex_);
  dropped.swap(callbacks_);
}

}  // namespace container_kit::telemetry::metrics
