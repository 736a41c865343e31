/** The directory on which the confined root file system is mounted. It exists on every machine. */
export const rootDir = "/dev/shm";
/** The path of the program that enters the confined root. The program first removes itself. */
export const startFile = `${rootDir}/.start`;

/**
 * A shell script that starts a program in its own root file system, which contains the machine's
 * tools and the directories that the program works on. A Dockerfile can make buildah open paths
 * outside of the image as root: through links in `RUN --mount` (CVE-2024-1753), or the `id` of a
 * cache (CVE-2024-9675). The root must therefore contain nothing else of the machine. The arguments
 * are the function that adds tool directories (`give`, or as root `give_fixed`), these directories,
 * `--`, the work directories and `--`. The standard input is the program that enters the root.
 *
 * The root is created over /dev/shm, which every machine has. Its /dev only has the devices of
 * every container, because root could read disks through other devices. It contains no secrets of
 * /etc.
 */
export const rootScript = `set -e
root=${rootDir}
mount -t tmpfs -o mode=755 tmpfs $root
give() {
  if [ -L "$1" ]; then mkdir -p "$root\${1%/*}"; ln -s "$(readlink "$1")" "$root$1"
  elif [ -d "$1" ]; then mkdir -p "$root$1"; mount --rbind "$1" "$root$1"
  fi
}
give_fixed() {
  give "$1"
  [ -L "$1" ] || mount -o remount,bind,ro "$root$1" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$root$1"
}
tools=$1
shift
for what in $tools give; do
  while [ "$1" != -- ]; do $what "$1"; shift; done
  shift
done
mkdir -p $root/dev $root/etc $root/run $root/tmp $root/var/tmp
for name in group hosts ld.so.cache localtime nsswitch.conf passwd resolv.conf; do
  [ ! -f /etc/$name ] || cp -L /etc/$name $root/etc/$name
done
for name in alternatives ca-certificates pki/ca-trust pki/tls/certs ssl/certs; do give /etc/$name; done
give /proc
give /sys
dev=$root/dev
mount -t tmpfs -o mode=755 tmpfs $dev
for name in null zero full random urandom tty; do : >$dev/$name; mount --bind /dev/$name $dev/$name; done
mkdir $dev/shm $dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts $dev/pts
ln -s pts/ptmx $dev/ptmx
ln -s /proc/self/fd $dev/fd
ln -s fd/0 $dev/stdin
ln -s fd/1 $dev/stdout
ln -s fd/2 $dev/stderr
cat >${startFile}
chmod 700 ${startFile}
exec ${startFile} </dev/null`;
