// A folder of its own in shared memory, for a test's flight buffers.
#pragma once

#include "support/temporary_folder.h"

namespace container_kit::telemetry::test {

class MemoryFolder : public TemporaryFolder {
 public:
  MemoryFolder() : TemporaryFolder("/dev/shm") {}
};

}  // namespace container_kit::telemetry::test
