#!/bin/sh
# Run while the images are built, as root: puts ffmpeg and ffprobe into /parts with the libraries that they are linked to, and
# no others. What Debian's package brings besides (3D drivers with their compiler, sound servers) is as large as all of these.
# For whoever looks for known vulnerabilities each package is named in /var/lib/dpkg/status.d, as "distroless" images do it.
set -eu
find /usr/lib | sort >/there-before
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ffmpeg

put() {
  cp --parents -a "$1" /parts/
  dpkg -S "$1" "${1#/usr}" 2>/dev/null | sed 's/: .*//' >>/owners || true
}

mkdir -p /parts/var/lib/dpkg/status.d
linked=$(ldd /usr/bin/ffmpeg /usr/bin/ffprobe | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u)
for file in /usr/bin/ffmpeg /usr/bin/ffprobe $linked; do
  # The loader says /lib, which is a link to /usr/lib: a folder of that name would take the link's place.
  case $file in /lib/*) file=/usr$file ;; esac
  ! grep -qxF "$file" /there-before || continue
  real=$(readlink -f "$file")
  put "$real"
  # A library's short name is a link, some by way of /etc/alternatives.
  [ "$real" = "$file" ] || ln -s "$real" "/parts$file"
done

sort -u /owners | while read -r package; do
  name=${package%%:*}
  dpkg-query -s "$package" >"/parts/var/lib/dpkg/status.d/$name"
  [ ! -e "/usr/share/doc/$name/copyright" ] || cp --parents -L "/usr/share/doc/$name/copyright" /parts/
done
