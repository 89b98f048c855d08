#include "trace/engine.h"

#include <algorithm>

#include <pthread.h>
#include <unistd.h>

#include "privacy/guarded.h"
#include "trace/key_value.h"

namespace container_kit::telemetry::trace {

constinit thread_local Engine::ThreadCache Engine::thread_cache{nullptr, nullptr};

namespace {

// All engines there ever were; never destroyed, and keeps them reachable.
struct Registry {
  std::mutex mutex;
  std::vector<Engine*> engines;
  std::uint64_t created = 0;
};

Registry& registry() {
  static Registry& instance = *new Registry();
  return instance;
}

// Set for good when this thread's attachments have been undone: what runs later in the thread's exit records
// nothing.
constinit thread_local bool thread_is_exiting = false;

struct Attachment {
  Engine* engine;
  ThreadState* state;
};

// The engines that this thread has a state of; its destructor hands them back.
struct Attachments {
  std::vector<Attachment> list;
  ~Attachments() {
    thread_is_exiting = true;
    Engine::thread_cache = {nullptr, nullptr};
    for (const Attachment& attachment : list) attachment.engine->detach_thread(*attachment.state);
  }
};

// The main thread's are never handed back: the destructors of statics run on it after those of its
// thread_local objects, and what they record counts.
Attachments& main_thread_attachments() {
  static Attachments& instance = *new Attachments();
  return instance;
}

Attachments& attachments() {
  if (gettid() == getpid()) return main_thread_attachments();
  static thread_local Attachments instance;
  return instance;
}

// A forked child has one thread and a copy of everything but of what is shared: it lets go of the parents'
// flight buffers before it can write to them. The registry is locked across the fork, so that the child finds
// it whole.
//
// From the start of the program: a registration at the first use could itself be interrupted by a fork.
[[maybe_unused]] const int kForkHandlers = pthread_atfork(
    [] {
      static_cast<void>(main_thread_attachments());  // not half made in the child
      registry().mutex.lock();
      FlightFile::before_fork();
    },
    [] {
      FlightFile::after_fork_in_parent();
      registry().mutex.unlock();
    },
    [] {
      for (Engine* engine : registry().engines) engine->abandon_in_child();
      FlightFile::after_fork_in_child();
      registry().mutex.unlock();
    });

std::string encode_scope(const InstrumentationScope& scope, const privacy::Filter* filter) {
  // InstrumentationScope: 1 name, 2 version, 3 attributes.
  Limits limits;
  limits.privacy = filter;
  std::size_t bound = bound_of_text(scope.name, kMaxValueBytes, filter) +
                      bound_of_text(scope.version, kMaxValueBytes, filter);
  const auto fits = [&limits](const Attribute& attribute) {
    return bound_of(attribute, limits) <=
           kMetadataSize;  // of what is larger, the bound is not the whole size
  };
  for (const Attribute& attribute : scope.attributes)
    bound += fits(attribute) ? bound_of(attribute, limits) : 0;
  std::string message(bound, '\0');
  auto* const begin = reinterpret_cast<std::uint8_t*>(message.data());
  std::uint8_t* end = put_text_field(begin, 0x0A, scope.name, kMaxValueBytes, filter);
  if (!scope.version.empty()) end = put_text_field(end, 0x12, scope.version, kMaxValueBytes, filter);
  for (const Attribute& attribute : scope.attributes) {
    if (fits(attribute)) end = put_key_value(end, 0x1A, attribute, limits);
  }
  message.resize(static_cast<std::size_t>(end - begin));
  return message;
}

TracingMode mode_of(const EngineOptions& options) noexcept {
  const bool is_judged = options.sampler != nullptr || options.decisions != nullptr ||
                         !options.processors.empty() || options.record_for_tail;
  if (is_judged) return TracingMode::kJudged;
  return options.root_threshold == kSampleAlways ? TracingMode::kAll : TracingMode::kThreshold;
}

}  // namespace

Expected<Engine*> Engine::create(const EngineOptions& options, std::string* file_problem) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  // Tickets never repeat between engines, so that a stale handle never fits a later engine's slot.
  const std::uint64_t first_ticket = ++all.created << 40;
  FlightBuffer* buffer = nullptr;
  if (!options.flight_dir.empty()) {
    auto in_file =
        FlightBuffer::create_in_file(options.flight_dir, options.service, options.flight_bytes, first_ticket);
    if (in_file) buffer = *in_file;
    if (!in_file && file_problem != nullptr) *file_problem = in_file.error().message;
  }
  if (buffer == nullptr) {
    auto anonymous = FlightBuffer::create_anonymous(options.flight_bytes, first_ticket);
    if (!anonymous) return anonymous.error();
    buffer = *anonymous;
  }
  buffer->add_metadata(MetadataKind::kService, options.service);
  buffer->add_metadata(MetadataKind::kResource, options.resource);
  if (!options.resource_schema_url.empty()) {
    buffer->add_metadata(MetadataKind::kSchemaUrl, options.resource_schema_url);
  }
  auto* engine = new Engine(options, buffer);
  all.engines.push_back(engine);
  return engine;
}

Engine::Engine(const EngineOptions& options, FlightBuffer* buffer)
    : mode_(mode_of(options)),
      limits_(options.limits),
      privacy_(options.privacy),
      root_threshold_(options.root_threshold),
      sampler_(options.sampler),
      decisions_(options.decisions),
      processors_(options.processors),
      record_for_tail_(options.record_for_tail),
      buffer_(buffer),
      clock_(options.clock),
      batch_spans_(options.batch_spans),
      sealed_chunks_(buffer->shape().chunks, false) {
  scopes_.push_back(std::make_unique<const Scope>());
  buffer_->add_metadata(MetadataKind::kScope, {});
  if (root_threshold_ != kSampleAlways && root_threshold_ < kSampleNever) {
    root_extras_ =
        std::make_shared<const ContextExtras>(ContextExtras{with_threshold({}, root_threshold_), {}});
  }
  limits_.privacy = privacy_.get();
  clock_.calibrate();
}

void Engine::close(bool keep_file) noexcept {
  stop_accepting();
  buffer_->release(keep_file);
}

void Engine::abandon_in_child() noexcept {
  abandoned_ = true;
  stop_accepting();
  buffer_->disown();
}

ThreadState* Engine::attach_thread() noexcept {
  if (thread_is_exiting || abandoned_) return nullptr;
  auto& list = attachments().list;
  auto known =
      std::find_if(list.begin(), list.end(), [this](const Attachment& a) { return a.engine == this; });
  if (known == list.end()) {
    std::erase_if(list, [](const Attachment& a) { return a.engine->is_off(); });
    list.push_back({this, adopt_or_make_state()});
    known = list.end() - 1;
  }
  thread_cache = {this, known->state};
  return known->state;
}

ThreadState* Engine::adopt_or_make_state() {
  const std::lock_guard lock(idle_mutex_);
  if (!idle_.empty()) {
    ThreadState* state = idle_.back();
    idle_.pop_back();
    return state;
  }
  auto* state = new ThreadState();
  state->next = threads_.load(std::memory_order_relaxed);
  // Release: whoever finds the state in the list finds it constructed. Only this function stores, under the
  // mutex.
  threads_.store(state, std::memory_order_release);
  return state;
}

void Engine::detach_thread(ThreadState& state) noexcept {
  if (abandoned_) return;
  return_slots(state, 0);
  const std::lock_guard lock(idle_mutex_);
  idle_.push_back(&state);
}

bool Engine::refill_slots(ThreadState& state) noexcept {
  while (state.slot_count < ThreadState::kSlotsAtHand / 2) {
    const std::uint32_t index = buffer_->free_slots().pop();
    if (index == IndexPool::kNone) break;
    state.slots[state.slot_count++] = &buffer_->slot(index);
  }
  return state.slot_count > 0;
}

void Engine::return_slots(ThreadState& state, std::uint32_t keep) noexcept {
  while (state.slot_count > keep)
    buffer_->free_slots().push(buffer_->index_of(*state.slots[--state.slot_count]));
}

bool Engine::next_chunk(ThreadState& state) noexcept {
  const std::uint32_t fresh = buffer_->free_chunks().pop();
  if (fresh == IndexPool::kNone) {
    export_wanted_.store(true, std::memory_order_relaxed);
    wake();
    return false;
  }
  const std::uint32_t full = state.chunk.load(std::memory_order_relaxed);
  state.bytes = buffer_->chunk_bytes(fresh);
  state.position = sizeof(ChunkHeader);
  state.capacity = kChunkSize - base::kCopySlack;
  // The exporter must find the fresh chunk here before it can find the full one among the sealed ones.
  state.chunk.store(fresh, std::memory_order_release);
  const std::uint32_t spans = std::exchange(state.spans_in_chunk, 0);
  if (full != IndexPool::kNone) {
    sealed_chunks_.push(full);
    const std::uint32_t before = finished_in_sealed_.fetch_add(spans, std::memory_order_relaxed);
    if (before + spans >= batch_spans_) {
      export_wanted_.store(true, std::memory_order_relaxed);
      wake();
    }
  }
  return true;
}

void Engine::sleep_until(std::chrono::steady_clock::time_point deadline) noexcept {
  wake_.wait_until(deadline);
  finished_in_sealed_.store(0, std::memory_order_relaxed);
}

std::uint16_t Engine::register_scope(const InstrumentationScope& scope) {
  if (abandoned_) return 0;
  std::string message = encode_scope(scope, limits_.privacy);
  const std::lock_guard lock(scopes_mutex_);
  for (std::size_t number = 0; number < scopes_.size(); ++number) {
    if (scopes_[number]->message == message && scopes_[number]->schema_url == scope.schema_url) {
      return static_cast<std::uint16_t>(number);
    }
  }
  if (scopes_.size() >= 0xFFFF || !buffer_->add_metadata(MetadataKind::kScope, message)) return 0;
  if (!scope.schema_url.empty()) buffer_->add_metadata(MetadataKind::kSchemaUrl, scope.schema_url);
  scopes_.push_back(std::make_unique<const Scope>(Scope{std::move(message), std::string(scope.schema_url),
                                                        privacy::guarded(limits_.privacy, scope.name),
                                                        privacy::guarded(limits_.privacy, scope.version)}));
  return static_cast<std::uint16_t>(scopes_.size() - 1);
}

const Engine::Scope& Engine::scope(std::uint16_t number) const {
  const std::lock_guard lock(scopes_mutex_);
  return *scopes_[number < scopes_.size() ? number : 0];
}

Totals Engine::totals() const noexcept {
  Totals totals;
  totals.dropped = dropped_outside_threads_.load(std::memory_order_relaxed);
  const ThreadState* state = threads_.load(std::memory_order_acquire);
  for (; state != nullptr; state = state->next) {
    // Ended before started, so that a span counted as ended is counted as started too.
    totals.ended += state->ended.load();
    totals.dropped += state->dropped.load();
    totals.unexported += state->unexported.load();
  }
  for (state = threads_.load(std::memory_order_acquire); state != nullptr; state = state->next) {
    totals.started += state->started.load();
  }
  return totals;
}

}  // namespace container_kit::telemetry::trace
