# A truststore in Java's own format (JKS), written beside the image: magic number and version, how many entries there are, the entries, SHA-1 over the
# password and all that. The build has prepared the entries of those that Java knows by itself.

# Adds octets of a number: $1 of them, the highest first.
octets() {
  shifted=$(($1 * 8))
  while [ "$shifted" -gt 0 ]; do
    shifted=$((shifted - 8))
    octet=$(($2 >> shifted & 255))
    escaped="$escaped\\$((octet / 64))$((octet / 8 % 8))$((octet % 8))"
  done
}

# Adds the certificate in $temporary/certificate: a number for its kind, its name, when it was added (which nobody asks), its own kind, length and bytes.
add_certificate() {
  is_certificate || return
  escaped=
  octets 4 2
  name=bound-$added
  octets 2 "${#name}"
  escaped=$escaped$name
  octets 8 0
  octets 2 5
  escaped="${escaped}X.509"
  octets 4 "$length"
  { printf "$escaped" && cat "$temporary/certificate"; } >>"$temporary/entries" || return
  added=$((added + 1))
}

# Whether the file is a sequence of the three parts of a certificate, and nothing more: Java would trust nobody with one that it cannot read.
is_certificate() {
  # shellcheck disable=SC2046
  set -- $(od -An -v -tu1 -N 65539 "$temporary/certificate")
  length=$#
  der_length "$@" && [ "$1" = 48 ] && [ $((head + inner)) -eq "$length" ] || return
  shift "$head"
  for kind in 48 48 3; do
    der_length "$@" && [ "$1" = "$kind" ] && [ $((head + inner)) -le $# ] || return
    shift $((head + inner))
  done
  [ $# -eq 0 ]
}

# Sets `head` and `inner` to the lengths of the beginning and the contents of what these bytes begin with: https://www.itu.int/rec/T-REC-X.690, 8.1.3
der_length() {
  [ $# -ge 4 ] || return
  case $2 in
    130) head=4 inner=$(($3 * 256 + $4)) ;;
    129) head=3 inner=$3 ;;
    ? | ?? | 1[01]? | 12[0-7]) head=2 inner=$2 ;;
    *) return 1 ;;
  esac
}

write_truststore() {
  read -r count <"$where_truststore/count"
  escaped='\376\355\376\355'
  octets 4 2
  octets 4 $((count + added))
  { printf "$escaped" && cat "$where_truststore/entries" "$temporary/entries"; } >"$temporary/truststore.jks" || return
  sum=$({ printf '\0c\0h\0a\0n\0g\0e\0i\0tMighty Aphrodite' && cat "$temporary/truststore.jks"; } | sha1sum) || return
  sum=${sum%% *}
  escaped=
  while [ -n "$sum" ]; do
    rest=${sum#??}
    octets 1 "0x${sum%"$rest"}"
    sum=$rest
  done
  printf "$escaped" >>"$temporary/truststore.jks" && rm -f "$temporary/certificate" "$temporary/entries"
}
