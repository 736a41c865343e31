# Texts of users in TOML, and in options of Java: https://toml.io/en/v1.0.0#string

# Sets `replaced` to a text ($1) with each of one character ($2) replaced, by what a format of printf says ($3). By the parting of words, which takes no
# longer for long texts than for short ones; but not of blanks (also those that only bash takes for some), several of which are one parting.
replace() {
  IFS=$2
  format=$3%s
  # a parting at the very end would not count
  # shellcheck disable=SC2086
  set -- $1.
  IFS=$usual_ifs
  replaced=$1
  shift
  [ $# -eq 0 ] || replaced=$replaced$(printf "$format" "$@")
  replaced=${replaced%.}
}

# Sets `quoted` to a text as a string of TOML.
toml_quoted() {
  replace "$1" '\' '\\\\'
  replace "$replaced" '"' '\\"'
  case $replaced in
    *[[:cntrl:]]*) escape_controls ;;
  esac
  quoted="\"$replaced\""
}

# Tabs, line feeds and their like are blanks: they take the places of characters that there are no more by then.
escape_controls() {
  escape_each 1 '001 002 003 004 005'
  replaced=$(printf '%s.' "$replaced" | tr '\011-\015' '\001-\005')
  replaced=${replaced%.}
  escape_each 9 '001 002 003 004 005'
  escape_each 6 '006 007 010'
  escape_each 14 '016 017 020 021 022 023 024 025 026 027 030 031 032 033 034 035 036 037'
  escape_each 127 177
}

# Escapes characters of `replaced`: the one with the first of these octal numbers is told as number $1, the next as that behind it.
escape_each() {
  code=$1
  for octal in $2; do
    character=$(printf "\\$octal")
    case $replaced in
      *"$character"*) replace "$replaced" "$character" "$(printf '\\\\u%04x' "$code")" ;;
    esac
    code=$((code + 1))
  done
}

# Whether a text is UTF-8: whoever reads TOML refuses all else, and the container would not start.
is_text() {
  case $1 in
    *[!"$ascii"]*) ;;
    *) return 0 ;;
  esac
  follow=0
  for byte in $(printf '%s' "$1" | od -An -v -tu1); do
    if [ "$follow" -gt 0 ]; then
      [ "$byte" -ge "$from" ] && [ "$byte" -le "$to" ] || return 1
      follow=$((follow - 1)) from=128 to=191
    else
      lead "$byte" || return 1
    fi
  done
  [ "$follow" -eq 0 ]
}

ascii=$(printf '\001-\177')

# How many bytes follow a first one, and what the next one may be: https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf, table 3-7
lead() {
  from=128 to=191
  case $1 in
    ? | ?? | 1[01]? | 12[0-7]) follow=0 ;;
    19[4-9] | 20? | 21? | 22[0-3]) follow=1 ;;
    224) follow=2 from=160 ;;
    237) follow=2 to=159 ;;
    22[5-9] | 23[0-9]) follow=2 ;;
    240) follow=3 from=144 ;;
    24[123]) follow=3 ;;
    244) follow=3 to=143 ;;
    *) return 1 ;;
  esac
}

# Sets `java_quoted` to a text as one option of Java, which knows quotes and no escapes.
quote_for_java() {
  replace "$1" '"' "\"'\"'\""
  java_quoted="\"$replaced\""
}
