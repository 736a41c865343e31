# Runs before each process of the image, by any POSIX shell: a JVM would take longer to start than all of this. Whatever fails, the app must start.
# The program that reads this one sets where_programs, where_truststore, java_feature, java_classes, java_debugs, java_manages and java_records.
# The launcher gives no arguments; tests name the root of a system.

root=${1:-}
# characters are bytes, whatever the user's language is
LC_ALL=C
export LC_ALL
# what an image has comes before what a layer brings along
PATH=/usr/bin:/bin:${PATH:-}
set -f
usual_ifs=$IFS

warn() {
  printf 'WARNING: %s\n' "$1" >&2
}

for each in settings toml limits memory calculator switches security truststore certificates; do
  . "$where_programs/$each.sh"
done

# Sets `options` to those that the container asks for, and `native_memory`. Each part leaves alone what the user has said.
container_options() {
  options= native_memory=
  memory_options
  out_of_memory_options
  processor_options
  switch_options
  security_options
  certificate_options
  options=${options# }
}

# Of two equal options Java takes the last: the user's stand behind.
tool_options() {
  users=${JAVA_TOOL_OPTIONS:-}
  if ! is_text "$users"; then
    warn "JAVA_TOOL_OPTIONS is not valid UTF-8 and stays unchanged: Java gets no options for the container"
    return
  fi
  container_options
  [ -n "$options" ] || return 0
  [ -z "$users" ] || options="$options $users"
  warn_of_length "$options"
  toml_quoted "$options"
  printf 'JAVA_TOOL_OPTIONS = %s\n' "$quoted"
  # the launcher has started this program, and Java takes its place
  [ -z "$native_memory" ] || printf 'NMT_LEVEL_%s = "%s"\n' "$PPID" "$native_memory"
}

# Java 8 has room for 1023 bytes, and passes over all of them if there are more.
warn_of_length() {
  [ "$java_feature" -gt 8 ] || [ "${#1}" -le 1023 ] ||
    warn "JAVA_TOOL_OPTIONS has ${#1} bytes, but Java 8 ignores it above 1023 bytes: move options to the start command"
}

# in a process of its own: what ends a shell would end the container
if output=$(tool_options); then
  [ -z "$output" ] || printf '%s\n' "$output" >&3 || warn "Java gets no options for the container: file descriptor 3 is not open"
else
  warn "Java gets no options for the container"
fi
exit 0
