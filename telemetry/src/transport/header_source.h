// HeaderSource: the headers that a receiver is to be sent, some of them from a file that may change.
//
// The file has one name=value a line; the value is taken as it is, without the spaces around it. Empty lines
// and lines that begin with # are passed over. It is looked at before each request and read anew when it has
// changed, so that a key can be rotated while the program runs. To change it, write another and rename(2) it.
// While the file is there but cannot be used, or is not there, nothing is to be sent: without its key a
// receiver would refuse the spans for good, and later it may take them.
//
// The values are secrets: they are in no error and in no log. Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry::transport {

using Headers = std::map<std::string, std::string>;

class HeaderSource {
 public:
  // `file` is empty where there is none.
  HeaderSource(Headers fixed, std::string file) : fixed_(std::move(fixed)), file_(std::move(file)) {}

  // What holds now. An error names the file.
  Expected<Headers> current();

 private:
  // When, and in which file, something was written.
  struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };

  Expected<void> read(const Stamp& stamp);
  Error error(const std::string& what) const;

  Headers fixed_;
  std::string file_;
  Headers read_;
  Stamp stamp_;  // of what was read
};

}  // namespace container_kit::telemetry::transport
