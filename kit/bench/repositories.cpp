#include "repositories.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "http_client.h"

namespace container_kit::kit::bench {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string module_text(std::size_t number) {
  std::string text = "'use strict';\n\nconst store = require('../store');\n\n";
  const std::size_t functions = 4 + number * 7 % 23;
  for (std::size_t i = 0; i < functions; ++i) {
    const auto name = std::to_string(number) + "_" + std::to_string(i);
    text += "// Answers with the orders of one customer, the latest first.\n";
    text += "async function orders_" + name + "(request, response) {\n";
    text += "  const rows = await store.query('select * from orders where customer = $1', [request.id]);\n";
    text += "  response.json(rows.map((row) => ({ id: row.id, total: row.total })));\n}\n\n";
  }
  return text + "module.exports = {};\n";
}

void write_top(const fs::path& folder) {
  write(folder / "package.json",
        R"({"name": "shop", "version": "1.2.0", "private": true, "main": "src/server.js",
  "engines": {"node": ">=20"}, "scripts": {"start": "node src/server.js"},
  "dependencies": {"express": "^4.19.2", "pg": "^8.11.5"}}
)");
  write(folder / "package-lock.json", R"({"name": "shop", "version": "1.2.0", "lockfileVersion": 3,
  "packages": {"": {"name": "shop", "dependencies": {"express": "^4.19.2", "pg": "^8.11.5"}}}}
)");
  write(folder / ".gitignore", "node_modules/\n*.log\ndist/\n.env\ncoverage/\n");
  fs::create_directories(folder / "src");
  write(folder / "src/server.js",
        "const app = require('express')();\napp.get('/health', (request, response) => response.send('ok'));\n"
        "app.listen(process.env.PORT || 3000);\n");
}

}  // namespace

WorkFolder::WorkFolder() {
  path_ = (fs::temp_directory_path() / "server_bench.XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) give_up("cannot make a folder in " + path_);
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_repository(const std::string& folder, std::size_t files) {
  constexpr std::size_t kAtTop = 4;
  constexpr std::size_t kInFolder = 20;
  fs::create_directories(folder);
  write_top(folder);
  for (std::size_t i = 0; i + kAtTop < files; ++i) {
    const fs::path in = fs::path(folder) / "src" / ("area" + std::to_string(i / 400)) /
                        ("part" + std::to_string(i / kInFolder));
    if (i % kInFolder == 0 || i == 0) fs::create_directories(in);
    write(in / ("module" + std::to_string(i) + ".js"), module_text(i));
  }
}

std::string make_dockerfile(std::size_t bytes) {
  std::string text = "# syntax=docker/dockerfile:1\n";
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    const auto number = std::to_string(i);
    text += "FROM node:20.11-bookworm-slim AS build" + number + "\n";
    text += "ARG VERSION=1.2." + number + "\nENV NODE_ENV=production VERSION=${VERSION}\nWORKDIR /src\n";
    text += "COPY package.json package-lock.json ./\n";
    text += "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev \\\n    && npm cache clean --force\n";
    text += "COPY src/ ./src/\n";
    text += "RUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates \\\n";
    text +=
        "    && rm -rf /var/lib/apt/lists/* && for f in src/*.js; do node --check \"$f\" || exit 1; done\n";
    text += "USER 10001:10001\nEXPOSE 3000\n";
    text += "HEALTHCHECK --interval=30s CMD [\"node\", \"src/health.js\"]\n";
    text += "CMD [\"node\", \"src/server.js\"]\n\n";
  }
  return text;
}

}  // namespace container_kit::kit::bench
