# What is switched on for a container: debugging, remote management, recordings, accounts of memory, heap dumps.

switch_options() {
  debug_options
  management_options
  recording_options
  native_memory_options
  heap_dump_options
}

# A JVM that lacks a part which is asked for does not start.
has() {
  [ -n "$1" ] || warn "$2 is ignored: this Java has no $3"
  [ -n "$1" ]
}

debug_options() {
  is_on BPL_DEBUG_ENABLED "${BPL_DEBUG_ENABLED:-}" || return 0
  is_said -agentlib:jdwp && return
  has "$java_debugs" BPL_DEBUG_ENABLED "agent for debuggers (jdk.jdwp.agent)" || return 0
  number_of BPL_DEBUG_PORT "${BPL_DEBUG_PORT:-}" 1 65535 8000
  suspend=n
  ! is_on BPL_DEBUG_SUSPEND "${BPL_DEBUG_SUSPEND:-}" || suspend=y
  # without the star Java 9 and newer answers the container itself alone, with it Java 8 does not start
  address="*:$number"
  [ "$java_feature" -gt 8 ] || address=$number
  add "-agentlib:jdwp=transport=dt_socket,server=y,suspend=$suspend,address=$address"
}

# Through a tunnel to the container (`kubectl port-forward`, `docker run -p 127.0.0.1:5000:5000`): the port says who it is by the name it is called.
management_options() {
  is_on BPL_JMX_ENABLED "${BPL_JMX_ENABLED:-}" || return 0
  is_said -Dcom.sun.management.jmxremote.port= && return
  has "$java_manages" BPL_JMX_ENABLED "management agent (jdk.management.agent)" || return 0
  number_of BPL_JMX_PORT "${BPL_JMX_PORT:-}" 1 65535 5000
  add "-Djava.rmi.server.hostname=127.0.0.1"
  for each in "port=$number" "rmi.port=$number" authenticate=false ssl=false; do
    add "-Dcom.sun.management.jmxremote.$each"
  done
}

recording_options() {
  is_on BPL_JFR_ENABLED "${BPL_JFR_ENABLED:-}" || return 0
  is_said -XX:StartFlightRecording && return
  has "$java_records" BPL_JFR_ENABLED "flight recorder (jdk.jfr)" || return 0
  quote_for_java "-XX:StartFlightRecording=${BPL_JFR_ARGS:-dumponexit=true,filename=${TMPDIR:-/tmp}/recording.jfr}"
  add "$java_quoted"
}

native_memory_options() {
  is_on BPL_JAVA_NMT_ENABLED "${BPL_JAVA_NMT_ENABLED:-}" || return 0
  is_said -XX:NativeMemoryTracking= && return
  case ${BPL_JAVA_NMT_LEVEL:-summary} in
    detail) level=detail ;;
    summary) level=summary ;;
    *) level=summary && warn "BPL_JAVA_NMT_LEVEL is ignored: summary or detail is expected" ;;
  esac
  add "-XX:+UnlockDiagnosticVMOptions -XX:NativeMemoryTracking=$level -XX:+PrintNMTStatistics"
  # older ones must know before they read options, by a variable that has the number of their process
  [ "$java_feature" -ge 17 ] || native_memory=$level
}

# Java is process 1 in every container, and overwrites nothing: a file named by it would hold the first dump only.
heap_dump_options() {
  [ -n "${BPL_HEAP_DUMP_PATH:-}" ] || return 0
  is_said -XX:HeapDumpPath= && return
  path=$BPL_HEAP_DUMP_PATH
  case $path in
    *.hprof) ;;
    *) path=${path%/}/java_$(date -u +%Y%m%dT%H%M%SZ).hprof ;;
  esac
  mkdir -p -- "${path%/*}" 2>/dev/null
  [ -w "${path%/*}" ] || warn "BPL_HEAP_DUMP_PATH: ${path%/*} is not writable"
  quote_for_java "-XX:HeapDumpPath=$path"
  add "-XX:+HeapDumpOnOutOfMemoryError $java_quoted"
}
