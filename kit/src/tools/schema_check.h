// JSON Schema 2020-12, as far as our declarations write it: what a schema made by json_schema() or
// result_schema() says of a value. It holds the tests' side of the bargain: that tools answer what they
// declare, and that the check of arguments and the schema in listings are of one mind.
//
// Keywords: type, enum, const, minimum, maximum, minLength, maxLength, items, minItems, maxItems, properties,
// required, additionalProperties, and schemas that are true or false. Others are passed over, as the
// specification wants of keywords that are not known.
//
// Thread safety: pure function.
#pragma once

#include <optional>
#include <string>

#include <boost/json/fwd.hpp>

namespace container_kit::kit {

// Where and why the value does not fit the schema: "/ports/0: is no integer"; nothing where it fits.
std::optional<std::string> schema_violation(const boost::json::value& schema,
                                            const boost::json::value& value);

}  // namespace container_kit::kit
