# What the control groups of the container permit, of version 2 or 1. A group has the smallest limit of those above it, such as a Kubernetes pod's;
# inside of a container the group itself is mounted, whatever its path is outside: the mount always counts.

# Sets `line` to the first line of a file; empty if there is none.
first_line() {
  line=
  [ -f "$1" ] && IFS= read -r line 2>/dev/null <"$1"
  :
}

# Calls a function ($1) with the folder of each group of a controller.
each_group() {
  "$1" "$root/sys/fs/cgroup"
  "$1" "$root/sys/fs/cgroup/$2"
  [ -f "$root/proc/self/cgroup" ] || return 0
  while IFS=: read -r _ controllers path; do
    case $path in
      *..* | */*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*) continue ;;
    esac
    case ",$controllers," in
      ,,) groups_above "$1" "$root/sys/fs/cgroup" "$path" ;;
      *",$2,"*) groups_above "$1" "$root/sys/fs/cgroup/$2" "$path" ;;
    esac
  done <"$root/proc/self/cgroup"
}

groups_above() {
  path=${3%/}
  while [ -n "$path" ]; do
    "$1" "$2$path"
    path=${path%/*}
  done
}

# Sets `memory` to the bytes that the container may use: those of the machine, without a limit; empty where not even these are known.
# Sets `limit` to the bytes of the limit, if there is one.
find_memory() {
  memory= limit=
  first_line "$root/proc/meminfo"
  kibibytes=${line#MemTotal:}
  kibibytes=${kibibytes%kB}
  kibibytes=${kibibytes##*[!0-9 ]*}
  for kibibytes in $kibibytes; do
    ! is_number "$kibibytes" || memory=$((kibibytes * 1024))
  done
  each_group memory_of memory
  # where a sandbox can make no control group, each process has a limit of its own
  kibibytes=$(ulimit -d 2>/dev/null)
  ! is_number "$kibibytes" || limited_to $((kibibytes * 1024))
}

# Version 1 knows no "max", but a number that no machine has.
memory_of() {
  for file in memory.max memory.limit_in_bytes; do
    first_line "$1/$file"
    ! is_number "$line" || limited_to "$line"
  done
}

limited_to() {
  [ "$1" -gt 0 ] || return 0
  [ -n "$memory" ] && [ "$memory" -le "$1" ] || memory=$1 limit=$1
}

# Sets `processors` to how many the container may use, rounded up; never more than there are.
find_processors() {
  # who sets these means the threads of another library
  processors=$(unset OMP_NUM_THREADS OMP_THREAD_LIMIT && nproc 2>/dev/null)
  is_number "$processors" || processors=
  each_group processors_of cpu
}

processors_of() {
  first_line "$1/cpu.max"
  if [ -z "$line" ]; then
    first_line "$1/cpu.cfs_quota_us"
    quota=$line
    first_line "$1/cpu.cfs_period_us"
    line="$quota $line"
  fi
  quota=${line%% *} period=${line#* }
  is_number "$quota" && is_number "$period" && [ "$quota" -gt 0 ] && [ "$period" -gt 0 ] || return 0
  share=$(((quota + period - 1) / period))
  [ -n "$processors" ] && [ "$processors" -le "$share" ] || processors=$share
}
