# shellcheck shell=bash
# Every part, for the commands.
here_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/monitoring/lib/common.sh
. "$here_lib/common.sh"
# shellcheck source=scripts/monitoring/lib/settings.sh
. "$here_lib/settings.sh"
# shellcheck source=scripts/monitoring/lib/secrets.sh
. "$here_lib/secrets.sh"
# shellcheck source=scripts/monitoring/lib/services.sh
. "$here_lib/services.sh"
# shellcheck source=scripts/monitoring/lib/native.sh
. "$here_lib/native.sh"
# shellcheck source=scripts/monitoring/lib/render.sh
. "$here_lib/render.sh"
# shellcheck source=scripts/monitoring/lib/docker.sh
. "$here_lib/docker.sh"
# shellcheck source=scripts/monitoring/lib/engine.sh
. "$here_lib/engine.sh"
# shellcheck source=scripts/monitoring/lib/checks.sh
. "$here_lib/checks.sh"
