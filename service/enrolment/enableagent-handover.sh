# shellcheck shell=bash disable=SC2154,SC2034
# The part of enableagent.sh for a machine that is being reimaged; script.ts puts it into its place. The claim has to wait
# for the end of the reimage, and Azure may count the extension as a part of it: so the extension succeeds, and a detached
# copy of the script goes on with what was staged (decision 0004).

# The handler may call again while a run is under way or waits; a second claim would look like an attack. What a killed
# run left behind goes, because it holds the environment of the image.
take_turn() {
  local code=0 patience=(-n)
  if ! command -v flock > /dev/null; then return 0; fi
  # The run that handed over ends at this moment.
  if [ "$is_detached" = true ]; then patience=(-w 60); fi
  exec 9< "$root"
  flock "${patience[@]}" 9 || code=$?
  if [ "$code" -eq 1 ] || { [ "$is_detached" = true ] && [ ! -f "$staging/state" ]; }; then
    say "enrolment goes on by itself already"
    is_done=true
    exit 0
  fi
  if [ "$is_detached" = false ] && [ "$code" -eq 0 ]; then rm -rf "$root"/.weir.??????; fi
}

# Values cross in files that only root can read, never in an argument: they may be the password of a proxy.
hand_over() {
  local name copy=(/bin/bash "$root/${BASH_SOURCE[0]##*/}" "${parameters[@]}" --weir-resume "$staging")
  (
    umask 077
    printf '%s\0' "$is_unpacked" "$work_variable" "$has_work_variable" "$proxy_url" "$proxy_user" "$proxy_password" \
      ${forbidden[@]+"${forbidden[@]}"} > "$staging/state"
    while IFS= read -r name; do printf '%s=%s\0' "$name" "${!name}"; done < <(compgen -e) > "$staging/environment"
  )
  if [ -d "$systemd" ] && command -v systemd-run > /dev/null; then
    systemd-run --unit=weir-enrolment --collect --property=WorkingDirectory="$root" "${copy[@]}" \
      < /dev/null > /dev/null 2>&1 9>&-
  else
    setsid nohup "${copy[@]}" < /dev/null > /dev/null 2>&1 9>&- &
  fi
  say "the machine is being reimaged; enrolment goes on by itself"
  # It belongs to the copy now.
  staging=""
  is_done=true
  exit 0
}

# A unit of systemd begins with an empty environment, and the tools that follow need the image's.
resume() {
  local entry name state=()
  while IFS= read -r -d '' entry; do
    name="${entry%%=*}"
    [[ "$name" =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || continue
    case "$name" in IFS | UID | EUID | PPID | BASH* | SHELLOPTS | POSIXLY_CORRECT) continue ;; esac
    case "$name" in PWD | OLDPWD | SHLVL | _ | INVOCATION_ID | JOURNAL_STREAM | NOTIFY_SOCKET) continue ;; esac
    export "$name=${entry#*=}"
  done < "$staging/environment"
  while IFS= read -r -d '' entry; do state+=("$entry"); done < "$staging/state"
  rm -f "$staging/environment" "$staging/state"
  is_unpacked="${state[0]}" work_variable="${state[1]}" has_work_variable="${state[2]}"
  proxy_url="${state[3]}" proxy_user="${state[4]}" proxy_password="${state[5]}"
  forbidden=("${state[@]:6}")
  trap 'say "line $LINENO failed"' ERR
}
