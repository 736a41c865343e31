// @needs openssl
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../cnb.ts";

/** A certificate authority of the tests' own, with one server certificate. */
export interface Certificates {
  /** PEM files. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** The server's certificate and its key. */
  server(): Promise<{ readonly cert: Buffer; readonly key: Buffer }>;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** Makes an authority in a directory, and a certificate of it for these names, for example `DNS:registry.test` or `IP:127.0.0.1`. */
export async function makeCertificates(dir: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string) => join(dir, name);
  const [ca, caKey, cert, key] = [file("ca.pem"), file("ca.key"), file("cert.pem"), file("cert.key")];
  await openssl("req", "-x509", ...curve, "-subj", "/CN=test authority", "-keyout", caKey, "-out", ca);
  const signed = ["-CA", ca, "-CAkey", caKey, "-addext", `subjectAltName=${names.join(",")}`];
  const leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
  await openssl("req", "-x509", ...curve, "-subj", "/CN=test", ...signed, ...leaf, "-keyout", key, "-out", cert);
  return { ca, cert, key, server: async () => ({ cert: await readFile(cert), key: await readFile(key) }) };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execute("openssl", args);
  if (exitCode !== 0) throw new Error(`openssl ${args.join(" ")} failed:\n${stderr}`);
}
