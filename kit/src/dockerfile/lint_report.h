// The result of a lint as JSON and as lines.
//
// Thread safety: pure functions. Text of the file is made safe to show in both.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>

#include "dockerfile/lint.h"

namespace container_kit::kit::dockerfile {

// {"path","findings":[{"rule","severity","line","column","message","fix"?}],"counts":{…},"ignored"}
// In the memory that `storage` stands for.
boost::json::object to_json(const LintResult& result, std::string_view path,
                            const boost::json::storage_ptr& storage = {});

// path:line:column: severity RULE message, one a line, and a line that counts them.
std::string to_text(const LintResult& result, std::string_view path);

}  // namespace container_kit::kit::dockerfile
