#!/usr/bin/env bash
# The tests that drive a real browser: Debian's Chromium, installed when it is missing and we may.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
  command="apt-get install -y --no-install-recommends chromium"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages: chromium"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null
  else
    echo "Chromium is missing. Run this, or set CHROMIUM to its path, then try again:" >&2
    echo "  sudo $command" >&2
    exit 1
  fi
fi

.venv/bin/pytest tests/chromium "$@"
