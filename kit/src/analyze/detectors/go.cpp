// Go: go.mod and go.work, programs in the root and below cmd/.
#include <array>

#include "analyze/detector.h"
#include "analyze/detectors/go_module.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"github.com/gin-gonic/gin", kFramework, "Gin", 8080},
    KnownPackage{"github.com/labstack/echo", kFramework, "Echo", 1323},
    KnownPackage{"github.com/gofiber/fiber", kFramework, "Fiber", 3000},
    KnownPackage{"github.com/go-chi/chi", kFramework, "chi"},
    KnownPackage{"github.com/gorilla/mux", kFramework, "Gorilla Mux"},
    KnownPackage{"github.com/beego/beego", kFramework, "Beego", 8080},
    KnownPackage{"github.com/gobuffalo/buffalo", kFramework, "Buffalo", 3000},
    KnownPackage{"github.com/spf13/cobra", kFramework, "Cobra"},
    KnownPackage{"google.golang.org/grpc", kFramework, "gRPC"},
    KnownPackage{"github.com/lib/pq", kDatabase, "PostgreSQL"},
    KnownPackage{"github.com/jackc/pgx", kDatabase, "PostgreSQL"},
    KnownPackage{"gorm.io/driver/postgres", kDatabase, "PostgreSQL"},
    KnownPackage{"github.com/go-sql-driver/mysql", kDatabase, "MySQL"},
    KnownPackage{"gorm.io/driver/mysql", kDatabase, "MySQL"},
    KnownPackage{"github.com/mattn/go-sqlite3", kDatabase, "SQLite"},
    KnownPackage{"gorm.io/driver/sqlite", kDatabase, "SQLite"},
    KnownPackage{"modernc.org/sqlite", kDatabase, "SQLite"},
    KnownPackage{"go.mongodb.org/mongo-driver", kDatabase, "MongoDB"},
    KnownPackage{"github.com/redis/go-redis", kDatabase, "Redis"},
    KnownPackage{"github.com/go-redis/redis", kDatabase, "Redis"},
    KnownPackage{"github.com/gomodule/redigo", kDatabase, "Redis"},
    KnownPackage{"github.com/gocql/gocql", kDatabase, "Cassandra"},
    KnownPackage{"github.com/elastic/go-elasticsearch", kDatabase, "Elasticsearch"},
    KnownPackage{"github.com/ClickHouse/clickhouse-go", kDatabase, "ClickHouse"},
    KnownPackage{"github.com/microsoft/go-mssqldb", kDatabase, "SQL Server"},
    KnownPackage{"github.com/bradfitz/gomemcache", kDatabase, "Memcached"},
    KnownPackage{"github.com/segmentio/kafka-go", kDatabase, "Kafka"},
    KnownPackage{"github.com/IBM/sarama", kDatabase, "Kafka"},
    KnownPackage{"github.com/rabbitmq/amqp091-go", kDatabase, "RabbitMQ"},
    KnownPackage{"github.com/nats-io/nats.go", kDatabase, "NATS"},
    KnownPackage{"go.etcd.io/etcd/client", kDatabase, "etcd"},
    KnownPackage{"github.com/mattn/go-sqlite3", kSystem, "gcc"},
    KnownPackage{"gorm.io/driver/sqlite", kSystem, "gcc"},
    KnownPackage{"github.com/confluentinc/confluent-kafka-go", kSystem, "librdkafka-dev"},
    KnownPackage{"github.com/h2non/bimg", kSystem, "libvips-dev"},
};

// "github.com/labstack/echo/v4" is "github.com/labstack/echo".
std::string_view without_major(std::string_view module) {
  const auto slash = module.rfind('/');
  if (slash == kNotFound) return module;
  const auto last = module.substr(slash + 1);
  const bool is_major =
      last.size() >= 2 && last[0] == 'v' && last.find_first_not_of("0123456789", 1) == kNotFound;
  return is_major ? module.substr(0, slash) : module;
}

std::string report_module(const Project& project, Findings& findings) {
  const auto source = project.path("go.mod");
  std::string module;
  for_each_directive(project.text("go.mod"), [&](const std::vector<std::string_view>& words) {
    if (words[0] == "module") module = std::string(unquoted(words[1]));
    if (words[0] == "go") findings.runtime("go", words[1], source);
    if (words[0] == "toolchain")
      findings.runtime("go", words[1].starts_with("go") ? words[1].substr(2) : words[1], source);
    if (words[0] == "require" && words.size() >= 3) {
      report_known(kPackages, without_major(words[1]), words[2], source, findings);
    }
  });
  return module;
}

bool is_program(const Project& project, const std::string& file) {
  const auto& text = project.text(file);
  return go_has_main(text) && go_builds_file(file_name_of(file), text);
}

// The file of a folder that holds main(), main.go before others.
std::string program_in(const Project& project, const std::string& folder) {
  auto usual = join_path(folder, "main.go");
  if (project.has(usual) && is_program(project, usual)) return usual;
  for (const auto& name : project.files("*.go", folder)) {
    if (is_program(project, join_path(folder, name))) return join_path(folder, name);
  }
  return {};
}

// Neither below a go.mod of its own nor in a folder that the go command's patterns pass by.
bool is_of_module(const Project& project, std::string_view folder) {
  for (auto at = folder; !at.empty(); at = folder_of(at)) {
    const auto name = file_name_of(at);
    if (name == "testdata" || name.starts_with('_') || project.has(join_path(at, "go.mod"))) return false;
  }
  return true;
}

void report_programs(const Project& project, const std::string& module, Findings& findings) {
  std::vector<std::string> folders{""};
  for (const auto* glob : {"cmd", "cmd/*", "cmd/*/*", "server", "src"}) {
    for (const auto& folder : project.folders(glob, "")) {
      if (is_of_module(project, folder)) folders.push_back(folder);
    }
  }
  std::vector<std::string> files;
  for (const auto& folder : folders) {
    const auto file = program_in(project, folder);
    if (file.empty()) continue;
    files.push_back(file);
    const auto name = file_name_of(folder.empty() ? without_major(module) : std::string_view(folder));
    findings.entry_point(project.path(file), name, project.path("go.mod"));
    findings.start_command(folder.empty() ? "go run ." : "go run ./" + folder, project.folder(),
                           project.path(file));
  }
  for (const auto& name : project.files("*.go")) {
    if (!name.ends_with("_test.go")) files.push_back(name);
  }
  if (!findings.has_start_command(project.folder())) return;  // a library listens on nothing
  report_port_of_sources(project, files, findings);
}

void report_work(const Project& project, Findings& findings) {
  const auto source = project.path("go.work");
  for_each_directive(project.text("go.work"), [&](const std::vector<std::string_view>& words) {
    if (words[0] == "go") findings.runtime("go", words[1], source);
    if (words[0] != "use" || words[1] == ".") return;
    auto folder = unquoted(words[1]);
    while (folder.starts_with("./")) folder.remove_prefix(2);
    std::string_view module;
    const auto member = project.below(folder);
    for_each_directive(member.text("go.mod"), [&](const std::vector<std::string_view>& directive) {
      if (directive[0] == "module") module = directive[1];
    });
    if (member.has("go.mod")) findings.member(project.path(folder), module, "go.work", source);
  });
}

void detect(const Project& project, Findings& findings) {
  if (project.has("go.work")) report_work(project, findings);
  if (!project.has("go.mod")) return;
  const auto module = report_module(project, findings);
  const bool asks_for_any = contains(project.text("go.mod"), "require");
  const auto lock = project.has("go.sum") ? project.path("go.sum") : std::string();
  findings.package_manager("go", project.path("go.mod"), lock, "",
                           asks_for_any ? Findings::Lock::kByFile : Findings::Lock::kNeedsNone);
  report_programs(project, module, findings);
}

}  // namespace

const Detector kGoDetector{"go", "go.mod go.work", detect};

}  // namespace container_kit::kit::analysis
