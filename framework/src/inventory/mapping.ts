import { LibcnbError } from "../errors.ts";
import type { Checksum } from "../host/downloads/checksum.ts";

/**
 * An entry of a binding of the type `dependency-mapping`. The key is `<sha256>`,
 * `<algorithm>:<digest>` or `<algorithm>_<digest>`, and the address is a URL.
 */
export type Mapping = readonly [key: string, address: string];

/**
 * Returns the URL to which a binding maps a checksum. Returns undefined if no binding maps it.
 *
 * @throws LibcnbError BINDING_INVALID if several entries map the checksum, or if the entry is not a
 * URL
 */
export function mappedAddress({ algorithm, digest }: Checksum, mappings: readonly Mapping[]): URL | undefined {
  const keys = [`${algorithm}:${digest}`, `${algorithm}_${digest}`, ...(algorithm === "sha256" ? [digest] : [])];
  const [first, second] = mappings.filter(([key]) => keys.includes(key.toLowerCase()));
  if (first === undefined) return undefined;
  const url = second === undefined ? URL.parse(first[1].trim()) : null;
  if (url !== null) return url;
  throw new LibcnbError("BINDING_INVALID", `the bindings of the type dependency-mapping are not valid`, {
    cause: second === undefined ? `the value of ${first[0]} is not a URL` : `several entries map ${first[0]}`,
    hint: "Provide one entry for each checksum, with the URL of the file as its value.",
  });
}
