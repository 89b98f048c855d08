#include "transport/libcurl.h"

#include <mutex>

#include <pthread.h>

namespace container_kit::telemetry::transport {
namespace {

// libcurl's own initialisation takes long, and has locks: a child that is forked meanwhile would wait for
// them for good. So a fork waits for it. The handlers are there from the start of the program, since a
// registration at the first use could itself be interrupted by a fork.
std::mutex& curl_mutex() {
  static std::mutex& mutex = *new std::mutex();  // never destroyed
  return mutex;
}
[[maybe_unused]] const int kForkHandlers =
    pthread_atfork([] { curl_mutex().lock(); }, [] { curl_mutex().unlock(); }, [] { curl_mutex().unlock(); });

// Precondition: the mutex is held.
void initialize_curl() {
  static bool initialized = false;
  if (!initialized) initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

}  // namespace

CURL* new_easy_handle() {
  const std::lock_guard lock(curl_mutex());
  initialize_curl();
  return curl_easy_init();
}

CURLM* new_multi_handle() {
  const std::lock_guard lock(curl_mutex());
  initialize_curl();
  return curl_multi_init();
}

}  // namespace container_kit::telemetry::transport
