import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callWhenReady, freePort } from "../http.ts";
import { startService } from "../service.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { startTokenServer, type TokenServer, tokenIssuer, tokenService } from "./tokens.ts";

/** A registry that wants to know who asks. `me` may, with the password `secret`. */
export interface SecureRegistry {
  readonly host: string;
  readonly certificates: Certificates;
  log(): string;
  stop(): Promise<void>;
}

/** bcrypt of "secret", which is all that docker-registry understands. */
const htpasswd = "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

/** Debian's docker-registry with passwords and TLS: its certificate, of an own authority, is for `registry.test` and 0.0.0.0. */
export async function startTlsRegistry(): Promise<SecureRegistry> {
  const dir = await mkdtemp(join(tmpdir(), "registry-tls-"));
  const certificates = await makeCertificates(dir, ["DNS:registry.test", "IP:0.0.0.0"]);
  const { cert: certificate, key } = certificates;
  await writeFile(join(dir, "htpasswd"), htpasswd);
  const auth = { htpasswd: { realm: "test registry", path: join(dir, "htpasswd") } };
  return start(dir, { certificates, auth, tls: { certificate, key } });
}

/** Debian's docker-registry that believes a token server of the tests. */
export async function startTokenRegistry(): Promise<SecureRegistry & { readonly tokens: TokenServer }> {
  const dir = await mkdtemp(join(tmpdir(), "registry-token-"));
  const certificates = await makeCertificates(dir, ["DNS:tokens.test"]);
  const tokens = await startTokenServer(certificates);
  const auth = {
    token: { realm: tokens.realm, service: tokenService, issuer: tokenIssuer, rootcertbundle: certificates.ca },
  };
  const registry = await start(dir, { certificates, auth });
  const stop = async () => void (await Promise.all([registry.stop(), tokens.stop()]));
  return { ...registry, tokens, stop };
}

interface Setup {
  readonly certificates: Certificates;
  readonly auth: unknown;
  readonly tls?: unknown;
}

async function start(dir: string, { certificates, auth, tls }: Setup): Promise<SecureRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(dir, "data") }, delete: { enabled: true } },
    http: { addr: host, secret: "of the tests", ...(tls !== undefined && { tls }) },
    auth,
  };
  await writeFile(join(dir, "config.yml"), JSON.stringify(config)); // JSON is YAML
  const service = await startService("docker-registry", ["serve", join(dir, "config.yml")], {
    dir,
    // A registry with TLS answers plain http, too: with an error.
    ready: () => callWhenReady(`http://${host}/v2/`, 20_000),
  });
  return { ...service, host, certificates };
}
