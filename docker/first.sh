#!/bin/sh
# Makes what the container stack needs once, and changes nothing that is there: .env with your user, new passwords and the card
# that it finds, and config/settings.yaml from its template. Run from the project's folder: sh docker/first.sh
set -eu
cd "$(dirname "$0")/.."
umask 077

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

card() {
  if [ -e /dev/dxg ]; then echo wsl2
  elif command -v nvidia-smi >/dev/null 2>&1; then echo nvidia
  elif [ -e /dev/dri/renderD128 ]; then echo dri
  else echo none
  fi
}

# Started with sudo, the films still belong to whoever did so.
uid=${SUDO_UID:-$(id -u)}
gid=${SUDO_GID:-$(id -g)}
# Root owns no films: the first user of most systems does. Say others in .env.
[ "$uid" != 0 ] || { uid=1000; gid=1000; }
found=$(card)

if [ -e .env ]; then
  echo '.env is there already and stays as it is.'
else
  group() { stat -c %g "$1" 2>/dev/null || echo "$2"; }
  sed -e "s/^#PUID=.*/PUID=$uid/" -e "s/^#PGID=.*/PGID=$gid/" -e "s/^#CARD=.*/CARD=$found/" \
    -e "s/^#RENDER_GROUP=.*/RENDER_GROUP=$(group /dev/dri/renderD128 104)/" -e "s/^#VIDEO_GROUP=.*/VIDEO_GROUP=$(group /dev/dri/card0 44)/" \
    -e "s/^AUTH_TOKEN=.*/AUTH_TOKEN=$(secret)/" -e "s/^REDIS_PASSWORD=.*/REDIS_PASSWORD=$(secret)/" .env.template >.env.new
  mv .env.new .env
  echo "Made .env: user $uid:$gid, card $found. Say in it where your films are: PATH_MOVIES and PATH_SERIES."
fi

if [ -e config/settings.yaml ]; then
  echo 'config/settings.yaml is there already and stays as it is.'
else
  only=true
  [ "$found" != none ] || only=false
  sed "s/^  gpu_only: true /  gpu_only: $only /" config/settings.yaml.template >config/settings.yaml.new
  mv config/settings.yaml.new config/settings.yaml
  echo "Made config/settings.yaml: gpu_only: $only."
fi

# The program writes settings that are changed on its page.
[ "$(id -u)" != 0 ] || chown "$uid:$gid" .env config config/settings.yaml
