/**
 * True if the first resolver in a resolv.conf has a link-local address, as the DNS cache of a
 * Kubernetes node has. Such a resolver caches names itself. The other resolvers are only used if
 * the first one fails.
 *
 * @param text the text of resolv.conf
 */
export function hasLocalResolver(text: string): boolean {
  const lines = text.split("\n").map((line) => line.trim().split(/[ \t]+/));
  const [, address = ""] = lines.find(([key]) => key === "nameserver") ?? [];
  return /^169\.254\.|^fe[89ab].:/i.test(address);
}
