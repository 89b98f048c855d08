#include "delivery/file_exporter.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/otlp_json.h"
#include "protocol/otlp_metrics_json.h"
#include "protocol/otlp_request.h"

namespace container_kit::telemetry::delivery {

FileExporter::~FileExporter() {
  if (file_ >= 0) ::close(file_);
}

bool FileExporter::open() {
  if (file_ >= 0) return true;
  file_ = ::open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0) return false;
  size_ = static_cast<std::uint64_t>(status.st_size);
  return true;
}

void FileExporter::rotate() {
  ::close(file_);
  file_ = -1;
  for (int number = options_.files - 1; number > 0; --number) {
    const std::string from = options_.path + (number > 1 ? "." + std::to_string(number - 1) : std::string());
    static_cast<void>(std::rename(from.c_str(), (options_.path + "." + std::to_string(number)).c_str()));
  }
  if (options_.files < 2) static_cast<void>(std::remove(options_.path.c_str()));
}

// A disk that is full may have room again.
SendResult FileExporter::failure(const char* what) const {
  return {SendOutcome::kRetry, std::string("cannot ") + what + " " + options_.path + ": " +
                                   std::generic_category().message(errno)};
}

bool FileExporter::encode(std::string_view request, SendResult& result) {
  line_.clear();
  if (options_.metrics) {
    if (!protocol::append_otlp_metrics_json(line_, request)) return false;
    line_ += '\n';
    return true;
  }
  const auto resources = protocol::read_otlp_traces(request);
  if (!resources) return false;
  for (const protocol::ResourceSpans& resource : *resources) {
    result.rejected_spans += static_cast<std::uint32_t>(
        protocol::append_otlp_traces_json(line_, resource.resource, resource.scopes, resource.schema_url));
    line_ += '\n';
  }
  return true;
}

SendResult FileExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                              base::Deadline /*deadline*/) {
  SendResult result;
  if (!encode(request, result)) return {SendOutcome::kRejected, "otlp_file: a request that cannot be read"};
  if (!open()) return failure("open");
  if (size_ > 0 && size_ + line_.size() > options_.max_bytes) rotate();
  if (!open()) return failure("open");
  const ssize_t written = ::write(file_, line_.data(), line_.size());
  if (written != static_cast<ssize_t>(line_.size())) {
    if (written >= 0) errno = ENOSPC;
    SendResult failed = failure("write to");
    static_cast<void>(::ftruncate(file_, static_cast<off_t>(size_)));  // no half line
    return failed;
  }
  size_ += line_.size();
  return result;
}

}  // namespace container_kit::telemetry::delivery
