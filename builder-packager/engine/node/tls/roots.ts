import { rootCertificates as engineRoots } from "engine:tls";

let roots: readonly string[] | undefined;

/**
 * Returns Mozilla's CA certificates in PEM form. They are converted to strings on the first call.
 */
export function rootCertificates(): readonly string[] {
  roots ??= Object.freeze([...engineRoots()]);
  return roots;
}
