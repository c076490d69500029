#!/bin/sh
# Run while the worker's image is built, as root: packages of Debian besides ffmpeg's libraries, or another ffmpeg.
set -eu
[ -n "$FFMPEG_PACKAGES$FFMPEG_DEB_URL" ] || exit 0

deb=
if [ -n "$FFMPEG_DEB_URL" ]; then
  [ -n "$FFMPEG_DEB_SHA256" ] || { echo 'FFMPEG_DEB_URL needs FFMPEG_DEB_SHA256 beside it.' >&2; exit 1; }
  deb=/tmp/other-ffmpeg.deb
  node -e 'fetch(process.argv[1]).then(async (answer) => {
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    fs.writeFileSync(process.argv[2], Buffer.from(await answer.arrayBuffer()));
  })' "$FFMPEG_DEB_URL" "$deb"
  echo "$FFMPEG_DEB_SHA256  $deb" | sha256sum -c -
fi
apt-get update
# shellcheck disable=SC2086 # several packages are several words
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $FFMPEG_PACKAGES $deb
# jellyfin-ffmpeg installs itself where no PATH looks.
for name in ffmpeg ffprobe; do
  [ ! -x "/usr/lib/jellyfin-ffmpeg/$name" ] || ln -sf "/usr/lib/jellyfin-ffmpeg/$name" "/usr/local/bin/$name"
done
rm -rf /var/lib/apt/lists/* "$deb"
