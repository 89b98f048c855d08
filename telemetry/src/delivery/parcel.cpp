#include "delivery/parcel.h"

namespace container_kit::telemetry::delivery {
namespace {

// More are under way only while a receiver is slow; then their memory is given back.
constexpr std::size_t kMostIdle = 4;

}  // namespace

std::unique_ptr<Parcel> ParcelPool::take() {
  const std::lock_guard lock(idle_->mutex);
  if (idle_->parcels.empty()) return std::make_unique<Parcel>();
  std::unique_ptr<Parcel> parcel = std::move(idle_->parcels.back());
  idle_->parcels.pop_back();
  parcel->request.clear();
  return parcel;
}

std::shared_ptr<const Parcel> ParcelPool::share(std::unique_ptr<Parcel> parcel) {
  return {parcel.release(), [idle = idle_](const Parcel* used) {
            std::unique_ptr<Parcel> mine(const_cast<Parcel*>(used));  // it was made here, and not const
            const std::lock_guard lock(idle->mutex);
            if (idle->parcels.size() < kMostIdle) idle->parcels.push_back(std::move(mine));
          }};
}

}  // namespace container_kit::telemetry::delivery
