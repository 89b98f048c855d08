// Ruby: Gemfile and gemspecs.
#include <array>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"rails", kFramework, "Rails", 3000},
    KnownPackage{"sinatra", kFramework, "Sinatra", 4567},
    KnownPackage{"hanami", kFramework, "Hanami", 2300},
    KnownPackage{"roda", kFramework, "Roda", 9292},
    KnownPackage{"grape", kFramework, "Grape", 9292},
    KnownPackage{"padrino", kFramework, "Padrino", 3000},
    KnownPackage{"jekyll", kFramework, "Jekyll", 4000},
    KnownPackage{"sidekiq", kFramework, "Sidekiq"},
    KnownPackage{"rack", kFramework, "Rack"},
    KnownPackage{"puma", kFramework, "Puma"},
    KnownPackage{"pg", kDatabase, "PostgreSQL"},
    KnownPackage{"mysql2", kDatabase, "MySQL"},
    KnownPackage{"trilogy", kDatabase, "MySQL"},
    KnownPackage{"sqlite3", kDatabase, "SQLite"},
    KnownPackage{"mongoid", kDatabase, "MongoDB"},
    KnownPackage{"mongo", kDatabase, "MongoDB"},
    KnownPackage{"redis", kDatabase, "Redis"},
    KnownPackage{"sidekiq", kDatabase, "Redis"},
    KnownPackage{"dalli", kDatabase, "Memcached"},
    KnownPackage{"elasticsearch", kDatabase, "Elasticsearch"},
    KnownPackage{"bunny", kDatabase, "RabbitMQ"},
    KnownPackage{"ruby-kafka", kDatabase, "Kafka"},
    KnownPackage{"pg", kSystem, "libpq-dev"},
    KnownPackage{"mysql2", kSystem, "default-libmysqlclient-dev"},
    KnownPackage{"sqlite3", kSystem, "libsqlite3-dev"},
    KnownPackage{"rmagick", kSystem, "libmagickwand-dev"},
    KnownPackage{"mini_magick", kSystem, "imagemagick"},
    KnownPackage{"ruby-vips", kSystem, "libvips42"},
    KnownPackage{"image_processing", kSystem, "libvips42"},
    KnownPackage{"charlock_holmes", kSystem, "libicu-dev"},
    KnownPackage{"rugged", kSystem, "cmake"},
    KnownPackage{"curb", kSystem, "libcurl4-openssl-dev"},
};

bool starts_test_group(std::string_view line) {
  if (!line.starts_with("group ")) return false;
  return (contains(line, ":test") || contains(line, ":development")) && !contains(line, ":production");
}

// What follows the keyword: '>= 2.7', '< 3.3'. Options (engine: "jruby") are none of it.
std::string ruby_requirement(std::string_view line) {
  std::string all;
  for (const auto part : quoted_strings(line)) {
    if (part.empty() || part.find_first_of("0123456789<>=~") != 0) continue;
    all.append(all.empty() ? "" : ", ").append(part);
  }
  return all;
}

// gem 'pg', '~> 1.5', require: false. Gems of the test and development groups are none of the product's.
void read_gemfile(const Project& project, const std::string& file, Findings& findings) {
  const auto source = project.path(file);
  bool in_test_group = false;
  const std::string text = without_comments(project.text(file), "#");
  for (const auto raw : lines_of(text)) {
    const auto line = trim(raw);
    if (starts_test_group(line)) in_test_group = true;
    if (line == "end") in_test_group = false;
    const auto strings = quoted_strings(line);
    if (strings.empty() || in_test_group) continue;
    if (line.starts_with("ruby ") || line.starts_with("ruby(")) {
      const auto plain = line.substr(0, line.find(':'));
      if (!contains(line, "file:")) findings.runtime("ruby", ruby_requirement(plain), source);
    }
    if (!line.starts_with("gem ") && !line.starts_with("gem(")) continue;
    // A string after a key, like git: "…", is no version.
    const bool versioned = strings.size() > 1 && strings[1].find_first_of("0123456789") != kNotFound &&
                           !contains(strings[1], "/") &&
                           !contains(line.substr(0, line.find(strings[1])), ":");
    report_known(kPackages, strings[0], versioned ? strings[1] : std::string_view{}, source, findings);
  }
}

void read_gemspec(const Project& project, const std::string& file, Findings& findings) {
  const auto source = project.path(file);
  const auto text = without_comments(project.text(file), "#");
  for (const auto line : lines_of(text)) {
    const auto strings = quoted_strings(line);
    if (strings.empty()) continue;
    if (contains(line, "required_ruby_version")) findings.runtime("ruby", ruby_requirement(line), source);
    const bool dependency = contains(line, "add_dependency") || contains(line, "add_runtime_dependency");
    if (dependency)
      report_known(kPackages, strings[0], strings.size() > 1 ? strings[1] : "", source, findings);
    if (contains(line, ".executables")) {
      for (const auto name : strings) findings.entry_point(name, name, source);
    }
  }
}

void report_start(const Project& project, Findings& findings) {
  const auto gemfile = project.path("Gemfile");
  if (project.has("config/application.rb") || project.has("bin/rails")) {
    const auto source = project.path(project.has("bin/rails") ? "bin/rails" : "config/application.rb");
    findings.entry_point(source, "", source);
    findings.start_command("bundle exec rails server -b 0.0.0.0", project.folder(), source);
  } else if (project.has("config.ru")) {
    const auto source = project.path("config.ru");
    findings.entry_point(source, "", source);
    const bool puma = findings.has_framework("Puma", gemfile);
    findings.start_command(
        puma ? "bundle exec puma -b tcp://0.0.0.0:9292" : "bundle exec rackup -o 0.0.0.0 -p 9292",
        project.folder(), source);
  } else if (const auto file = project.first_of({"app.rb", "server.rb", "main.rb"}); !file.empty()) {
    findings.entry_point(project.path(file), "", project.path(file));
    findings.start_command("bundle exec ruby " + file, project.folder(), project.path(file));
    report_port_of_sources(project, {file}, findings);
  }
  if (project.has("config/puma.rb")) report_port_of_sources(project, {"config/puma.rb"}, findings);
}

void detect(const Project& project, Findings& findings) {
  const auto gemspecs = project.files("*.gemspec");
  const auto gemfile = project.first_of({"Gemfile", "gems.rb"});
  const auto lock = project.first_of({"Gemfile.lock", "gems.locked"});
  const auto manifest = gemfile.empty() ? gemspecs.empty() ? std::string() : gemspecs.front() : gemfile;
  if (!manifest.empty()) {
    const auto& locked = project.text(lock);
    const auto at = locked.find("BUNDLED WITH");
    const auto version =
        at == std::string::npos ? std::string_view{} : trim(std::string_view(locked).substr(at + 12));
    findings.package_manager("Bundler", project.path(manifest), lock.empty() ? "" : project.path(lock),
                             version);
  }
  if (!gemfile.empty()) read_gemfile(project, gemfile, findings);
  for (const auto& gemspec : gemspecs) read_gemspec(project, gemspec, findings);
  report_start(project, findings);
}

}  // namespace

const Detector kRubyDetector{"ruby", "Gemfile gems.rb config.ru *.gemspec", detect};

}  // namespace container_kit::kit::analysis
