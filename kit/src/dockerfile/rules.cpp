#include "dockerfile/rules.h"

#include <array>

#include "dockerfile/rules/families.h"

namespace container_kit::kit::dockerfile {
namespace {

constexpr auto kError = Severity::kError;
constexpr auto kWarning = Severity::kWarning;
constexpr auto kInfo = Severity::kInfo;
constexpr auto kStyle = Severity::kStyle;

// hadolint's first, by number; then BuildKit's, by name. The severities are hadolint's; BuildKit warns.
constexpr std::array<Rule, 76> kRules{{
    {"DL1000", kError, "The Dockerfile can be parsed", nullptr},
    {"DL3000", kError, "WORKDIR is an absolute path", &rule::workdir_is_absolute},
    {"DL3001", kInfo, "No commands that make no sense in a container: ssh, vim, service, ps, mount …",
     &rule::commands_make_sense},
    {"DL3002", kWarning, "The last USER is not root", &rule::last_user_is_not_root},
    {"DL3003", kWarning, "WORKDIR instead of cd", &rule::cd_is_workdir},
    {"DL3004", kError, "No sudo", &rule::no_sudo},
    {"DL3006", kWarning, "The base image has a tag", &rule::from_is_tagged},
    {"DL3007", kWarning, "The base image's tag is not latest", &rule::from_is_not_latest},
    {"DL3008", kWarning, "Versions are pinned in apt-get install", &rule::apt_versions_are_pinned},
    {"DL3009", kInfo, "The package lists are deleted after apt-get", &rule::apt_lists_are_deleted},
    {"DL3010", kInfo, "ADD unpacks archives", &rule::archives_are_added},
    {"DL3011", kError, "Ports are 0 to 65535", &rule::ports_are_valid},
    {"DL3012", kError, "One HEALTHCHECK a stage", &rule::one_healthcheck},
    {"DL3013", kWarning, "Versions are pinned in pip install", &rule::pip_versions_are_pinned},
    {"DL3014", kWarning, "apt-get install has -y", &rule::apt_says_yes},
    {"DL3015", kInfo, "apt-get install has --no-install-recommends", &rule::apt_installs_no_recommends},
    {"DL3016", kWarning, "Versions are pinned in npm install", &rule::npm_versions_are_pinned},
    {"DL3018", kWarning, "Versions are pinned in apk add", &rule::apk_versions_are_pinned},
    {"DL3019", kInfo, "apk add has --no-cache", &rule::apk_keeps_no_cache},
    {"DL3020", kError, "COPY instead of ADD for files and folders", &rule::copy_instead_of_add},
    {"DL3021", kError, "COPY of several sources ends with a folder and \"/\"",
     &rule::copy_of_many_ends_with_slash},
    {"DL3022", kWarning, "COPY --from names an earlier stage or an image", &rule::copy_from_is_known},
    {"DL3023", kError, "COPY --from does not name its own stage", &rule::copy_from_is_another},
    {"DL3024", kError, "Stage names are unique", &rule::stage_names_are_unique},
    {"DL3025", kWarning, "CMD and ENTRYPOINT have the JSON form", &rule::commands_are_json},
    {"DL3027", kWarning, "apt-get instead of apt", &rule::apt_get_not_apt},
    {"DL3028", kWarning, "Versions are pinned in gem install", &rule::gem_versions_are_pinned},
    {"DL3029", kWarning, "FROM has no fixed --platform", &rule::from_has_no_constant_platform},
    {"DL3030", kWarning, "yum install has -y", &rule::yum_says_yes},
    {"DL3032", kWarning, "yum clean all follows yum install", &rule::yum_is_cleaned},
    {"DL3033", kWarning, "Versions are pinned in yum install", &rule::yum_versions_are_pinned},
    {"DL3034", kWarning, "zypper install has -y", &rule::zypper_says_yes},
    {"DL3035", kWarning, "No zypper dist-upgrade", &rule::zypper_does_not_upgrade},
    {"DL3036", kWarning, "zypper clean follows zypper install", &rule::zypper_is_cleaned},
    {"DL3037", kWarning, "Versions are pinned in zypper install", &rule::zypper_versions_are_pinned},
    {"DL3038", kWarning, "dnf install has -y", &rule::dnf_says_yes},
    {"DL3040", kWarning, "dnf clean all follows dnf install", &rule::dnf_is_cleaned},
    {"DL3041", kWarning, "Versions are pinned in dnf install", &rule::dnf_versions_are_pinned},
    {"DL3042", kWarning, "pip install has --no-cache-dir", &rule::pip_keeps_no_cache},
    {"DL3043", kError, "ONBUILD does not trigger ONBUILD, FROM or MAINTAINER", &rule::onbuild_triggers},
    {"DL3044", kError, "ENV does not use a variable that it sets itself", &rule::env_does_not_use_itself},
    {"DL3045", kWarning, "COPY to a relative path has a WORKDIR before it", &rule::copy_has_workdir},
    {"DL3046", kWarning, "useradd with a high user id has -l", &rule::useradd_has_no_log},
    {"DL3047", kInfo, "wget has --progress or is quiet", &rule::wget_is_quiet},
    {"DL3048", kStyle, "Keys of labels are valid", &rule::label_keys_are_valid},
    {"DL3059", kInfo, "Consecutive RUN instructions are joined", &rule::runs_are_joined},
    {"DL3060", kInfo, "yarn cache clean follows yarn install", &rule::yarn_is_cleaned},
    {"DL3061", kError, "The file begins with FROM or ARG", &rule::file_begins_with_from},
    {"DL3062", kWarning, "Versions are pinned in go install", &rule::go_versions_are_pinned},
    {"DL3063", kWarning, "No stage has a reserved name", &rule::stage_name_is_not_reserved},
    {"DL4000", kError, "No MAINTAINER", &rule::maintainer_is_deprecated},
    {"DL4001", kWarning, "wget or curl, not both", &rule::wget_or_curl},
    {"DL4003", kWarning, "One CMD a stage", &rule::one_cmd},
    {"DL4004", kError, "One ENTRYPOINT a stage", &rule::one_entrypoint},
    {"DL4005", kWarning, "SHELL instead of a link to /bin/sh", &rule::shell_is_set},
    {"DL4006", kWarning, "SHELL has -o pipefail before a RUN with a pipe", &rule::pipes_fail},
    {"ConsistentInstructionCasing", kWarning, "Instructions are all in capitals, or none is",
     &rule::casing_is_consistent},
    {"CopyIgnoredFile", kWarning, "COPY and ADD take nothing that .dockerignore leaves out",
     &rule::copies_are_not_ignored},
    {"DuplicateStageName", kWarning, "Stage names are unique", &rule::stage_names_are_unique},
    {"ExposeInvalidFormat", kWarning, "EXPOSE has no address and no host port", &rule::expose_has_no_mapping},
    {"ExposeProtoCasing", kWarning, "The protocol of EXPOSE is in lower case",
     &rule::port_protocol_is_lowercase},
    {"FromAsCasing", kWarning, "AS is cased like FROM", &rule::as_is_cased_like_from},
    {"FromPlatformFlagConstDisallowed", kWarning, "FROM has no fixed --platform",
     &rule::from_has_no_constant_platform},
    {"InvalidDefaultArgInFrom", kWarning, "FROM has a valid image with the defaults of its ARGs",
     &rule::default_args_give_an_image},
    {"JSONArgsRecommended", kWarning, "CMD and ENTRYPOINT have the JSON form", &rule::commands_are_json},
    {"LegacyKeyValueFormat", kWarning, "ENV and LABEL have \"=\"", &rule::no_legacy_pairs},
    {"MaintainerDeprecated", kWarning, "No MAINTAINER", &rule::maintainer_is_deprecated},
    {"MultipleInstructionsDisallowed", kWarning, "CMD, ENTRYPOINT and HEALTHCHECK are there once a stage",
     &rule::only_last_counts},
    {"NoEmptyContinuation", kWarning, "No empty lines among continuations", &rule::no_empty_continuation},
    {"RedundantTargetPlatform", kWarning, "FROM has no --platform=$TARGETPLATFORM, which is the default",
     &rule::target_platform_is_the_default},
    {"ReservedStageName", kWarning, "No stage has a reserved name", &rule::stage_name_is_not_reserved},
    {"SecretsUsedInArgOrEnv", kWarning, "No secrets in ARG and ENV", &rule::no_secrets_in_arg_or_env},
    {"StageNameCasing", kWarning, "Stage names are in lower case", &rule::stage_name_is_lowercase},
    {"UndefinedArgInFrom", kWarning, "ARGs in FROM are declared", &rule::from_args_are_declared},
    {"UndefinedVar", kWarning, "Variables are defined", &rule::variables_are_defined},
    {"WorkdirRelativePath", kWarning, "A relative WORKDIR follows an absolute one",
     &rule::workdir_has_absolute_base},
}};

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

}  // namespace container_kit::kit::dockerfile
