// The functions behind the table in rules.cpp, by family: one file each.
#pragma once

#include "dockerfile/rules.h"

namespace container_kit::kit::dockerfile::rule {

using Check = void(const LintContext& context, Report& report);

// stages.cpp: FROM and what it names.
Check from_is_tagged, from_is_not_latest, from_has_no_constant_platform, stage_names_are_unique,
    file_begins_with_from, stage_name_is_not_reserved, stage_name_is_lowercase, as_is_cased_like_from;

// base_images.cpp: the ARGs that FROM uses.
Check from_args_are_declared, default_args_give_an_image, target_platform_is_the_default;

// form.cpp: how instructions are written, and how often.
Check commands_are_json, maintainer_is_deprecated, one_cmd, one_entrypoint, one_healthcheck, only_last_counts,
    casing_is_consistent, no_empty_continuation, no_legacy_pairs, onbuild_triggers, runs_are_joined;

// files.cpp: COPY, ADD and WORKDIR.
Check workdir_is_absolute, workdir_has_absolute_base, archives_are_added, copy_instead_of_add,
    copy_of_many_ends_with_slash, copy_from_is_known, copy_from_is_another, copy_has_workdir,
    copies_are_not_ignored;

// settings.cpp: USER, EXPOSE, ENV, LABEL.
Check last_user_is_not_root, ports_are_valid, port_protocol_is_lowercase, expose_has_no_mapping,
    env_does_not_use_itself, label_keys_are_valid, no_secrets_in_arg_or_env;

// undefined_variables.cpp
Check variables_are_defined;

// packages_debian.cpp: apt-get and apt.
Check apt_versions_are_pinned, apt_lists_are_deleted, apt_says_yes, apt_installs_no_recommends,
    apt_get_not_apt;

// packages_system.cpp: apk, yum, dnf, zypper.
Check apk_versions_are_pinned, apk_keeps_no_cache, yum_says_yes, yum_is_cleaned, yum_versions_are_pinned,
    zypper_says_yes, zypper_does_not_upgrade, zypper_is_cleaned, zypper_versions_are_pinned, dnf_says_yes,
    dnf_is_cleaned, dnf_versions_are_pinned;

// packages_language.cpp: pip, npm, yarn, gem, go.
Check pip_versions_are_pinned, pip_keeps_no_cache, npm_versions_are_pinned, yarn_is_cleaned,
    gem_versions_are_pinned, go_versions_are_pinned;

// commands.cpp: what RUN runs.
Check commands_make_sense, cd_is_workdir, no_sudo, useradd_has_no_log, wget_is_quiet, wget_or_curl,
    shell_is_set, pipes_fail;

}  // namespace container_kit::kit::dockerfile::rule
