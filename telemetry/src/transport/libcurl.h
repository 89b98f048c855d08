// libcurl's handles, for whoever sends with it.
//
// Thread safety: every function from any thread, and around forks.
#pragma once

#include <curl/curl.h>

namespace container_kit::telemetry::transport {

// Each is null where there is no memory. The caller owns what it gets.
CURL* new_easy_handle();
CURLM* new_multi_handle();

}  // namespace container_kit::telemetry::transport
