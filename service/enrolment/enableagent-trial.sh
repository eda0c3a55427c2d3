# shellcheck shell=bash disable=SC2154,SC2034
# The part of enableagent.sh for a trial machine of a validation; script.ts puts it into its place.

# A trial machine of a validation tells what the image brought along and runs a probe, once, beside its agent. Nothing
# waits for it: the extension ends, and no job ever comes here, for the agent stays disabled.
keep_trial() {
  trial=""
  [ -f "$staging/trial.token" ] || return 0
  trial="$(mktemp -d "$root/.trial.XXXXXX")"
  answer workFolder > "$trial/found.folder"
  mv "$staging"/trial.* "$trial/"
}

start_trial() {
  [ -n "$trial" ] || return 0
  ( run_trial ) < /dev/null > "$trial/log" 2>&1 9>&- &
}

run_trial() {
  trap - EXIT ERR
  set +eE
  staging="$trial"
  look_around
  if [ -f "$trial/trial.probe" ]; then run_probe; fi
  network trial-report
  rm -rf "$trial"
}

# Other agents would register machines of this image elsewhere, so their folders and services are looked for.
look_around() {
  local folder
  folder="$(cat "$trial/found.folder")"
  if as_agent test -w "$folder"; then echo -n true > "$trial/found.writable"; fi
  df --output=avail -B1 "$folder" 2> /dev/null | tail -n 1 | tr -cd '0-9' > "$trial/found.free"
  find / -xdev -maxdepth 4 -name .agent -type f -not -path "$root/*" 2> /dev/null | head -n 20 | sed 's#/[^/]*$##' > "$trial/found.agents"
  if [ -e "$systemd" ] && command -v systemctl > /dev/null; then
    systemctl list-unit-files 'vsts.agent.*' --no-legend 2> /dev/null | cut -d ' ' -f 1 >> "$trial/found.agents"
  fi
  if [ -e "$etc/../run/reboot-required" ] || [ -e /var/run/reboot-required ]; then echo -n true > "$trial/found.reboot"; fi
}

# As the user that jobs run as, and in their folder; the script is data until here, and never part of a command.
run_probe() {
  local folder code=0 begun=$SECONDS
  folder="$(cat "$trial/found.folder")"
  install -m 0644 "$trial/trial.probe" "$root/.probe"
  (cd "$folder" && as_agent timeout "${WEIR_TEST_PROBE_LIMIT:-600}" /bin/bash "$root/.probe") > "$trial/probe.output" 2>&1 || code=$?
  echo -n "$code" > "$trial/probe.code"
  echo -n "$((SECONDS - begun))" > "$trial/probe.seconds"
  rm -f "$root/.probe"
}
