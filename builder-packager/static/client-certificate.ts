import { needsNode } from "./needs-node.ts";

/** Replaces `src/oci/registry/transport/client-certificate.ts`: the small engine has no client certificates. */
export function clientCertificate(files: readonly string[]): object {
  const cert = files.find((file) => file.endsWith(".cert"));
  if (cert !== undefined) throw needsNode(`the client certificate ${cert}`);
  return {};
}
