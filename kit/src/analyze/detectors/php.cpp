// PHP: composer.json.
#include <array>

#include "analyze/detector.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"laravel/framework", kFramework, "Laravel", 8000},
    KnownPackage{"laravel/lumen-framework", kFramework, "Lumen", 8000},
    KnownPackage{"symfony/framework-bundle", kFramework, "Symfony", 8000},
    KnownPackage{"symfony/symfony", kFramework, "Symfony", 8000},
    KnownPackage{"symfony/console", kFramework, "Symfony Console"},
    KnownPackage{"slim/slim", kFramework, "Slim", 8080},
    KnownPackage{"cakephp/cakephp", kFramework, "CakePHP", 8765},
    KnownPackage{"codeigniter4/framework", kFramework, "CodeIgniter", 8080},
    KnownPackage{"yiisoft/yii2", kFramework, "Yii", 8080},
    KnownPackage{"laminas/laminas-mvc", kFramework, "Laminas", 8080},
    KnownPackage{"mezzio/mezzio", kFramework, "Mezzio", 8080},
    KnownPackage{"drupal/core", kFramework, "Drupal"},
    KnownPackage{"drupal/core-recommended", kFramework, "Drupal"},
    KnownPackage{"roots/wordpress", kFramework, "WordPress"},
    KnownPackage{"laravel/octane", kFramework, "Laravel Octane", 8000},
    KnownPackage{"ext-pdo_pgsql", kDatabase, "PostgreSQL"},
    KnownPackage{"ext-pgsql", kDatabase, "PostgreSQL"},
    KnownPackage{"ext-pdo_mysql", kDatabase, "MySQL"},
    KnownPackage{"ext-mysqli", kDatabase, "MySQL"},
    KnownPackage{"ext-pdo_sqlite", kDatabase, "SQLite"},
    KnownPackage{"ext-sqlite3", kDatabase, "SQLite"},
    KnownPackage{"ext-mongodb", kDatabase, "MongoDB"},
    KnownPackage{"mongodb/mongodb", kDatabase, "MongoDB"},
    KnownPackage{"mongodb/laravel-mongodb", kDatabase, "MongoDB"},
    KnownPackage{"predis/predis", kDatabase, "Redis"},
    KnownPackage{"ext-redis", kDatabase, "Redis"},
    KnownPackage{"ext-memcached", kDatabase, "Memcached"},
    KnownPackage{"elasticsearch/elasticsearch", kDatabase, "Elasticsearch"},
    KnownPackage{"php-amqplib/php-amqplib", kDatabase, "RabbitMQ"},
    KnownPackage{"ext-pdo_pgsql", kSystem, "libpq-dev"},
    KnownPackage{"ext-pgsql", kSystem, "libpq-dev"},
    KnownPackage{"ext-gd", kSystem, "libpng-dev"},
    KnownPackage{"ext-gd", kSystem, "libjpeg62-turbo-dev"},
    KnownPackage{"ext-zip", kSystem, "libzip-dev"},
    KnownPackage{"ext-intl", kSystem, "libicu-dev"},
    KnownPackage{"ext-soap", kSystem, "libxml2-dev"},
    KnownPackage{"ext-imagick", kSystem, "libmagickwand-dev"},
    KnownPackage{"ext-bz2", kSystem, "libbz2-dev"},
    KnownPackage{"ext-gmp", kSystem, "libgmp-dev"},
    KnownPackage{"ext-xsl", kSystem, "libxslt1-dev"},
    KnownPackage{"ext-ldap", kSystem, "libldap2-dev"},
    KnownPackage{"ext-memcached", kSystem, "libmemcached-dev"},
};

// Laravel's choice of database is in the environment it ships.
void report_environment(const Project& project, Findings& findings) {
  for (const auto* file : {".env.example", ".env.dist", ".env"}) {
    const auto& text = project.text(file);
    const auto driver = setting(text, "DB_CONNECTION").value_or("");
    const auto url = setting(text, "DATABASE_URL").value_or("");
    const auto source = project.path(file);
    if (driver == "pgsql" || url.starts_with("postgres"))
      findings.database("PostgreSQL", std::string("environment"), source);
    if (driver == "mysql" || url.starts_with("mysql")) findings.database("MySQL", "environment", source);
    if (driver == "sqlite" || url.starts_with("sqlite")) findings.database("SQLite", "environment", source);
  }
}

void report_start(const Project& project, Findings& findings) {
  const auto front =
      project.first_of({"public/index.php", "web/index.php", "index.php", "webroot/index.php"});
  if (!front.empty()) findings.entry_point(project.path(front), "", project.path(front));
  const auto console = project.first_of({"artisan", "bin/console", "yii", "spark", "bin/cake"});
  if (!console.empty()) findings.entry_point(project.path(console), "console", project.path(console));
  if (console == "artisan") {
    return findings.start_command("php artisan serve --host=0.0.0.0 --port=8000", project.folder(),
                                  project.path(console));
  }
  if (front.empty()) return;
  const auto root = folder_of(front);
  findings.start_command("php -S 0.0.0.0:8000" + (root.empty() ? "" : " -t " + std::string(root)),
                         project.folder(), project.path(front));
}

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("composer.json");
  const Node& composer = project.json("composer.json");
  if (!composer.is_object()) return;
  const auto lock = project.has("composer.lock") ? project.path("composer.lock") : std::string();
  if (!lock.empty() || !project.has_above("composer.json"))
    findings.package_manager("Composer", source, lock);
  const Node& provided = project.at("").json("composer.json")["replace"];  // what a monorepo makes itself
  for (const auto& [name, version] : composer["require"].members()) {
    if (provided.has(name)) continue;
    if (name == "php" || name == "php-64bit") findings.runtime("php", version.text(), source);
    report_known(kPackages, name, version.text(), source, findings);
  }
  findings.runtime("php", composer["config"]["platform"]["php"].text(), source);
  for (const auto file : composer["bin"].texts())
    findings.entry_point(project.path(file), file_name_of(file), source);
  report_environment(project, findings);
  report_start(project, findings);
}

}  // namespace

const Detector kPhpDetector{"php", "composer.json", detect};

}  // namespace container_kit::kit::analysis
