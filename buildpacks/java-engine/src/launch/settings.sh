# What the user has said.

newline='
'
tab=$(printf '\t')
# Java parts its options at blanks, and takes quotes away
before_option=" $tab$newline\"'"

# Wherever options of Java may stand. The command of a process comes last, and wins by itself.
said=" ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_OPTS:-}"

# Whether the user gives an option that begins so.
is_said() {
  case $said in
    *["$before_option"]"$1"*) return 0 ;;
  esac
  return 1
}

# Sets `value` to what follows the last option of the user that begins so.
said_value() {
  value=${said##*["$before_option"]"$1"}
  value=${value%%["$before_option"]*}
}

add() {
  options="$options $1"
}

# Whether a switch is on. The words are those that Go takes, as Paketo's users have always written them.
is_on() {
  case $2 in
    1 | t | T | true | TRUE | True) return 0 ;;
    '' | 0 | f | F | false | FALSE | False) ;;
    *) warn "$1 is treated as false: true or false is expected" ;;
  esac
  return 1
}

# A whole number that sums of 64 bits can hold.
is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ "${#1}" -le 15 ]
}

# Sets `number` to a number of the user between two others, else to the default.
number_of() {
  number=$5
  [ -n "$2" ] || return 0
  if is_number "$2" && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
    # a shell takes a number with a zero in front as octal
    number=${2#"${2%%[!0]*}"}
    number=${number:-0}
  else
    warn "$1 is ignored: a whole number from $3 to $4 is expected"
  fi
}

# Sets `bytes` to a size such as 512M, 1g, 2GiB or 1048576.
bytes_of() {
  bytes=${1%%[!0-9]*}
  is_number "$bytes" || return 1
  unit=${1#"$bytes"}
  bytes=${bytes#"${bytes%%[!0]*}"}
  case $unit in
    '' | [bB]) factor=1 ;;
    [kK] | [kK][bB] | [kK]i | [kK]i[bB]) factor=1024 ;;
    [mM] | [mM][bB] | [mM]i | [mM]i[bB]) factor=1048576 ;;
    [gG] | [gG][bB] | [gG]i | [gG]i[bB]) factor=1073741824 ;;
    [tT] | [tT][bB] | [tT]i | [tT]i[bB]) factor=1099511627776 ;;
    *) return 1 ;;
  esac
  [ "${bytes:-0}" -gt 0 ] && [ "$bytes" -le $((1000000000000000 / factor)) ] || return 1
  bytes=$((bytes * factor))
}
