/** What Go prints if the network, or the proxy of modules, does not let it fetch a module. */
const refusals = [
  /: (403 Forbidden|407 Proxy Authentication Required|429 Too Many Requests|5\d\d [A-Z].*)$/,
  /: (dial tcp|proxyconnect tcp|net\/http)\b/,
  /(connection reset by peer|i\/o timeout|TLS handshake timeout|unexpected EOF)$/,
  /(^|: )module lookup disabled by GOPROXY=off$/,
];

/** What Go prints if a module is not the one in go.sum. */
const mismatch = /checksum mismatch|SECURITY ERROR|missing go\.sum entry/;

/**
 * The line of the output of Go that says that the network refuses a module. Undefined for any other
 * failure, such as a version that does not exist or a wrong checksum.
 */
export function refusalIn(output: string): string | undefined {
  if (mismatch.test(output)) return undefined;
  return output.split("\n").find((line) => refusals.some((refusal) => refusal.test(line)));
}
