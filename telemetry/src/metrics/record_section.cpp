#include "metrics/record_section.h"

#include <algorithm>
#include <mutex>

namespace container_kit::telemetry::metrics {
namespace {

// Neither is ever destroyed in a way that matters: threads may record until the very end of the process.
constinit std::mutex list_mutex;  // guards the list and the ids
constinit SectionNode* first_node = nullptr;
constinit std::uint64_t last_id = 0;

void link(SectionNode& node) noexcept {
  const std::scoped_lock lock(list_mutex);
  node.id = ++last_id;
  node.next = first_node;
  if (first_node != nullptr) first_node->previous = &node;
  first_node = &node;
}

void unlink(SectionNode& node) noexcept {
  const std::scoped_lock lock(list_mutex);
  if (node.previous != nullptr) {
    node.previous->next = node.next;
  } else {
    first_node = node.next;
  }
  if (node.next != nullptr) node.next->previous = node.previous;
}

struct ThreadNode : SectionNode {
  ThreadNode() noexcept { link(*this); }
  ~ThreadNode();
};

// Plain words, which can be read while the rest of the thread's storage is being destroyed.
constinit thread_local SectionNode* thread_node = nullptr;
constinit thread_local bool thread_ended = false;

ThreadNode::~ThreadNode() {
  thread_ended = true;
  thread_node = nullptr;
  unlink(*this);
}

SectionNode* make_thread_node() noexcept {
  thread_local ThreadNode node;
  thread_node = &node;
  return thread_node;
}

bool is_open(std::uint64_t word) noexcept {
  return (word & 1U) != 0;
}

}  // namespace

void RecordSection::enter() noexcept {
  SectionNode* node = thread_node;
  if (node == nullptr && !thread_ended) node = make_thread_node();
  if (node == nullptr) [[unlikely]] {
    node = &own_;
    link(own_);
  }
  const std::uint64_t word = node->word.load(std::memory_order_relaxed);
  if (is_open(word)) return;  // within a section already, which will outlast this one
  node->word.exchange(word + 1, std::memory_order_seq_cst);
  node_ = node;
}

void RecordSection::leave() noexcept {
  node_->word.store(node_->word.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  if (node_ == &own_) unlink(own_);
}

OpenSections OpenSections::now() {
  OpenSections sections;
  const std::scoped_lock lock(list_mutex);
  for (const SectionNode* node = first_node; node != nullptr; node = node->next) {
    const std::uint64_t word = node->word.load(std::memory_order_seq_cst);
    if (is_open(word)) sections.open_.push_back({node->id, word});
  }
  return sections;
}

bool OpenSections::passed() {
  if (open_.empty()) return true;
  std::vector<Open> still;
  const std::scoped_lock lock(list_mutex);
  for (const SectionNode* node = first_node; node != nullptr; node = node->next) {
    const Open seen{node->id, node->word.load(std::memory_order_acquire)};
    const auto same = [&](const Open& open) { return open.id == seen.id && open.word == seen.word; };
    if (std::any_of(open_.begin(), open_.end(), same)) still.push_back(seen);
  }
  open_ = std::move(still);
  return open_.empty();
}

}  // namespace container_kit::telemetry::metrics
