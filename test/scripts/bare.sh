#!/usr/bin/env bash
# Runs a command in a copy of this checkout on a bare machine: Debian's smallest system with Node.js and npm, and nothing else.
#   sudo test/scripts/bare.sh SUITE USER COMMAND…      for example: sudo test/scripts/bare.sh trixie root npm run demo
# SUITE is a release of Debian. USER is root, or the name of an ordinary user, who has no subordinate ids and no sudo.
# The system is made once by debootstrap, from LIBCNB_DEBIAN_MIRROR or the mirror that a Debian's apt uses, and is kept in
# LIBCNB_BARE_DIR.
# Node.js is LIBCNB_BARE_NODE, else this machine's, as npm with its registry and CA certificates is. HOME is empty, and the
# environment has nothing but these and proxies.
set -euo pipefail
suite=${1:?SUITE} user=${2:?USER}
shift 2
checkout=$(cd "$(dirname "$0")/../.." && pwd)
dir=${LIBCNB_BARE_DIR:-/var/tmp/libcnb-bare}
system=$dir/$suite

# The mirror from which apt of this machine takes Debian's own packages: other sources, whose order is not fixed, may come first.
mirror() {
  if [ -n "${LIBCNB_DEBIAN_MIRROR:-}" ]; then echo "${LIBCNB_DEBIAN_MIRROR%%[, ]*}"; return; fi
  local mirrors
  mirrors=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null) || true
  if [ -z "$mirrors" ]; then
    echo "bare.sh: apt knows no mirror of Debian. Run apt-get update, or set LIBCNB_DEBIAN_MIRROR." >&2
    return 1
  fi
  head -n 1 <<<"$mirrors"
}

make_system() {
  local mirror
  mirror=$(mirror)
  mkdir -p "$dir"
  rm -rf "$system.new"
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$system.new" "$mirror" \
    >"$system.log" 2>&1 || { tail -n 20 "$system.log" >&2; exit 1; }
  # As Debian's installer writes it, without the security updates, whose mirror has another name.
  printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" >"$system.new/etc/apt/sources.list"
  mv "$system.new" "$system"
}
[ -d "$system" ] || make_system

# Each run gets a layer of its own above the system, which is removed behind it.
run=$(mktemp -d "$dir/run-XXXXXX")
trap 'rm -rf "$run"' EXIT
mkdir "$run/upper" "$run/work" "$run/root"
# The programs that a user with Node.js has: node, npm, npx. Debian's own Node.js is of little use without its libraries.
node=${LIBCNB_BARE_NODE:-$(node -p process.execPath)}
if ldd "$node" | grep -q libnode; then node=$(echo "$checkout"/node_modules/node-linux-*/bin/node); fi
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
install -D "$node" "$run/upper/usr/local/bin/node"
mkdir -p "$run/upper/usr/local/lib/node_modules"
cp -r "$npm" "$run/upper/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$run/upper/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$run/upper/usr/local/bin/npx"
settings=(NPM_CONFIG_REGISTRY="$(npm config get registry 2>/dev/null)")
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY TERM; do
  if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
done
cafile=$(npm config get cafile 2>/dev/null)
if [ -f "$cafile" ]; then
  cp "$cafile" "$run/cafile.pem"
  settings+=(NPM_CONFIG_CAFILE=/etc/npm-cafile.pem NODE_EXTRA_CA_CERTS=/etc/npm-cafile.pem)
fi
(cd "$checkout" && git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
  tar --null --files-from=- --ignore-failed-read -cf "$run/checkout.tar" 2>/dev/null)

inside() {
  local home=/root
  cd "$run"
  mount -t overlay overlay -o "lowerdir=$system,upperdir=$run/upper,workdir=$run/work" root
  if [ "$user" != root ]; then
    chroot root useradd --create-home "$user"
    rm -f root/etc/subuid root/etc/subgid
    home=/home/$user
  fi
  for file in hosts resolv.conf; do cp -L "/etc/$file" "root/etc/$file"; done
  mkdir -p "root$home/checkout"
  tar -C "root$home/checkout" -xf checkout.tar --no-same-owner
  [ -f cafile.pem ] && install -m 644 -D cafile.pem root/etc/npm-cafile.pem
  chroot root chown -R "$user:" "$home"
  mount -t proc proc root/proc
  for place in dev sys; do mount --rbind "/$place" "root/$place"; done
  cd root
  pivot_root . . # a chroot alone would keep ordinary users from making namespaces
  umount -l .
  cd "$home/checkout"
  set -- env -i HOME="$home" USER="$user" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
  if [ "$user" = root ]; then exec "$@"; fi
  exec setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps=-all --bounding-set=-all -- "$@"
}
export -f inside
export run system user
unshare --mount --pid --fork --kill-child --propagation private bash -euo pipefail -c 'inside "$@"' inside "${settings[@]}" "$@"
