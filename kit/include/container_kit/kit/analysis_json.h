// An Analysis as JSON, for the HTTP API and `--json`.
//
// Every list is present, also when empty; keys are in the order of the struct, so the text of two equal
// analyses is equal. Strings are valid UTF-8 whatever the repository held: other bytes become U+FFFD.
//
// Thread safety: pure function.
#pragma once

#include <boost/json/fwd.hpp>

#include <container_kit/kit/analysis.h>

namespace container_kit::kit {

boost::json::value to_json(const Analysis& analysis);

}  // namespace container_kit::kit
