#!/usr/bin/env bash
# What the browser tests need of the system: Chromium and a Chinese font.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qiE 'noto ?sans ?(mono )?cjk|source han sans' || missing+=(fonts-noto-cjk fontconfig)
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The browser tests need: ${missing[*]} (apt-get install ${missing[*]})" >&2
  exit 1
fi
