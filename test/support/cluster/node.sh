#!/bin/sh
# The first process of the node: prepares its namespaces and runs all programs of the cluster.
# node.sh DIR
set -eu
dir="$1"

# Mounts are private. /run, /var/lib and /var/log are the node's own.
mount -t tmpfs -o mode=755 tmpfs /run
mount --bind "$dir/lib" /var/lib
mount --bind "$dir/log" /var/log

# The hierarchies of control groups, from the group of this node.
mount -t tmpfs -o mode=755 tmpfs /mnt
while IFS=: read -r _ controllers _; do
  if [ -z "$controllers" ]; then continue; fi
  mkdir "/mnt/${controllers#name=}"
  case "$controllers" in name=*) options="none,$controllers" ;; *) options="$controllers" ;; esac
  mount -t cgroup -o "$options" cgroup "/mnt/${controllers#name=}"
done </proc/self/cgroup
umount -l /sys/fs/cgroup
mount --move /mnt /sys/fs/cgroup

# The kubelet changes settings of the kernel that are not in a namespace. It finds its values here.
set_aside() {
  echo "$2" >"/run/sysctl-$(basename "$1")"
  mount --bind "/run/sysctl-$(basename "$1")" "/proc/sys/$1"
}
set_aside vm/overcommit_memory 1
set_aside vm/panic_on_oom 0
set_aside kernel/panic 10
set_aside kernel/panic_on_oops 1
set_aside kernel/keys/root_maxkeys 1000000
set_aside kernel/keys/root_maxbytes 25000000

ip link set lo up
ip link add cni0 type bridge
ip address add 10.99.0.1/24 dev cni0
ip link set cni0 up
ip route add default dev cni0
echo 1 >/proc/sys/net/ipv4/ip_forward

# Starts a program again if it ends, because some of them end if they start before the API server.
keep() {
  log="/var/log/$1.log"
  shift
  while :; do
    "$@" >>"$log" 2>&1 || true
    sleep 0.5
  done &
}
mkdir /run/etcd
. "$dir/programs.sh"
while :; do wait; sleep 1; done
