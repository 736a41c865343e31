#!/bin/sh
# Runs before each process of a container: lets its programs trust the certificate authorities of its bindings.
#
# The image has no openssl, and no runtime either: what `openssl rehash` does is done here with coreutils.
# Whatever fails, the app must start.
LC_ALL=C
export LC_ALL
umask 022

most_files=1000
largest_file=1048576
# a hash costs some milliseconds of the start; the file with all certificates does without
most_links=50

newline='
'
begin='-----BEGIN CERTIFICATE-----'
end='-----END CERTIFICATE-----'

warn() {
  printf 'WARNING: %s\n' "$1" >&2
}

# What follows works on bytes as decimal words, and leaves its result in a variable: a subshell for each would cost a start its time.

# Of the DER element that begins with these (five) bytes: its tag, the length of its head, that of its contents.
element() {
  tag=${1:-} length=${2:-} head=2
  [ -n "$length" ] || return 1
  [ "$length" -ge 128 ] || return 0
  left=$((length - 128)) length=0
  # a name or a certificate of 16 MiB is none
  [ "$left" -ge 1 ] && [ "$left" -le 3 ] || return 1
  shift 2
  while [ "$left" -gt 0 ]; do
    [ $# -gt 0 ] || return 1
    length=$((length * 256 + $1)) head=$((head + 1)) left=$((left - 1))
    shift
  done
}

# encoded: an element of these bytes.
encode() {
  encoded=$1
  shift
  if [ $# -lt 128 ]; then
    encoded="$encoded $# $*"
  elif [ $# -lt 256 ]; then
    encoded="$encoded 129 $# $*"
  else
    encoded="$encoded 130 $(($# / 256)) $(($# % 256)) $*"
  fi
}

# character: in UTF-8.
utf8() {
  if [ "$1" -lt 128 ]; then
    character=$1
  elif [ "$1" -lt 2048 ]; then
    character="$((192 + $1 / 64)) $((128 + $1 % 64))"
  elif [ "$1" -lt 65536 ]; then
    character="$((224 + $1 / 4096)) $((128 + $1 / 64 % 64)) $((128 + $1 % 64))"
  else
    character="$((240 + $1 / 262144)) $((128 + $1 / 4096 % 64)) $((128 + $1 / 64 % 64)) $((128 + $1 % 64))"
  fi
}

# text: in UTF-8, by the tag: UTF8String, those with a byte, with four and with two for each character.
decode() {
  kind=$1 text=''
  shift
  [ "$kind" -ne 12 ] || text=$*
  [ "$kind" -ne 12 ] || return 0
  while [ $# -gt 0 ]; do
    case $kind in
      28) [ $# -ge 4 ] && utf8 $((($1 * 256 + $2) * 65536 + $3 * 256 + $4)) && shift 4 || return 1 ;;
      30) [ $# -ge 2 ] && utf8 $(($1 * 256 + $2)) && shift 2 || return 1 ;;
      *) utf8 "$1" && shift ;;
    esac
    text="$text $character"
  done
}

# canonical: as openssl compares texts: without blanks at their ends, one between words, in small letters.
canonicalize() {
  blank='' canonical=''
  for byte; do
    if [ "$byte" -eq 32 ] || { [ "$byte" -ge 9 ] && [ "$byte" -le 13 ]; }; then
      [ -z "$canonical" ] || blank=' 32'
      continue
    fi
    if [ "$byte" -ge 65 ] && [ "$byte" -le 90 ]; then byte=$((byte + 32)); fi
    canonical="$canonical$blank $byte" blank=''
  done
}

# encoded: one part of a name (its type and its text) with the text in the canonical form.
attribute() {
  element "$@" && [ "$tag" -eq 6 ] && [ $((head + length)) -lt $# ] || return 1
  count=$((head + length)) type=''
  while [ "$count" -gt 0 ]; do
    type="$type $1" count=$((count - 1))
    shift
  done
  element "$@" && [ $((head + length)) -eq $# ] || return 1
  shift "$head"
  case $tag in
    12 | 19 | 20 | 22 | 26 | 28 | 30)
      decode "$tag" "$@" || return 1
      canonicalize $text
      encode 12 $canonical
      ;;
    *) encode "$tag" "$@" ;;
  esac
  encode 48 $type $encoded
}

# encoded: a set of parts, in the order of their bytes: nearly always one.
attributes() {
  parts='' several=''
  while [ $# -gt 0 ]; do
    element "$@" && [ "$tag" -eq 48 ] && [ $((head + length)) -le $# ] || return 1
    shift "$head"
    size=$length part='' count=$length
    while [ "$count" -gt 0 ]; do
      part="$part $1" count=$((count - 1))
      shift
    done
    attribute $part || return 1
    [ -z "$parts" ] || several=1
    parts=$parts$encoded$newline
  done
  if [ -n "$several" ]; then
    parts=$(printf '%s' "$parts" | while read -r part; do printf '%03d ' $part && echo; done | sort)
    # 048 would be an octal number
    parts=$(for byte in $parts; do printf '%d ' $((1$byte - 1000)); done)
  fi
  encode 49 $parts
}

# name: the canonical one of a name's contents.
canonicalize_name() {
  name=''
  while [ $# -gt 0 ]; do
    element "$@" && [ "$tag" -eq 49 ] && [ $((head + length)) -le $# ] || return 1
    shift "$head"
    members='' count=$length
    while [ "$count" -gt 0 ]; do
      members="$members $1" count=$((count - 1))
      shift
    done
    attributes $members || return 1
    name="$name $encoded"
  done
}

# subject: the bytes of it in a certificate.
find_subject() {
  for each in certificate signed; do
    element ${1:-} ${2:-} ${3:-} ${4:-} ${5:-} && [ "$tag" -eq 48 ] && [ $((head + length)) -le $# ] || return 1
    shift "$head"
  done
  [ "${1:-}" = 160 ] && skipped='version serial algorithm issuer validity' || skipped='serial algorithm issuer validity'
  for each in $skipped; do
    element ${1:-} ${2:-} ${3:-} ${4:-} ${5:-} && [ $((head + length)) -le $# ] || return 1
    shift $((head + length))
  done
  element ${1:-} ${2:-} ${3:-} ${4:-} ${5:-} && [ "$tag" -eq 48 ] && [ $((head + length)) -le $# ] || return 1
  shift "$head"
  subject='' count=$length
  while [ "$count" -gt 0 ]; do
    subject="$subject $1" count=$((count - 1))
    shift
  done
}

# What openssl calls a certificate in a folder: the first four bytes of a digest of the subject, the last one first.
hash_of() {
  bytes=$(printf '%s' "$1" | base64 -d 2>/dev/null | od -An -v -tu1)
  find_subject $bytes && canonicalize_name $subject || return 1
  octal=''
  [ -z "$name" ] || octal=$(printf '\\%03o' $name)
  digest=$(printf "$octal" | sha1sum)
  rest=${digest#??} one=${digest%"$rest"}
  digest=$rest rest=${digest#??} two=${digest%"$rest"}
  digest=$rest rest=${digest#??} three=${digest%"$rest"}
  digest=$rest rest=${digest#??} four=${digest%"$rest"}
  hash=$four$three$two$one
}

link_to() {
  number=0
  while [ -e "$dir/$1.$number" ]; do number=$((number + 1)); done
  ln -s "$2" "$dir/$1.$number"
}

# A certificate, without what is around it in its file.
add() {
  case $known in *"|$1|"*) return ;; esac
  case $1 in '' | *[!A-Za-z0-9+/=]*) warn "$file: a certificate is damaged" && return ;; esac
  if [ "$total" -lt "$most_links" ]; then
    hash_of "$1" || { warn "$file: a certificate is damaged" && return; }
    link_to "$hash" "$((total + 1)).pem"
  fi
  known=$known"|$1|" total=$((total + 1))
  { echo "$begin" && printf '%s\n' "$1" | fold -w 64 && echo "$end"; } >"$dir/$total.pem"
}

# The certificates of a file: nothing else of it, which may be a private key.
add_file() {
  file=$1
  [ -f "$file" ] && [ -r "$file" ] || return
  if [ "$(wc -c <"$file")" -gt "$largest_file" ]; then warn "$file is not used: it is too large" && return; fi
  before=$total is_inside='' found=''
  if [ "$(od -An -v -tu1 -N1 "$file" | tr -d ' ')" = 48 ]; then
    add "$(base64 "$file" | tr -d '\n')" # in the binary form
    return
  fi
  tr -d ' \t\r' <"$file" >"$work/text"
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      -----BEGINCERTIFICATE-----) is_inside=1 body='' found=1 ;;
      -----ENDCERTIFICATE-----) [ -z "$is_inside" ] || add "$body" && is_inside='' ;;
      *) [ -z "$is_inside" ] || body=$body$line ;;
    esac
  done <"$work/text"
  [ -n "$found" ] || warn "$file is not used: it has no certificate"
}

is_of_type() {
  [ -f "$1" ] && [ "$(head -c 100 "$1" | tr -d ' \t\r\n' | tr '[:upper:]' '[:lower:]')" = ca-certificates ]
}

# The folders with entries; the second layout is that of the first, deprecated, extension for bindings.
entries_of() {
  if is_of_type "$1/type"; then printf '%s' "$1"; elif is_of_type "$1/metadata/kind"; then printf '%s' "$1/secret"; fi
}

make_folder() {
  for place in "${TMPDIR:-/tmp}" "$root/dev/shm"; do
    work=$(mktemp -d "$place/ca-certificates-XXXXXXXX" 2>/dev/null) || continue
    # there is no secret in it, and a server may give up its rights
    chmod 755 "$work" && mkdir "$work/certs" && dir=$work/certs && return
  done
  return 1
}

# Of all bindings; a folder is made when the first one is found.
add_bindings() {
  for binding in "$1"/*; do
    entries=$(entries_of "$binding")
    [ -n "$entries" ] || continue
    [ -n "$work" ] || make_folder || return 1
    for path in "$entries"/* "$entries"/.[!.]*; do
      files=$((files + 1))
      [ "$files" -le "$most_files" ] || return 0
      case ${path##*/} in type | provider) ;; *) add_file "$path" ;; esac
    done
  done
  return 0
}

# Where distributions keep whom everybody trusts.
system_file() {
  for path in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
    [ -r "$root$path" ] && printf '%s' "$root$path" && return
  done
}

# NAME = "value" for the launcher. A path that would need more than quotes is nobody's.
tell() {
  case $2 in
    *[\"\\]* | *[[:cntrl:]]*) warn "$1 stays as it is: $2" ;;
    *) printf '%s = "%s"\n' "$1" "$2" >&3 ;;
  esac
}

tell_unless_set() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || tell "$1" "$2"
}

# The launcher gives no arguments; tests name the root of a system.
root=${1:-}
bindings=${SERVICE_BINDING_ROOT:-$root/platform/bindings}
# of BP_EMBED_CERTS: the layer beside that of this program
embedded=${0%/*}/../../embedded/certificates
work='' dir='' known='' total=0 files=0

add_bindings "$bindings" || { warn "nothing can be written: the certificates of bindings are not used" && exit 0; }
if [ -d "$embedded" ]; then
  [ -n "$work" ] || make_folder || exit 0
  for path in "$embedded"/*.pem; do add_file "$path"; done
fi
[ "$total" -gt 0 ] || exit 0

# What the user has set counts as well: it stands in front of what is bound.
system=${SSL_CERT_FILE:-$(system_file)}
join() {
  for path; do [ -r "$path" ] && cat "$path" && echo; done
}
join "$system" "$dir"/*.pem >"$work/ca-certificates.crt"
join "${NODE_EXTRA_CA_CERTS:-}" "$dir"/*.pem >"$work/extra.pem"

tell SSL_CERT_FILE "$work/ca-certificates.crt"
tell SSL_CERT_DIR "${SSL_CERT_DIR:-/etc/ssl/certs}:$dir"
tell NODE_EXTRA_CA_CERTS "$work/extra.pem"
# these have authorities of their own, or none: a file without those of the system would take them away
if [ -r "$system" ]; then
  for name in REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO; do tell_unless_set "$name" "$work/ca-certificates.crt"; done
fi
exit 0
