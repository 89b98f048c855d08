// What is there of containers already: Dockerfiles, compose files, and the environment they are to be run
// with.
#include <algorithm>
#include <array>
#include <utility>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kImages{{
    {"postgres", "PostgreSQL"},
    {"postgis", "PostgreSQL"},
    {"timescaledb", "PostgreSQL"},
    {"mysql", "MySQL"},
    {"mariadb", "MariaDB"},
    {"mongo", "MongoDB"},
    {"redis", "Redis"},
    {"valkey", "Valkey"},
    {"memcached", "Memcached"},
    {"rabbitmq", "RabbitMQ"},
    {"kafka", "Kafka"},
    {"cassandra", "Cassandra"},
    {"elasticsearch", "Elasticsearch"},
    {"opensearch", "OpenSearch"},
    {"clickhouse-server", "ClickHouse"},
    {"influxdb", "InfluxDB"},
    {"neo4j", "Neo4j"},
    {"cockroach", "CockroachDB"},
    {"nats", "NATS"},
    {"couchdb", "CouchDB"},
    {"etcd", "etcd"},
    {"mssql/server", "SQL Server"},
}};

// The exec form, `["node", "server.js"]`, or the shell form as it is.
std::string command_of(std::string_view text) {
  if (!text.starts_with('[')) return std::string(text);
  std::string command;
  for (const auto word : quoted_strings(text)) {
    if (!command.empty()) command += ' ';
    command += word;
  }
  return command;
}

void read_dockerfile(const Project& project, const std::string& name, Findings& findings) {
  std::string command;
  for (const auto raw : lines_of(project.text(name))) {
    const auto line = trim(raw);
    const auto words = words_of(line);
    if (words.empty()) continue;
    const auto instruction = lower(words.front());
    if (instruction == "from") command.clear();  // only the last stage's counts
    if (instruction == "expose") {
      for (std::size_t i = 1; i < words.size(); ++i) {
        const auto port = parse_port(words[i].substr(0, words[i].find('/')));
        findings.port(port.value_or(0), "EXPOSE", project.path(name));
      }
    }
    if (instruction == "cmd" || instruction == "entrypoint") {
      const auto text = command_of(trim(line.substr(words.front().size())));
      if (instruction == "entrypoint") command.clear();
      if (!command.empty()) command += ' ';
      command += text;
    }
  }
  if (!command.ends_with('\\')) findings.start_command(command, project.folder(), project.path(name));
}

// "8080:80", "127.0.0.1:8080:80/tcp", "80": the container's side is the last number.
std::uint16_t container_port(std::string_view mapping) {
  mapping = mapping.substr(0, mapping.find('/'));
  return parse_port(mapping.substr(mapping.rfind(':') + 1)).value_or(0);
}

void read_compose(const Project& project, const std::string& name, Findings& findings) {
  const auto source = project.path(name);
  for (const auto& [service, definition] : project.yaml(name)["services"].members()) {
    const std::string& image = definition["image"].text();
    const auto name_at = image.rfind('/') + 1;  // npos + 1 is 0
    const auto bare = std::string_view(image).substr(0, image.find_first_of(":@", name_at));
    for (const auto& [known, database] : kImages) {
      const bool fits =
          bare == known || (bare.ends_with(known) && bare[bare.size() - known.size() - 1] == '/');
      if (fits) findings.database(database, image, source);
    }
    if (!definition.has("build")) continue;
    for (const auto& [key, port] : definition["ports"].members()) {
      const std::string& text = port.is_object() ? port["target"].text() : port.text();
      findings.port(container_port(text), "compose service " + service, source);
    }
  }
}

void detect(const Project& project, Findings& findings) {
  for (const auto& name : {"Dockerfile", "Containerfile"}) {
    if (project.has(name)) read_dockerfile(project, name, findings);
  }
  for (const auto& name : {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}) {
    if (project.has(name)) read_compose(project, name, findings);
  }
  for (const auto& name : {".env.example", ".env.sample", ".env.dist"}) {
    if (const auto port = setting(project.text(name), "PORT")) {
      findings.port(parse_port(*port).value_or(0), "PORT", project.path(name));
    }
  }
  for (const auto& name : {"Aptfile", "apt.txt"}) {
    for (const auto line : lines_of(project.text(name))) {
      const auto package = trim(line.substr(0, line.find('#')));
      const bool is_name = !package.empty() && package.find_first_of(": /") == kNotFound;
      if (is_name) findings.system_package(package, name, project.path(name));
    }
  }
}

}  // namespace

const Detector kContainerDetector{"container",
                                  "Dockerfile Containerfile compose.yaml compose.yml docker-compose.yaml "
                                  "docker-compose.yml .env.example .env.sample "
                                  ".env.dist Aptfile apt.txt",
                                  detect};

}  // namespace container_kit::kit::analysis
