// Parcel: one batch of finished spans on its way to every exporter: an OTLP ExportTraceServiceRequest.
//
// Every exporter gets the same bytes. OTLP over HTTP or gRPC sends them as they are, others transcode them,
// and the spool keeps them, so that what was spooled can be sent on whatever the exporter.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace container_kit::telemetry::delivery {

struct Parcel {
  std::uint64_t sequence = 0;  // one higher than that of the parcel before
  std::string request;
  std::uint32_t span_count = 0;
};

// Parcels whose memory is used again: a request is larger than what malloc keeps, and would be mapped,
// touched and unmapped for each batch.
//
// Thread safety: any thread. Ownership: parcels may outlive the pool.
class ParcelPool {
 public:
  // An empty parcel of our own.
  std::unique_ptr<Parcel> take();
  // The parcel, to be shared; its memory comes back when nobody holds it any more.
  std::shared_ptr<const Parcel> share(std::unique_ptr<Parcel> parcel);

 private:
  struct Idle {
    std::mutex mutex;
    std::vector<std::unique_ptr<Parcel>> parcels;
  };
  std::shared_ptr<Idle> idle_ = std::make_shared<Idle>();
};

}  // namespace container_kit::telemetry::delivery
