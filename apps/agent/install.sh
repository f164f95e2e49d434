#!/bin/sh
# 連携APを、このフォルダの中身だけで設置する（ネットワークもパッケージ管理も使わない）。
#   sudo ./install.sh                              /opt/open-bcl-agent に設置し、サービスにする
#   ./install.sh --prefix ~/open-bcl-agent         自分の権限だけで設置する（試すとき）
#   sudo ./install.sh --name open-bcl-agent-verification --port 8083   検証用を別に設置する
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
name=open-bcl-agent
prefix=
port=8082
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=$2; shift 2 ;;
    --name) name=$2; shift 2 ;;
    --port) port=$2; shift 2 ;;
    *) echo "知らない指定です: $1（--prefix 場所、--name 名前、--port 番号）" >&2; exit 64 ;;
  esac
done
case $name in ''|*[!a-z0-9-]*) echo "--name は半角の小文字・数字・ハイフンで指定してください" >&2; exit 64 ;; esac
case $port in ''|*[!0-9]*) echo "--port は数字で指定してください" >&2; exit 64 ;; esac
case $name in *verification*) mode=verification ;; *) mode=production ;; esac

if [ -n "$prefix" ]; then
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  config=$prefix/etc; state=$prefix/state; folder=$prefix/link; user=$(id -un); service=no
else
  if [ "$(id -u)" -ne 0 ]; then
    echo "管理者で実行してください（sudo ./install.sh）。自分だけで試すときは --prefix 場所 を付けます。" >&2
    exit 1
  fi
  prefix=/opt/$name; config=/etc/$name; state=/var/lib/$name; folder=/srv/$name; user=open-bcl-agent; service=yes
fi

(cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "設置するファイルが壊れています。入手し直してください。" >&2; exit 1; }
needed=300000
free=$(df -Pk "$(dirname -- "$prefix")" 2>/dev/null | awk 'NR==2{print $4}')
if [ -n "$free" ] && [ "$free" -lt "$needed" ]; then
  echo "空きが足りません（${needed}KB必要です）。" >&2; exit 1
fi

if [ "$service" = yes ] && ! id "$user" >/dev/null 2>&1; then
  useradd --system --home-dir "$state" --no-create-home --shell /usr/sbin/nologin "$user"
fi

# プログラムは新しい場所に置いてから入れ替える。途中で止まっても、前の版が動く。
mkdir -p "$prefix"
rm -rf "$prefix/next"
mkdir "$prefix/next"
cp -R "$here/app" "$here/node" "$here/docs" "$here/THIRD-PARTY.md" "$prefix/next/"
mkdir "$prefix/next/bin"
cat > "$prefix/next/bin/open-bcl-agent" <<EOF
#!/bin/sh
# 設定を読み、連携APを動かす。
set -a
. '$config/agent.env'
set +a
exec '$prefix/node/bin/node' --disable-warning=ExperimentalWarning '$prefix/app/apps/agent/main.ts' "\$@"
EOF
chmod 0755 "$prefix/next/bin/open-bcl-agent"
for part in app node docs bin THIRD-PARTY.md; do
  rm -rf "${prefix:?}/old-$part"
  if [ -e "$prefix/$part" ]; then mv "$prefix/$part" "$prefix/old-$part"; fi
  mv "$prefix/next/$part" "$prefix/$part"
  rm -rf "${prefix:?}/old-$part"
done
rmdir "$prefix/next"

umask 027
mkdir -p "$config" "$state" "$folder"
if [ ! -e "$config/agent.env" ]; then
  sed -e "s|{STATE}|$state|g" -e "s|{FOLDER}|$folder|g" -e "s|{CONFIG}|$config|g" \
      -e "s|{PORT}|$port|g" -e "s|{MODE}|$mode|g" "$here/agent.env" > "$config/agent.env"
fi
chmod 0700 "$state"
if [ "$service" = yes ]; then
  chown -R "$user:$user" "$state"
  # 基幹システム側の利用者をこのグループに入れると、連携フォルダにファイルを置ける。
  chown "$user:$user" "$folder"; chmod 2770 "$folder"
  chown "root:$user" "$config" "$config/agent.env"; chmod 0750 "$config"; chmod 0640 "$config/agent.env"
fi

echo "設置しました: $prefix"
echo "次にすること:"
echo "  1. $config/agent.env に接続先を書く"
echo "  2. BCLの運用者から受け取った認証局の証明書を $config/cloud-authority.pem に置く"
run=$prefix/bin/open-bcl-agent
if [ "$service" = yes ]; then
  echo "  3. 登録する: sudo -u $user $run enrol 登録コード"
  if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
    sed -e "s|{PREFIX}|$prefix|g" -e "s|{USER}|$user|g" -e "s|{CONFIG}|$config|g" \
        -e "s|{STATE}|$state|g" -e "s|{FOLDER}|$folder|g" "$here/open-bcl-agent.service" > "/etc/systemd/system/$name.service"
    systemctl daemon-reload
    systemctl enable "$name.service" >/dev/null
    echo "  4. 起動する: sudo systemctl restart $name"
  else
    echo "  4. このサーバにはsystemdがありません。起動のたびに次を実行するよう設定してください（利用者 $user）:"
    echo "       $run"
  fi
  echo "  5. 確かめる: sudo -u $user $run status"
else
  echo "  3. 登録する: $run enrol 登録コード"
  echo "  4. 起動する: $run"
  echo "  5. 確かめる: $run status"
fi
