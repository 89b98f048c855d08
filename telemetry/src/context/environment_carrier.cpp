#include <cstdlib>

#include <unistd.h>

#include <container_kit/telemetry/environment_carrier.h>

namespace container_kit::telemetry {
namespace {

std::vector<std::string> own_variables() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

std::string environment_name(std::string_view header) {
  std::string name;
  for (const char c : header) {
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += is_lower ? static_cast<char>(c - 'a' + 'A') : (is_kept ? c : '_');
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, 1, '_');
  return name;
}

std::optional<std::string_view> ProcessEnvironment::get(std::string_view header) const {
  const char* const value =
      std::getenv(environment_name(header).c_str());  // NOLINT(concurrency-mt-unsafe): see the header
  return value != nullptr ? std::optional<std::string_view>(value) : std::nullopt;
}

ChildEnvironment::ChildEnvironment(const Propagator& propagator, const Context& context)
    : ChildEnvironment(propagator, context, own_variables()) {}

ChildEnvironment::ChildEnvironment(const Propagator& propagator, const Context& context,
                                   std::vector<std::string> variables)
    : variables_(std::move(variables)) {
  for (const std::string_view field : propagator.fields()) erase(environment_name(field));
  propagator.inject(context, *this);
}

void ChildEnvironment::set(std::string_view header, std::string_view value) {
  const std::string name = environment_name(header);
  erase(name);
  variables_.push_back((name + '=').append(value));
}

void ChildEnvironment::erase(std::string_view name) {
  std::erase_if(variables_, [name](const std::string& variable) {
    return variable.size() > name.size() && variable.starts_with(name) && variable[name.size()] == '=';
  });
}

char* const* ChildEnvironment::envp() {
  pointers_.clear();
  for (std::string& variable : variables_) pointers_.push_back(variable.data());
  pointers_.push_back(nullptr);
  return pointers_.data();
}

}  // namespace container_kit::telemetry
