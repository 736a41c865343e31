#!/bin/sh
# Runs node.sh in namespaces and control groups of its own until standard input ends, which the end
# of the test does, too. Then it removes everything: supervisor.sh DIR NAME
# It prints the process id of unshare, whose only child is the first process of the node.
set -u
dir="$1"
name="$2"
here="$(dirname "$0")"

# A group below the own one in each hierarchy of control groups.
groups=""
while IFS=: read -r _ controllers path; do
  if [ -z "$controllers" ]; then continue; fi
  parent="/sys/fs/cgroup/${controllers#name=}${path%/}"
  if ! mkdir "$parent/$name"; then
    for group in $groups; do rmdir "$group"; done
    exit 1
  fi
  groups="$groups $parent/$name"
  for file in cpuset.cpus cpuset.mems; do
    if [ -e "$parent/$file" ]; then cat "$parent/$file" >"$parent/$name/$file"; fi
  done
done </proc/self/cgroup

# shellcheck disable=SC2016
sh -c 'for group in $0; do echo $$ >"$group/cgroup.procs" || exit 1; done; exec "$@"' "$groups" \
  unshare --mount --net --ipc --uts --cgroup --pid --fork --kill-child --mount-proc \
  sh "$here/node.sh" "$dir" </dev/null >"$dir/log/node.log" 2>&1 &
unshared=$!
echo "$unshared"
exec >/dev/null

cat >/dev/null
kill -KILL "$unshared" 2>/dev/null
wait "$unshared" 2>/dev/null

# The kernel ends the processes of the namespace, and then the groups are empty.
for group in $groups; do
  for _ in $(seq 100); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
    if [ ! -d "$group" ]; then break; fi
    sleep 0.1
  done
done
rm -rf "$dir"
