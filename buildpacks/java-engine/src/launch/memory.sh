# How much of the container the heap gets.

mebibyte=1048576

memory_options() {
  is_said_of_heap && has_heap=1 || has_heap=
  total=
  if [ -n "${BPL_JVM_TOTAL_MEMORY:-}" ]; then
    bytes_of "$BPL_JVM_TOTAL_MEMORY" && total=$bytes ||
      warn "BPL_JVM_TOTAL_MEMORY is ignored: a size such as 512M is expected"
  fi
  number_of BPL_JVM_HEAD_ROOM "${BPL_JVM_HEAD_ROOM:-}" 0 99 0
  head_room=$number
  find_memory
  if is_on BPL_JVM_MEMORY_CALCULATOR "${BPL_JVM_MEMORY_CALCULATOR:-}"; then
    calculated_options && return
  fi
  [ -n "$has_heap" ] || percent_options
}

# Whoever says one of these has thought of the heap.
is_said_of_heap() {
  is_said -Xmx || is_said -XX:MaxHeapSize= || is_said -XX:MaxRAM || is_said -XX:MinRAM
}

# Without options the JVM takes a quarter of the container. It gets bytes where a limit is known: the JVM looks for control groups in
# the mounts of its process, and takes the whole machine for its container where a sandbox shows it the limit in another way.
percent_options() {
  number_of BPL_JVM_HEAP_PERCENT "${BPL_JVM_HEAP_PERCENT:-}" 0 100 ''
  percent=$number
  [ "$percent" != 0 ] || return 0
  usual=$percent
  [ -n "$percent" ] || usual_percent "${total:-$memory}"
  usual=$((usual * (100 - head_room) / 100))
  [ "$usual" -gt 0 ] || usual=1
  known=${total:-$limit}
  if [ -n "$known" ]; then
    add "-Xmx$((known * usual / 100 / 1024))k"
    return
  fi
  # Java 8 takes no whole numbers here
  add "-XX:MaxRAMPercentage=$usual.0"
  # which is what counts in containers of less than 250 MB: half of them, unless the user knows better
  [ -z "$percent" ] || add "-XX:MinRAMPercentage=$usual.0"
}

# What is not heap (classes, code, stacks) does not shrink with the container.
usual_percent() {
  usual=80
  [ -n "$1" ] || return 0
  if [ "$1" -le $((256 * mebibyte)) ]; then
    usual=50
  elif [ "$1" -le $((512 * mebibyte)) ]; then
    usual=60
  elif [ "$1" -le $((1024 * mebibyte)) ]; then
    usual=70
  elif [ "$1" -le $((2048 * mebibyte)) ]; then
    usual=75
  fi
}

# An app without memory answers nobody: who runs the container can start another one.
out_of_memory_options() {
  is_said -XX:+ExitOnOutOfMemoryError || is_said -XX:-ExitOnOutOfMemoryError ||
    is_said -XX:+CrashOnOutOfMemoryError || is_said -XX:OnOutOfMemoryError= ||
    add -XX:+ExitOnOutOfMemoryError
}

# Before Java 17 the JVM took small shares of processors, which are no limit, for one processor.
processor_options() {
  [ "$java_feature" -lt 17 ] || return 0
  is_said -XX:ActiveProcessorCount= && return
  find_processors
  [ -z "$processors" ] || add "-XX:ActiveProcessorCount=$processors"
}
