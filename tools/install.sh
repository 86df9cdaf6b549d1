#!/usr/bin/env bash
# Build .venv from a file of pinned requirements, with Debian's libraries for drawing PDFs when they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1
python=${PYTHON:-python3}
packages=()

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $("$python" --version) was found. Set PYTHON to another one." >&2
  exit 1
}
# A venv needs ensurepip, which Debian ships apart.
"$python" -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
for library in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
  "$python" -c "import ctypes; ctypes.CDLL('$library')" 2>/dev/null && continue
  packages=("${packages[@]}" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
  break
done

if [ "${#packages[@]}" -gt 0 ]; then
  command="apt-get install -y --no-install-recommends ${packages[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages: ${packages[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null
  else
    echo "Debian packages are missing. Run this, then try again:" >&2
    echo "  sudo $command" >&2
    exit 1
  fi
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing $requirements into .venv"
if command -v uv >/dev/null; then
  uv pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes -r "$requirements"
else
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi
