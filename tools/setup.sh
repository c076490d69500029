#!/bin/sh
# Sets up what `npm start` and `npm test` need on a fresh machine: the packages, Node 24, ffmpeg and, for `test`,
# a Chromium. Run from the project's root by the npm scripts, under whatever shell and Node the machine has.
# Silent and quick when nothing is missing; never asks; exit 3 says in one line what a person has to install.
set -eu
exec </dev/null

say() { printf 'set-up: %s\n' "$*" >&2; }
stop() { say "$*"; exit 3; }
have() { command -v "$1" >/dev/null 2>&1; }

# npm puts node_modules/.bin first on PATH. npm itself must not run on the Node it is about to replace.
path_without_bin() (
  set -f
  IFS=:
  left=
  for folder in $PATH; do
    case $folder in */node_modules/.bin) ;; *) left=$left${left:+:}$folder ;; esac
  done
  printf '%s' "$left"
)

packages_are_current() {
  [ -f node_modules/.package-lock.json ] && ! [ package-lock.json -nt node_modules/.package-lock.json ]
}

install_packages() {
  have npm || stop 'npm is missing: install Node.js 20 or newer (https://nodejs.org), then run this again.'
  say 'installing the packages, Node 24 among them (half a minute or so) ...'
  # Not `npm ci`: it refuses a lock file that lacks a foreign platform's optional packages (docs/decisions/0001).
  # Development packages hold Node itself, so they are wanted even under NODE_ENV=production. A Node 20 only runs npm
  # here, so its complaints about engines mean nothing.
  PATH=$(path_without_bin) npm install --no-save --include=dev --engine-strict=false --no-audit --no-fund \
    --no-update-notifier --no-progress --loglevel=error >/dev/null || stop 'npm install failed; the lines above say why.'
  touch node_modules/.package-lock.json
}

# True when the program named by $1 runs and is Node 24.15 or newer: types are stripped and node:sqlite needs no flag.
is_new_node() {
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [ "$major" -gt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -ge 15 ]; } 2>/dev/null
}

check_node() {
  pinned=node_modules/.bin/node
  if [ -x "$pinned" ]; then
    is_new_node "$pinned" && return
    stop "the Node in node_modules does not run here (another processor or C library?): install Node 24.15 or newer and \`rm $pinned\`."
  fi
  is_new_node node && return
  stop 'Node 24 is missing: npm was told not to run install scripts. Run `npm rebuild node --ignore-scripts=false`, or install Node 24.15 or newer.'
}

can_apt() { have apt-get && [ "$(id -u)" = 0 ]; }

# $1 package, $2 why it takes a while. The output is shown only when it fails.
apt_install() {
  say "installing $1 with apt-get ($2) ..."
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a
  # A package list that cannot be renewed may still hold what is wanted.
  list=$(apt-get update -qq 2>&1) || true
  if ! output=$(apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$1" 2>&1); then
    printf '%s\n%s\n' "$list" "$output" | tail -n 5 >&2
    return 1
  fi
}

ffmpeg_advice() {
  if have brew; then echo 'run `brew install ffmpeg`'
  elif have apt-get; then echo 'run `sudo apt-get install -y ffmpeg`'
  elif have dnf; then echo 'run `sudo dnf install ffmpeg-free libavcodec-freeworld` (RPM Fusion holds the second)'
  elif have apk; then echo 'run `apk add ffmpeg`'
  elif have pacman; then echo 'run `sudo pacman -S ffmpeg`'
  else echo 'install it (https://ffmpeg.org/download.html) so that both are on the PATH'
  fi
}

has_ffmpeg() { have ffmpeg && have ffprobe; }

check_ffmpeg() {
  if has_ffmpeg; then return; fi
  if can_apt && apt_install ffmpeg 'about 100 packages, up to a few minutes' && has_ffmpeg; then return; fi
  stop "ffmpeg and ffprobe are missing: $(ffmpeg_advice), then run this again."
}

has_chromium() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if have "$name"; then return 0; fi
  done
  [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]
}

check_chromium() {
  if has_chromium; then return; fi
  # Ubuntu's package is only a pointer to a snap, which a container cannot run.
  if can_apt && ! grep -qs '^ID=ubuntu' /etc/os-release; then
    apt_install chromium 'for the browser tests, up to a few minutes' && return
  fi
  say 'no Chromium here: the browser tests will be skipped (install chromium or google-chrome to run them).'
}

# Real file systems without hard links or of several disks, to try publishing on; its tests are skipped without them.
check_disks() {
  can_apt && [ -e /dev/fuse ] || return 0
  have mkfs.exfat || apt_install exfatprogs 'to try exFAT' || return 0
  have mount.exfat-fuse || apt_install exfat-fuse 'to try exFAT' || return 0
  have mergerfs || apt_install mergerfs 'to try a pool of disks' || return 0
}

# Many machines share their work through Redis; its tests start one of their own, and are skipped without it.
check_redis() {
  if have redis-server || ! can_apt; then return 0; fi
  # Nothing is to listen on this machine because tests were run.
  RUNLEVEL=1 apt_install redis-server 'to try many machines' || return 0
}

[ -f package-lock.json ] || stop 'run this from the root of the project.'
packages_are_current || install_packages
check_node
check_ffmpeg
if [ "${1:-}" = test ]; then
  check_chromium
  check_disks
  check_redis
fi
