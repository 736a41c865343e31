# The memory of Java, calculated part by part, for who asks for it: https://github.com/cloudfoundry/java-buildpack-memory-calculator tells why.
# Unlike there, a container that is too small gets less of each part, and at last none of them: it starts.

# Fails where the heap is to be a share of the container after all.
calculated_options() {
  whole=${total:-$memory}
  if [ -z "$whole" ]; then
    warn "The memory limit of the container is unknown: set BPL_JVM_TOTAL_MEMORY for the memory calculator"
    return 1
  fi
  find_classes
  number_of BPL_JVM_THREAD_COUNT "${BPL_JVM_THREAD_COUNT:-}" 1 100000 250
  threads=$number
  calculate 240 1024
  if [ -z "$has_heap" ] && [ "$heap" -lt $((whole / 4)) ]; then
    [ "$threads" -le 50 ] || threads=50
    calculate 64 512
    [ "$heap" -ge $((whole / 4)) ] || too_small || return 1
    warn "The container has little memory: the memory calculator reserves less for code and stacks, and assumes $threads threads"
  fi
  add_parts
}

# The JVM loads a third of all classes at most.
find_classes() {
  number_of BPI_JVM_CLASS_COUNT "${BPI_JVM_CLASS_COUNT:-}" 0 10000000 0
  number_of BPL_JVM_LOADED_CLASS_COUNT "${BPL_JVM_LOADED_CLASS_COUNT:-}" 1 10000000 $(((java_classes + number) * 35 / 100))
  classes=$number
}

# Sets the parts, in bytes, with so many MiB of code, and so many KiB of stack for each thread, unless the user has said how many.
calculate() {
  part -XX:MaxDirectMemorySize= $((10 * mebibyte)) && direct=$part
  part -XX:MaxMetaspaceSize= $((14000000 + 5800 * classes)) && metaspace=$part
  part -XX:ReservedCodeCacheSize= $(($1 * mebibyte)) && code=$part
  part -Xss $(($2 * 1024)) && stack=$part
  heap=$((whole - whole * head_room / 100 - direct - metaspace - code - stack * threads))
}

part() {
  part=$2
  is_said "$1" || return 0
  said_value "$1"
  ! bytes_of "$value" || part=$bytes
}

too_small() {
  warn "The memory calculator cannot fit the heap into $((whole / mebibyte)) MB: $head_room % stay free, and Java needs $((direct / mebibyte)) MB of direct \
memory, $((metaspace / mebibyte)) MB for $classes classes, $((code / mebibyte)) MB of code and $((stack * threads / mebibyte)) MB for $threads \
threads. The heap gets a share of the container instead. Give the container more memory, or set BPL_JVM_THREAD_COUNT and BPL_JVM_LOADED_CLASS_COUNT to lower values."
  return 1
}

add_parts() {
  [ -n "$has_heap" ] || add "-Xmx$((heap / 1024))k"
  is_said -XX:MaxDirectMemorySize= || add "-XX:MaxDirectMemorySize=$((direct / 1024))k"
  is_said -XX:MaxMetaspaceSize= || add "-XX:MaxMetaspaceSize=$((metaspace / 1024))k"
  is_said -XX:ReservedCodeCacheSize= || add "-XX:ReservedCodeCacheSize=$((code / 1024))k"
  is_said -Xss || add "-Xss$((stack / 1024))k"
  printf 'Calculated for Java:%s (%s MB, %s threads, %s classes, %s %% free)\n' "$options" $((whole / mebibyte)) "$threads" "$classes" "$head_room" >&2
}
