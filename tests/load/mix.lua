-- The requests of wrk: what clients ask for most, in turns. The repository is the first argument behind `--`.
local requests = {}
local turn = 0

local function call(tool, arguments)
  return wrk.format("POST", "/api/tools/execute", {["Content-Type"] = "application/json"},
    string.format('{"tool":"%s","arguments":%s}', tool, arguments))
end

function init(arguments)
  local path = string.format('{"path":"%s"}', arguments[1])
  requests = {
    call("ping", "{}"),
    call("analyze", path),
    call("generate_dockerfile", path),
    call("lint_dockerfile", string.format('{"path":"%s/Dockerfile"}', arguments[1])),
    wrk.format("GET", "/health"),
    wrk.format("GET", "/api/sessions?limit=20"),
    wrk.format("GET", "/metrics"),
  }
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
