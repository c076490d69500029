#!/bin/sh
# Docker sets user, groups and time zone of a container, and no umask. Then the program takes this process's place, so that
# signals reach it: without a shell between, SIGTERM ends it in order.
set -eu
case ${UMASK:-0022} in
  *[!0-7]*) echo "UMASK is \"$UMASK\": it is three or four digits from 0 to 7, as 0022 or 0002." >&2; exit 2 ;;
esac
umask "${UMASK:-0022}"
exec "$@"
