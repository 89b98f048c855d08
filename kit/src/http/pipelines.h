// Pipelines over HTTP: GET /api/pipelines, and POST /api/pipelines/{name}/execute with {"inputs":{...}}.
//
// A client whose Accept names text/event-stream follows the run: the events `started`, `progress`, and at the
// end `result` or `error`. Any other gets one JSON object when the run has ended. Either way the run is
// cancelled when the client leaves.
#pragma once

#include "http/execute.h"

namespace container_kit::kit::http {

// {"pipelines":[...]}, in order of their names.
Response list_pipelines(const ToolRegistry& tools);

// Blocks for as long as the run takes. Whatever is wrong with the request itself is answered by its status,
// before a stream begins.
Response execute_pipeline(const ExecuteSetup& setup, const Exchange& exchange);

// The documentation of the second, for operation().
extern const char* const kPipelineDocumentation;

}  // namespace container_kit::kit::http
