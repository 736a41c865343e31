# Security properties: the user's, and how long names of hosts are remembered.

security_options() {
  is_said -Djava.security.properties= && return
  properties=
  if [ -n "${JAVA_SECURITY_PROPERTIES:-}" ]; then
    if [ -f "$JAVA_SECURITY_PROPERTIES" ] && [ -r "$JAVA_SECURITY_PROPERTIES" ]; then
      properties=$JAVA_SECURITY_PROPERTIES
    else
      warn "JAVA_SECURITY_PROPERTIES is ignored: there is no file $JAVA_SECURITY_PROPERTIES"
    fi
  fi
  if has_local_resolver; then
    join_properties "$where_programs/local-resolver.properties"
  fi
  [ -n "$properties" ] || return 0
  quote_for_java "-Djava.security.properties=$properties"
  add "$java_quoted"
}

# A resolver at an address that counts on this machine alone (such as Kubernetes' cache for a node) remembers names itself. Only the first one counts:
# the others are for when it fails.
has_local_resolver() {
  [ -f "$root/etc/resolv.conf" ] || return 1
  while IFS=" $tab" read -r word address _; do
    [ "$word" = nameserver ] || continue
    case $address in
      169.254.* | [fF][eE][89abAB]?:*) return 0 ;;
    esac
    return 1
  done 2>/dev/null <"$root/etc/resolv.conf"
  return 1
}

# What the user says comes last, and wins.
join_properties() {
  if [ -z "$properties" ]; then
    properties=$1
  elif make_temporary; then
    { cat -- "$1" && printf '\n' && cat -- "$properties"; } >"$temporary/security.properties" && properties=$temporary/security.properties
  else
    warn "No directory is writable: Java caches the addresses of hosts for its default time"
  fi
}

# Makes the folder `temporary`, once.
make_temporary() {
  [ -z "${temporary:-}" ] || return 0
  for each in "${TMPDIR:-/tmp}" /tmp /dev/shm; do
    temporary=$(mktemp -d "$each/java-XXXXXXXXXX" 2>/dev/null) && return
  done
  temporary=
  return 1
}
