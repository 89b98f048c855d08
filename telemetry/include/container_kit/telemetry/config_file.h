// A Config from a YAML file in OpenTelemetry's declarative configuration, file_format 1.0.
//
//   telemetry::Manager tm{telemetry::config_from_file("telemetry.yaml")};
//
// What code sets wins over the environment, the environment over the file, the file over the preset. (The
// specification's SDKs ignore the environment where there is a file; ours does not, so that one file serves
// many machines.) What a file does not say is as it would be without the file.
//
// Values may hold ${VAR}, ${env:VAR} and ${VAR:-default}; $$ is a $. Below the key `container_kit` every
// field of docs/configuration.md can be set by its name. A key that is not known, a value that is not
// allowed, and what the file asks for and this library does not have are faults, each with its file and line,
// in Config::faults: Manager::initialize() reports them all, and does not start. logger_provider and
// instrumentation/development are passed over with a warning.
//
// A library target of its own, ContainerKit::config_file, because it needs yaml-cpp.
//
// Thread safety: any thread, as long as none changes the environment. Nothing is thrown.
// Source: opentelemetry-configuration, schema 1.0; OpenTelemetry specification, "Configuration Data Model".
#pragma once

#include <string>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry {

// `path`: at most 1 MiB of YAML. The preset is the one that CONTAINER_KIT_ENV names, else
// container_kit.environment in the file.
Config config_from_file(const std::string& path) noexcept;

// The file that the environment names: CONTAINER_KIT_CONFIG, OTEL_CONFIG_FILE or
// OTEL_EXPERIMENTAL_CONFIG_FILE, the first that is set. Empty: none.
std::string config_file_of_environment();

}  // namespace container_kit::telemetry
