# Certificate authorities from bindings, and those that SSL_CERT_FILE and SSL_CERT_DIR name: whom Java is to trust beside those that it knows.

most_files=1000
largest_file=1048576
blanks=" $tab$newline$(printf '\r')"

certificate_options() {
  is_said -Djavax.net.ssl.trustStore= && return
  added=0 unwritable=
  # blanks around each, so that one is not found within two others
  known=$newline$(cat "$where_truststore/known")$newline
  set +f
  certificates_of_bindings
  certificates_of_variables
  set -f
  [ -z "$unwritable" ] || warn "No directory is writable: Java does not trust the CA certificates from bindings"
  [ "$added" -gt 0 ] || return 0
  if write_truststore 2>/dev/null; then
    quote_for_java "-Djavax.net.ssl.trustStore=$temporary/truststore.jks"
    add "$java_quoted -Djavax.net.ssl.trustStorePassword=changeit"
  else
    warn "$temporary is full: Java does not trust the CA certificates from bindings"
  fi
}

certificates_of_bindings() {
  for binding in "${SERVICE_BINDING_ROOT:-$root/platform/bindings}"/*; do
    # the second layout is that of the first, deprecated, extension for bindings
    if is_of_certificates "$binding/type"; then
      for file in "$binding"/*; do
        case ${file##*/} in
          type | provider) ;;
          *) certificates_of "$file" ;;
        esac
      done
    elif is_of_certificates "$binding/metadata/kind"; then
      for file in "$binding/secret"/*; do certificates_of "$file"; done
    fi
  done
}

is_of_certificates() {
  [ -f "$1" ] && [ -r "$1" ] || return 1
  IFS=$blanks read -r word _ <"$1"
  case $word in
    [cC][aA]-[cC][eE][rR][tT][iI][fF][iI][cC][aA][tT][eE][sS]) return 0 ;;
  esac
  return 1
}

# Only names that OpenSSL looks for in such a directory count.
certificates_of_variables() {
  [ -z "${SSL_CERT_FILE:-}" ] || certificates_of "$SSL_CERT_FILE"
  rest=${SSL_CERT_DIR:-}
  while [ -n "$rest" ]; do
    dir=${rest%%:*}
    rest=${rest#"$dir"}
    rest=${rest#:}
    [ -z "$dir" ] || text_certificates "$dir" "$(cat -- "$dir"/????????.[0-9] 2>/dev/null | head -c $((16 * largest_file)))"
  done
}

# Takes the certificates of a file, and nothing else: a private key that lies beside them goes nowhere.
certificates_of() {
  [ -f "$1" ] && [ "$most_files" -gt 0 ] || return 0
  most_files=$((most_files - 1))
  found=
  # bytes that are no text are left out, as a shell cannot hold them
  text_certificates "$1" "$(head -c $((largest_file + 1)) -- "$1" 2>/dev/null | tr -d '\000')"
  [ -n "$found" ] || binary_certificate "$1" || warn "$1 is ignored: it contains no certificate"
}

# Base64 has no dashes: what stands between them is a line that begins or ends a certificate, or all that is between two of these.
text_certificates() {
  source=$1
  inside=
  [ "${#2}" -le $((16 * largest_file)) ] || return 0
  set -f
  IFS=-
  # shellcheck disable=SC2086
  set -- $2
  IFS=$usual_ifs
  for part; do
    case $inside$part in
      *'BEGIN CERTIFICATE') inside=1 body= ;;
      '1END CERTIFICATE') inside= && text_certificate "$body" ;;
      1?*) body=$part ;;
    esac
  done
  set +f
}

# Adds a certificate in Base64, unless Java knows it. It is told by its last characters, which are part of its signature.
text_certificate() {
  found=1
  IFS=$blanks
  # shellcheck disable=SC2086
  set -- $1
  IFS=$usual_ifs
  joined= last= before=
  for part; do
    joined=$joined$part before=$last last=$part
  done
  last=$before$last
  tail=${last#"${last%????????????????????????}"}
  case $known in
    *"$newline$tail$newline"*) return ;;
  esac
  known=$known$tail$newline
  is_writable || return 0
  printf '%s' "$joined" | base64 -d >"$temporary/certificate" 2>/dev/null
  add_certificate || warn "$source contains a damaged certificate"
}

binary_certificate() {
  is_writable || return 0
  cat -- "$1" >"$temporary/certificate" 2>/dev/null && add_certificate
}

is_writable() {
  make_temporary || unwritable=1
  [ -z "$unwritable" ]
}
