#include "metrics/series.h"

#include <new>

#include "metrics/exemplar_reservoir.h"

namespace container_kit::telemetry::metrics {

void DestroySeries::operator()(Series* series) const noexcept {
  ::operator delete[](series->label_text);
  delete series->exemplars.load(std::memory_order_relaxed);
  series->~Series();
  ::operator delete(series);
}

OwnedSeries make_series(Attributes canonical, std::uint64_t hash) {
  void* memory = ::operator new(sizeof(Series) + PackedSet::packed_size(canonical));
  OwnedSeries series(new (memory) Series);
  char* packed = static_cast<char*>(memory) + sizeof(Series);
  PackedSet::pack(canonical, packed);
  series->hash = hash;
  series->packed = packed;
  series->count = static_cast<std::uint32_t>(canonical.size());
  series->target = series.get();
  return series;
}

}  // namespace container_kit::telemetry::metrics
