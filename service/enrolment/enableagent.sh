#!/bin/bash
# Makes a Linux machine of a scale set an agent of its pool. The Azure Pipelines agent extension downloads the agent's
# package and this file into the agent folder and runs it as root; the file is the same for every pool and machine.
# What differs comes as four named parameters, none of them secret, and from the service, against the attested document
# of this machine. The extension shows what is printed here, reads it as ASCII, and waits for every open pipe.
#
# Only for tests, which run it as a process: WEIR_TEST_IMDS (address in place of the metadata service), WEIR_TEST_USER
# (an existing user in place of AzDevOps), WEIR_TEST_ETC (folder in place of /etc), WEIR_TEST_SYSTEMD (folder whose
# existence means that systemd runs), WEIR_TEST_PAUSE (seconds between tries) and WEIR_TEST_PATIENCE (seconds for which a
# detached run claims). An image has no reason to set them, and whoever could is root on the machine already.
set -Eeuo pipefail
umask 022
IFS=$' \t\n'

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
etc="${WEIR_TEST_ETC:-/etc}"
agent_user="${WEIR_TEST_USER:-AzDevOps}"
systemd="${WEIR_TEST_SYSTEMD:-/run/systemd/system}"
service_url="" pool="" package="" package_sha256="" staging="" is_done=false
work_variable="" proxy_url="" proxy_user="" proxy_password=""
forbidden=() parameters=("$@")
has_work_variable=false is_detached=false is_unpacked=false

main() {
  read_parameters "$@"
  cd "$root"
  if [ "$is_detached" = true ]; then exec < /dev/null > enableagent.log 2>&1; fi
  trap finish EXIT
  take_turn
  if [ -e .agent ]; then
    say "this machine is an agent already"
    is_done=true
    return 0
  fi
  if [ "$is_detached" = true ]; then resume; else stage; fi
  claim
  if [ "$is_unpacked" = false ]; then
    download
    unpack
  fi
  make_user
  make_work_folder
  write_files
  keep_trial
  start_agent
  start_trial
  say "agent $(answer agentName) of pool $pool was started"
  is_done=true
}

stage() {
  staging="$(mktemp -d "$root/.weir.XXXXXX")"
  read_image_environment
  trap 'say "line $LINENO failed"' ERR
  take_agent_variables
  write_environment_file
  export LC_ALL=C
  if [ -f "$package" ]; then unpack; fi
}

say() { printf 'weir: %s\n' "$1" | tr -cd '\11\12\40-\176'; }

fail() {
  say "$1"
  exit 1
}

# The handler takes .agent for "enabled", so a run that did not come to its end must leave neither it nor the key; the
# profile of an image may even end it with success.
finish() {
  trap - EXIT ERR
  if [ -n "$staging" ]; then rm -rf "$staging"; fi
  if [ "$is_done" = false ]; then
    rm -f "$root/.agent" "$root/.credentials_rsaparams" "$root/.credentials" "$root/.env"
    say "enrolment failed"
    exit 1
  fi
}

# Named parameters that no other script knows: where the extension falls back to Microsoft's script, it fails on them.
read_parameters() {
  while [ "$#" -gt 0 ]; do
    if [ "$#" -lt 2 ]; then fail "parameter $1 has no value"; fi
    case "$1" in
      --weir-url) service_url="$2" ;;
      --weir-pool) pool="$2" ;;
      --weir-package) package="$2" ;;
      --weir-package-sha256) package_sha256="$2" ;;
      --weir-resume) staging="$2" is_detached=true ;;
      *) fail "unknown parameter $1" ;;
    esac
    shift 2
  done
  if [[ ! "$service_url" =~ ^(https://|http://(127\.0\.0\.1|localhost)[:/])[A-Za-z0-9._:/~%-]*$ ]]; then
    fail "--weir-url must be an https address"
  fi
  if [[ ! "$package" =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; then fail "--weir-package must be a file name"; fi
  if [[ ! "$package_sha256" =~ ^[0-9A-Fa-f]{64}$ ]]; then fail "--weir-package-sha256 must have 64 hex digits"; fi
  if [ "$is_detached" = true ] && [[ "$staging" != "$root"/.weir.?????? || ! -O "$staging/state" ]]; then
    fail "--weir-resume is for this script alone"
  fi
}

@@enableagent-handover.sh@@

# Services do not see /etc/environment, and images define their variables there as often as in the profile.
read_image_environment() {
  local line name value
  if [ -r "$etc/environment" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      [[ "$line" =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
      name="${BASH_REMATCH[2]}" value="${BASH_REMATCH[3]%$'\r'}"
      case "$name" in IFS | UID | EUID | PPID | BASH* | SHELLOPTS | POSIXLY_CORRECT) continue ;; esac
      if [[ "$value" =~ ^\"(.*)\"[[:space:]]*$ || "$value" =~ ^\'(.*)\'[[:space:]]*$ ]]; then value="${BASH_REMATCH[1]}"; fi
      export "$name=$value"
    done < "$etc/environment"
  fi
  if [ -r "$etc/profile.d/agent_env_vars.sh" ]; then
    set +eu
    # shellcheck disable=SC1091
    . "$etc/profile.d/agent_env_vars.sh" >&2
    set -eu
    IFS=$' \t\n'
  fi
}

# Four variables of the image are honoured. Every other one would send the agent into another registration, or make all
# machines share one name: they are unset, and their names are reported.
take_agent_variables() {
  local name
  while IFS= read -r name; do
    case "${name^^}" in
      VSTS_AGENT_INPUT_WORK) work_variable="${!name}" has_work_variable=true ;;
      VSTS_AGENT_INPUT_PROXYURL) proxy_url="${!name}" ;;
      VSTS_AGENT_INPUT_PROXYUSERNAME) proxy_user="${!name}" ;;
      VSTS_AGENT_INPUT_PROXYPASSWORD) proxy_password="${!name}" ;;
      VSTS_AGENT_INPUT_*) forbidden+=("${name^^}") ;;
      *) continue ;;
    esac
    unset "$name"
  done < <(compgen -e)
  if [ "${#forbidden[@]}" -gt 0 ]; then say "unset, because Weir does not honour them: ${forbidden[*]}"; fi
}

# The agent loads .env before all else. Started by systemd it would see nothing of the image's environment, PATH
# included. The names of the proxy's credentials are kept out of the capabilities, which everybody can read.
write_environment_file() {
  local name
  (
    umask 077
    : > "$staging/.env"
    while IFS= read -r name; do
      case "$name" in
        HOME | USER | LOGNAME | SHELL | PWD | OLDPWD | SHLVL | _ | TERM | MAIL | WEIR_TEST_*) continue ;;
        INVOCATION_ID | JOURNAL_STREAM | NOTIFY_SOCKET | SYSTEMD_* | LISTEN_* | MEMORY_PRESSURE_* | VSO_AGENT_IGNORE) continue ;;
      esac
      write_variable "$name" "${!name}"
    done < <(compgen -e)
    if [ -n "$proxy_url" ]; then
      write_variable VSTS_HTTP_PROXY "$proxy_url"
      write_variable VSTS_HTTP_PROXY_USERNAME "$proxy_user"
      write_variable VSTS_HTTP_PROXY_PASSWORD "$proxy_password"
      write_variable VSO_AGENT_IGNORE "${VSO_AGENT_IGNORE:+$VSO_AGENT_IGNORE,}VSTS_HTTP_PROXY_USERNAME,VSTS_HTTP_PROXY_PASSWORD"
    elif [ -n "${VSO_AGENT_IGNORE:-}" ]; then
      write_variable VSO_AGENT_IGNORE "$VSO_AGENT_IGNORE"
    fi
  )
}

# One line for each variable and no escapes: a value of several lines cannot be written, and an empty one says nothing.
write_variable() {
  if [ -n "$2" ] && [[ "$2" != *$'\n'* && "$2" != *$'\r'* ]]; then printf '%s=%s\n' "$1" "$2" >> "$staging/.env"; fi
}

unpack() {
  local found
  found="$(sha256sum "$package")"
  if [ "${found%% *}" != "${package_sha256,,}" ]; then fail "the agent package $package is not the one that Weir named"; fi
  tar -xzf "$package" --no-same-owner >&2
  if [ ! -x bin/Agent.Listener ]; then fail "the agent package $package holds no agent"; fi
  # run.sh does not look for native libraries; only config.sh does, and that is not run here.
  if ! bin/Agent.Listener run --version > /dev/null 2>&1; then
    say "the agent misses libraries of the system, they are installed"
    bin/installdependencies.sh >&2 9>&- || fail "the libraries that the agent needs could not be installed"
    bin/Agent.Listener run --version > /dev/null 2>&1 || fail "the agent does not start on this image"
  fi
  is_unpacked=true
}

# JSON and HTTP in Python, which the extension handler itself runs on: no value ever becomes part of a command.
network() {
  local patience=""
  if [ "$is_detached" = true ]; then patience="${WEIR_TEST_PATIENCE:-1200}"; fi
  WEIR_STEP="$1" WEIR_STAGING="$staging" WEIR_URL="${service_url%/}" WEIR_PACKAGE="$package" \
    WEIR_PROXY_URL="$proxy_url" WEIR_PROXY_USER="$proxy_user" WEIR_PROXY_PASSWORD="$proxy_password" \
    WEIR_FORBIDDEN="${forbidden[*]-}" WEIR_WORK="$work_variable" WEIR_HAS_WORK="$has_work_variable" \
    WEIR_IMDS="${WEIR_TEST_IMDS:-http://169.254.169.254}" WEIR_PAUSE="${WEIR_TEST_PAUSE:-10}" \
    WEIR_PATIENCE="$patience" \
    PYTHONIOENCODING=utf-8 python3 - <<'PYTHON'
@@enableagent-network.py@@
PYTHON
}

answer() { cat "$staging/answer.$1"; }

claim() {
  local words code=0
  command -v python3 > /dev/null || fail "python3 is missing"
  network claim || code=$?
  if [ "$code" -eq 75 ]; then hand_over; fi
  if [ "$code" -ne 0 ]; then exit 1; fi
  while IFS= read -r words; do say "$words"; done < "$staging/answer.warnings"
  if [ "$(answer isInteractive)" = true ]; then say "interactive agents are for Windows; this one has no desktop"; fi
}

download() {
  say "the extension brought no agent package, it is downloaded"
  network download
}

# The same user, groups and rights as the agents of Azure Pipelines' own scale set pools: jobs rely on sudo.
make_user() {
  local group
  if [ -n "${WEIR_TEST_USER:-}" ]; then return 0; fi
  if ! id -u "$agent_user" > /dev/null 2>&1; then useradd --create-home --shell /bin/bash "$agent_user" >&2; fi
  for group in docker adm sudo; do
    if getent group "$group" > /dev/null; then usermod -aG "$group" "$agent_user" >&2; fi
  done
  if [ -d "$etc/sudoers.d" ]; then
    printf '%s ALL=(ALL:ALL) NOPASSWD:ALL\n' "$agent_user" > "$staging/sudoers"
    install -m 0440 "$staging/sudoers" "$etc/sudoers.d/weir-agent"
  fi
}

make_work_folder() {
  local folder
  folder="$(answer workFolder)"
  if ! take_folder "$folder"; then
    say "the work folder $folder cannot be used, $(answer defaultWorkFolder) is"
    folder="$(answer defaultWorkFolder)"
    take_folder "$folder" || fail "the default work folder $folder cannot be used"
    network default-work-folder
  fi
}

# Whoever sends the name, it is checked here again, also where its links lead.
take_folder() {
  local resolved
  is_allowed_folder "$1" || return 1
  mkdir -p "$1" 2> /dev/null || return 1
  resolved="$(realpath -e "$1")" || return 1
  is_allowed_folder "$resolved" || return 1
  as_agent test -w "$resolved" 2> /dev/null || chown "$agent_user" "$resolved" 2> /dev/null || return 1
}

is_allowed_folder() {
  if [[ "${#1}" -gt 200 || ! "$1" =~ ^(/[A-Za-z0-9._-]{1,64})+$ || "$1/" =~ /\.\.?/ ]]; then return 1; fi
  case "$1/" in
    /etc/* | /usr/* | /bin/* | /sbin/* | /lib*/* | /boot/* | /proc/* | /sys/* | /dev/* | /root/* | /var/lib/waagent/*) return 1 ;;
    /var/ | /run/ | /tmp/ | /home/ | /opt/ | /srv/) return 1 ;;
  esac
}

as_agent() {
  if [ "$(id -un)" = "$agent_user" ]; then "$@"; else runuser -u "$agent_user" -- "$@"; fi
}

# .agent comes last and by a rename, because its existence alone means success.
write_files() {
  local name
  if [ "$(id -u)" -eq 0 ]; then chown -R "$agent_user" "$root" "$staging"; fi
  for name in .credentials_rsaparams .credentials .capabilities .env .setup_info .agent; do
    [ -f "$staging/$name" ] || continue
    chmod 0600 "$staging/$name"
    mv -f "$staging/$name" "$root/$name"
  done
}

# Detached, with all three streams elsewhere: the handler waits for whoever holds its pipes. An update of the agent ends
# the process and starts another, so systemd must not kill what is left.
start_agent() {
  local command=(/bin/bash "$root/run.sh")
  if [ "$(answer runOnce)" = true ]; then command+=(--once); fi
  if [ -d "$systemd" ] && command -v systemd-run > /dev/null; then
    systemd-run --unit=weir-agent --collect --uid="$agent_user" --property=WorkingDirectory="$root" \
      --property=KillMode=process --property=TimeoutStopSec=5min "${command[@]}" < /dev/null > /dev/null 2>&1
    return
  fi
  if [ "$(id -un)" = "$agent_user" ]; then
    setsid nohup "${command[@]}" < /dev/null > /dev/null 2>&1 9>&- &
  else
    setsid nohup runuser -u "$agent_user" -- env HOME="$(getent passwd "$agent_user" | cut -d: -f6)" USER="$agent_user" \
      LOGNAME="$agent_user" "${command[@]}" < /dev/null > /dev/null 2>&1 9>&- &
  fi
}

@@enableagent-trial.sh@@

main "$@"
