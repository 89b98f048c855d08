// A folder of Kubernetes manifests on its way to kubectl, which would follow whatever links it finds there.
//
// Thread safety: functions without state of their own.
#pragma once

#include "analyze/path_guard.h"
#include "containers/scratch_folder.h"

namespace container_kit::kit::containers {

// Whether kubectl would read it as a kustomization.
bool has_kustomization(const analysis::GuardedDirectory& folder);

// That every file and folder that a kustomization takes in, and those that they take in, lie beneath the
// allowed roots. (Other files of a kustomization are held to its folder by Kustomize itself.) Errors: those
// of the path guard; kInvalidArgument for one that cannot be read, or leads to an address.
ToolResult<void> check_kustomization(const analysis::PathGuard& guard,
                                     const analysis::GuardedDirectory& folder);

// Copies the manifests of a folder, *.yaml, *.yml and *.json, to another, so that what was checked is what is
// read. Errors: kPathNotAllowed for a link that leads out; kInvalidArgument for what is no regular file;
// kTooLarge.
ToolResult<void> copy_manifests(const analysis::GuardedDirectory& folder, const ScratchFolder& to);

}  // namespace container_kit::kit::containers
