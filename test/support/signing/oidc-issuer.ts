import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An OpenID Connect issuer without logins: the test decides who has which token. */
export interface OidcIssuer {
  readonly url: string;
  /** Returns an identity token for the email address, valid for 10 minutes, for the audience `sigstore`. */
  tokenFor(email: string, changes?: Readonly<Record<string, unknown>>): string;
  stop(): Promise<void>;
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "test", use: "sig", alg: "RS256" };
  const documents: Record<string, unknown> = { "/keys": { keys: [jwk] } };
  const server = createServer(({ url = "" }, response) => {
    const document = documents[url];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  documents["/.well-known/openid-configuration"] = {
    issuer: url,
    jwks_uri: `${url}/keys`,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
  return {
    url,
    tokenFor(email, changes = {}) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: "sigstore", sub: email, email, email_verified: true, iat: now, exp: now + 600 };
      const parts = [
        { alg: "RS256", kid: "test", typ: "JWT" },
        { ...claims, ...changes },
      ];
      const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
      return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
