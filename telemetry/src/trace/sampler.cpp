#include <algorithm>
#include <atomic>
#include <cstdio>

#include <container_kit/telemetry/sampler.h>

#include "trace/probability.h"

namespace container_kit::telemetry {
namespace {

class Constant : public Sampler {
 public:
  explicit Constant(bool on) : on_(on) {}
  SamplingResult should_sample(const SamplingParameters&) noexcept override {
    return {on_ ? SamplingDecision::kRecordAndSample : SamplingDecision::kDrop, std::nullopt};
  }
  std::string description() const override { return on_ ? "AlwaysOnSampler" : "AlwaysOffSampler"; }

 private:
  bool on_;
};

class TraceIdRatio : public Sampler {
 public:
  explicit TraceIdRatio(double rate)
      : rate_(std::clamp(rate, 0.0, 1.0)), threshold_(trace::sampling_threshold(rate_)) {}
  SamplingResult should_sample(const SamplingParameters& parameters) noexcept override {
    const std::uint64_t randomness =
        trace::randomness_of(parameters.trace_id, parameters.parent.trace_state());
    if (randomness < threshold_) return {};
    return {SamplingDecision::kRecordAndSample, threshold_};
  }
  std::string description() const override {
    char text[64];
    std::snprintf(text, sizeof text, "TraceIdRatioBased{%g}", rate_);
    return text;
  }

 private:
  double rate_;
  std::uint64_t threshold_;
};

class ParentBased : public Sampler {
 public:
  explicit ParentBased(ParentBasedDelegates delegates) : delegates_(std::move(delegates)) {
    const auto fill = [](SamplerPtr& delegate, const SamplerPtr& standard) {
      if (delegate == nullptr) delegate = standard;
    };
    const SamplerPtr on = always_on();
    const SamplerPtr off = always_off();
    fill(delegates_.root, on);
    fill(delegates_.remote_parent_sampled, on);
    fill(delegates_.remote_parent_not_sampled, off);
    fill(delegates_.local_parent_sampled, on);
    fill(delegates_.local_parent_not_sampled, off);
  }
  SamplingResult should_sample(const SamplingParameters& parameters) noexcept override {
    return delegate_for(parameters.parent).should_sample(parameters);
  }
  std::string description() const override {
    return "ParentBased{root:" + delegates_.root->description() + "}";
  }

 private:
  Sampler& delegate_for(const Context& parent) const noexcept {
    if (!parent.has_span()) return *delegates_.root;
    const SpanContext& span = parent.span_context();
    if (span.is_remote) {
      return span.is_sampled() ? *delegates_.remote_parent_sampled : *delegates_.remote_parent_not_sampled;
    }
    return span.is_sampled() ? *delegates_.local_parent_sampled : *delegates_.local_parent_not_sampled;
  }

  ParentBasedDelegates delegates_;
};

// Equal, or equal up to a '*' at the pattern's end; an empty pattern fits all.
bool fits(std::string_view pattern, std::string_view text) noexcept {
  if (pattern.empty()) return true;
  if (pattern.back() != '*') return pattern == text;
  return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

class RuleBased : public Sampler {
 public:
  RuleBased(std::vector<SamplingRule> rules, SamplerPtr fallback)
      : rules_(std::move(rules)), fallback_(fallback != nullptr ? std::move(fallback) : always_off()) {
    for (SamplingRule& rule : rules_) {
      if (rule.sampler == nullptr) rule.sampler = always_off();
    }
  }
  SamplingResult should_sample(const SamplingParameters& parameters) noexcept override {
    for (const SamplingRule& rule : rules_) {
      if (matches(rule, parameters)) return rule.sampler->should_sample(parameters);
    }
    return fallback_->should_sample(parameters);
  }
  std::string description() const override {
    return "RuleBased{" + std::to_string(rules_.size()) + " rules," + fallback_->description() + "}";
  }

 private:
  static bool matches(const SamplingRule& rule, const SamplingParameters& parameters) noexcept {
    if (!fits(rule.name, parameters.name) || (rule.kind && *rule.kind != parameters.kind)) return false;
    if (rule.attribute.empty()) return true;
    return std::any_of(parameters.attributes.begin(), parameters.attributes.end(),
                       [&rule](const Attribute& a) {
                         return a.key == rule.attribute && a.value.type() == AttributeValue::Type::kString &&
                                fits(rule.value, a.value.as_string());
                       });
  }

  std::vector<SamplingRule> rules_;
  SamplerPtr fallback_;
};

// A generic cell rate algorithm: the time at which the next span would be on schedule, in one atomic word.
class RateLimiting : public Sampler {
 public:
  explicit RateLimiting(double rate) : rate_(std::max(rate, 0.0)) {
    if (rate_ > 0) interval_ = static_cast<std::int64_t>(std::clamp(1e9 / rate_, 1.0, 9e18));
  }
  SamplingResult should_sample(const SamplingParameters&) noexcept override {
    if (rate_ <= 0) return {};
    constexpr std::int64_t kBurst = 1'000'000'000;
    const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
    std::int64_t due = due_.load(std::memory_order_relaxed);
    for (;;) {
      const std::int64_t from = std::max(due, now - kBurst);
      if (from > now) return {};
      if (due_.compare_exchange_weak(due, from + interval_, std::memory_order_relaxed)) {
        return {SamplingDecision::kRecordAndSample, std::nullopt};
      }
    }
  }
  std::string description() const override {
    char text[64];
    std::snprintf(text, sizeof text, "RateLimiting{%g}", rate_);
    return text;
  }

 private:
  double rate_;
  std::int64_t interval_ = 0;
  std::atomic<std::int64_t> due_{std::chrono::steady_clock::now().time_since_epoch().count() - 1'000'000'000};
};

}  // namespace

SamplerPtr always_on() {
  return std::make_shared<Constant>(true);
}
SamplerPtr always_off() {
  return std::make_shared<Constant>(false);
}
SamplerPtr trace_id_ratio(double rate) {
  return std::make_shared<TraceIdRatio>(rate);
}
SamplerPtr parent_based(ParentBasedDelegates delegates) {
  return std::make_shared<ParentBased>(std::move(delegates));
}
SamplerPtr rule_based(std::vector<SamplingRule> rules, SamplerPtr fallback) {
  return std::make_shared<RuleBased>(std::move(rules), std::move(fallback));
}
SamplerPtr rate_limiting(double spans_per_second) {
  return std::make_shared<RateLimiting>(spans_per_second);
}

}  // namespace container_kit::telemetry
