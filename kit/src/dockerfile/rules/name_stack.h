// Names that were set, in order; what was set last is taken away first.
//
// Few names are gone through; of many an index is kept, which is made when it is asked for.
//
// Thread safety: none. Ownership: names must outlive it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace container_kit::kit::dockerfile::rule {

class NameStack {
 public:
  const std::vector<std::string_view>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }
  void add(std::string_view name) { names_.push_back(name); }

  bool has(std::string_view name) {
    constexpr std::size_t kFew = 32;
    if (names_.size() <= kFew) return std::find(names_.begin(), names_.end(), name) != names_.end();
    for (; indexed_ < names_.size(); ++indexed_) ++counts_[names_[indexed_]];
    return counts_.contains(name);
  }

  void shrink_to(std::size_t size) {
    for (; indexed_ > size; --indexed_) {
      const auto count = counts_.find(names_[indexed_ - 1]);
      if (--count->second == 0) counts_.erase(count);
    }
    names_.resize(std::min(size, names_.size()));
  }

 private:
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::size_t> counts_;  // of the first `indexed_`
  std::size_t indexed_ = 0;
};

}  // namespace container_kit::kit::dockerfile::rule
