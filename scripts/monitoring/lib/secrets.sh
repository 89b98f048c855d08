# shellcheck shell=bash disable=SC2154 # the others' variables: lib/all.sh has them all
# Passwords and the scrape token: made here, kept in STATE/secrets with mode 0600, never printed.

readonly secret_names=(prometheus_password alertmanager_password grafana_password scrape_token)

random_text() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32 || true; } # tr ends by SIGPIPE

# make_secrets [rotate]: those that are missing, or all of them anew.
make_secrets() {
  local name file
  mkdir -p "$state/secrets"
  chmod 0700 "$state/secrets"
  for name in "${secret_names[@]}"; do
    file=$state/secrets/$name
    if [ "${1:-}" != rotate ] && [ -s "$file" ]; then continue; fi
    random_text >"$file.new"
    chmod 0600 "$file.new"
    mv "$file.new" "$file"
    say "secret: $file"
  done
}

# bcrypt_of FILE: the hash that Prometheus and Alertmanager compare with. The password is on no command line.
bcrypt_of() {
  local hash
  # shellcheck disable=SC2016 # the dollar signs are Perl's
  hash=$(perl -e '
    my @digits = (".", "/", "A".."Z", "a".."z", 0..9);
    my $password = <STDIN>;
    open my $random, "<", "/dev/urandom" or die;
    read $random, my $bytes, 21;
    my $salt = join "", map { $digits[ord($_) & 63] } split //, $bytes;
    print crypt($password, "\$2b\$10\$${salt}O");' <"$1" 2>/dev/null) || true
  case $hash in
    \$2b\$10\$*) printf '%s\n' "$hash" ;;
    *) fail "no bcrypt at hand: install perl, on a system whose crypt(3) knows \$2b\$ (Debian's and Fedora's do)" ;;
  esac
}

# write_web_config SERVICE FOLDER: who may ask the service, as it wants to read it. Read anew at each request.
write_web_config() {
  local hash
  hash=$(bcrypt_of "$state/secrets/$1_password") || exit 1
  printf "basic_auth_users:\n  monitoring: '%s'\n" "$hash" >"$2/web.yml.new"
  mv "$2/web.yml.new" "$2/web.yml"
}

# ask SERVICE CURL-ARGUMENT...: curl as the user whose password the service has, where it has one.
ask() {
  local service=$1
  shift
  if [ -e "$state/secrets/${service}_password" ]; then
    local user='monitoring'
    if [ "$service" = grafana ]; then user='admin'; fi
    curl --silent --max-time 5 --config <(printf 'user = "%s:%s"\n' "$user" "$(<"$state/secrets/${service}_password")") "$@"
  else
    curl --silent --max-time 5 "$@"
  fi
}
