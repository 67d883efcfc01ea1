#!/bin/bash
# Install on one machine with Debian 12, or update it: the same steps, harmless when done before.
#
#   infra/deployment/install.sh shops.example.com you@example.com [preview.example.com]
#   infra/deployment/install.sh            update to the commit that is checked out here
#
# What is yours it leaves alone: /etc/xiaopu/*, /etc/nginx/xiaopu/local/, drop-ins of systemd.
set -euo pipefail
cd "$(dirname "$0")/../.."
umask 022

readonly etc=/etc/xiaopu opt=/opt/xiaopu data=/var/lib/xiaopu backups=/var/backups/xiaopu
readonly pg=/etc/postgresql/15/main/conf.d/xiaopu.conf

say() { printf '\n== %s\n' "$*"; }

known() { [ ! -e $etc/xiaopu.env ] || sed -n "s|^$1=https://||p" $etc/xiaopu.env; }

secret() { openssl rand -hex "$1"; }

release() { # build the checked-out commit into a directory of its own, once
  local id
  id=$(git log -1 --format=%cd-%h --date=format:%Y%m%d%H%M%S)
  release=$opt/releases/$id
  [ -e "$release/.ready" ] && return
  rm -rf "$release" && mkdir -p "$release"
  git archive HEAD | tar -x -C "$release"
  if [ -d miniprogram_template/dist ]; then cp -r miniprogram_template/dist "$release/miniprogram_template/"; fi
  python3 -m venv "$release/.venv"
  "$release/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$release/requirements.lock"
  "$release/.venv/bin/python" -m compileall -q "$release" >/dev/null || true
  touch "$release/.ready"
}

settings() { # secrets are made once and never printed
  local password key
  [ -e $etc/xiaopu.env ] && return
  key=$(secret 48) password=$(secret 24)
  local owner=postgresql://xiaopu_owner:$password@127.0.0.1:5432/xiaopu
  (
    umask 077
    echo "DATABASE_URL=$owner" >$etc/owner.env
    cat >$etc/xiaopu.env.part <<ENV
# .env.example of the release says what each means. Quote values with blanks.
SECRET_KEY=$key
APP_DATABASE_URL=$("$release/infra/deployment/run" -c \
      'import sys; from config.environment import app_url; print(app_url(*sys.argv[1:]))' "$owner" "$key")
PUBLIC_URL=https://$host
${preview:+PREVIEW_URL=https://$preview}
ALLOWED_HOSTS=$host,127.0.0.1
TRUSTED_PROXIES=1
DATA_DIR=$data
STATIC_HASHED=yes
WEB_THREADS=4
WEB_PROCESSES=2
WORKER_PROCESSES=1
BACKUP_DAYS=35
INTERNAL_TOKEN=$(secret 24)
EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend
EMAIL_FROM="Xiaopu <noreply@$host>"
ENV
  )
  mv $etc/xiaopu.env.part $etc/xiaopu.env
}

database() {
  local password
  install -d -o postgres -g postgres -m 700 $backups $backups/wal
  if ! cmp -s infra/deployment/postgresql/xiaopu.conf $pg; then
    install -m 644 infra/deployment/postgresql/xiaopu.conf $pg
    systemctl restart postgresql@15-main
  fi
  password=$(sed -n 's|^DATABASE_URL=postgresql://xiaopu_owner:\([^@]*\)@127.*|\1|p' $etc/owner.env)
  [ -n "$password" ] || return 0 # another server: yours to prepare
  { echo "\\set password '$password'"; cat infra/deployment/postgresql/database.sql; } |
    (cd / && runuser -u postgres -- psql --quiet --no-psqlrc postgres >/dev/null)
}

manage() { XIAOPU_RELEASE=$release infra/deployment/manage "$@"; }

schemas() {
  if [ -e $opt/current ]; then manage migrate_tenants; fi
  manage prepare_database
  manage collectstatic --noinput --verbosity 0
}

programs() { # one after the other, each until it answers: there is always one that does
  local unit
  install -d /usr/local/lib/systemd/system # below /etc, so that units can be masked
  cp -r infra/deployment/systemd/. /usr/local/lib/systemd/system/
  install -D -m 644 infra/deployment/journald/xiaopu.conf /etc/systemd/journald.conf.d/xiaopu.conf
  install -m 755 infra/deployment/manage /usr/local/sbin/xiaopu
  ln -sfn "$release" $opt/current.new && mv -T $opt/current.new $opt/current
  systemctl daemon-reload
  for unit in $(systemctl list-units --plain --no-legend 'xiaopu-web@*' 'xiaopu-worker@*' | awk '{print $1}'); do
    systemctl restart "$unit"
  done
  systemctl enable --quiet --now xiaopu.target
}

proxy() {
  install -d -m 755 /etc/nginx/xiaopu/local /var/www/xiaopu
  install -d -o www-data -g adm -m 750 /var/log/xiaopu
  install -m 644 infra/deployment/logrotate/xiaopu /etc/logrotate.d/xiaopu
  if [ ! -e $etc/tls/fullchain.pem ]; then # until certbot brings a true one
    install -d -m 755 $etc/tls
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 \
      -subj "/CN=$host" -addext "subjectAltName=DNS:$host${preview:+,DNS:$preview}" \
      -keyout $etc/tls/privkey.pem -out $etc/tls/fullchain.pem 2>/dev/null)
  fi
  install -m 644 infra/deployment/nginx/server.conf /etc/nginx/xiaopu/server.conf
  sed -e "s/shops\.example\.com/$host/g" -e "s/preview\.example\.com/${preview:-preview.invalid}/g" \
    infra/deployment/nginx/xiaopu.conf >/etc/nginx/sites-available/xiaopu
  ln -sf ../sites-available/xiaopu /etc/nginx/sites-enabled/xiaopu
  rm -f /etc/nginx/sites-enabled/default
  nginx -t -q
  systemctl reload-or-restart nginx
}

[ "$(id -u)" = 0 ] || { echo "As root, please." >&2; exit 1; }
host=${1:-$(known PUBLIC_URL)} email=${2:-} preview=${3:-$(known PREVIEW_URL)}
[ -n "$host" ] || { sed -n '2,7s/^# \?//p' "$0" >&2; exit 2; }

say "Debian's packages"
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  nginx postgresql-15 python3-venv curl openssl logrotate >/dev/null
say "Account and directories"
getent passwd xiaopu >/dev/null || adduser --system --group --home $data --no-create-home --quiet xiaopu
adduser --quiet www-data xiaopu # nginx reads static files and pictures
install -d -m 755 $opt $opt/releases
install -d -m 755 $etc
install -d -o xiaopu -g xiaopu -m 750 $data $data/static $data/media
install -d -o xiaopu -g xiaopu -m 700 $data/archives $backups-shops
say "The release"
release
say "Settings, database"
settings
database
say "Schemas"
schemas
if [ -n "$email" ]; then manage ensure_superuser --email "$email"; fi
say "Programs"
programs
say "nginx"
proxy
manage check_server || true
find $opt/releases -mindepth 1 -maxdepth 1 -type d ! -path "$(readlink -f $opt/current)" | sort | head -n -2 | xargs -r rm -rf
say "https://$host answers: $(curl --silent --insecure --resolve "$host:443:127.0.0.1" \
  --output /dev/null --write-out '%{http_code}' "https://$host/readyz")"
