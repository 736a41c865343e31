import { needsNode } from "./needs-node.ts";

/** Replaces `src/oci/daemon/find-endpoint.ts`: the small engine does not connect to Unix sockets. */
export function findEndpoint(): never {
  throw needsNode("a connection to a container engine", "Or use oci:DIR or docker-archive:FILE.");
}
