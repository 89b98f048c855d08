# shellcheck shell=bash
# Packages from bookworm-backports without a lasting change to the machine's apt: the extra source lives in a
# scratch folder for the length of one installation, and uses the mirror and the key that apt already uses.

# signed_by FILE: the first Signed-By of an apt source, in either format; nothing if it names none.
signed_by() {
  case $1 in
    *.sources) sed -nE 's/^Signed-By:[[:space:]]*(\/[^[:space:]]+).*/\1/p' "$1" ;;
    *) sed -nE 's/^deb .*\[.*signed-by=(\/[^] ]+).*/\1/p' "$1" ;;
  esac | head -n 1
}

# backports_source: the line that adds bookworm-backports beside the machine's own bookworm, or failure.
backports_source() {
  local origin site entry key
  # shellcheck disable=SC2016 # apt expands these
  origin=$(apt-get indextargets --format '$(SITE) $(SOURCESENTRY)' \
    'Codename: bookworm' 'Component: main' 'Created-By: Packages' | head -n 1)
  [ -n "$origin" ] || return 1
  site=${origin%% *}
  entry=${origin#* }
  key=$(signed_by "${entry%:*}")
  printf 'deb %s%s bookworm-backports main\n' "${key:+[signed-by=$key] }" "$site"
}

# has_backports: whether the machine's own sources already have it.
has_backports() {
  # shellcheck disable=SC2016 # apt expands it
  [ -n "$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm-backports' 'Created-By: Packages')" ]
}
