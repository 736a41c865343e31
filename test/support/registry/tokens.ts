import { createHash, sign, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { text } from "node:stream/consumers";
import type { Certificates } from "./certificates.ts";
import { type Listening, listen } from "./listen.ts";

/** The token request as a test sees it: account, method and scopes. */
export interface TokenRequest {
  readonly who: string;
  readonly how: "GET" | "refresh_token";
  readonly scopes: readonly string[];
}

export interface TokenServer extends Listening {
  readonly realm: string;
  readonly requests: TokenRequest[];
  /** The next tokens have been expired for two minutes already. */
  expireNext(count: number): void;
  /** How answers look. */
  readonly style: { field: "token" | "access_token"; rotate: boolean };
}

const user = "me:secret";
export const tokenIssuer = "test issuer";
export const tokenService = "test service";
/** The identity token that the server knows at first. */
export const identityToken = "identity-0";

/**
 * A token server as registries use it (https://distribution.github.io/distribution/spec/auth/token/): `me` with the password
 * `secret` may do everything, anybody may pull. A real registry checks its signed tokens.
 */
export async function startTokenServer(certificates: Certificates): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const style: TokenServer["style"] = { field: "token", rotate: false };
  const issue = await issuer(certificates);
  let expired = 0;
  let identity = 0;

  const answer = (request: TokenRequest, response: http.ServerResponse) => {
    requests.push(request);
    if (request.who === "nobody")
      return void response.writeHead(401).end('{"details":"incorrect username or password"}');
    const age = expired-- > 0 ? -420 : 0;
    const rotated = request.how === "refresh_token" && style.rotate ? { refresh_token: `identity-${++identity}` } : {};
    response.end(JSON.stringify({ [style.field]: issue(request, age), expires_in: 300, ...rotated }));
  };

  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    if (request.method === "GET") {
      const who = identified(request.headers.authorization);
      return answer({ who, how: "GET", scopes: url.searchParams.getAll("scope") }, response);
    }
    const form = new URLSearchParams(await text(request));
    const known = form.get("grant_type") === "refresh_token" && form.get("refresh_token") === `identity-${identity}`;
    const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    answer({ who: known ? "me" : "nobody", how: "refresh_token", scopes }, response);
  });
  const listening = await listen(server);
  return {
    ...listening,
    realm: `http://${listening.host}/token`,
    requests,
    style,
    expireNext(count) {
      expired = count;
    },
  };
}

function identified(authorization: string | undefined): string {
  if (authorization === undefined) return "anonymous";
  return authorization === `Basic ${Buffer.from(user).toString("base64")}` ? "me" : "nobody";
}

type Issue = (request: TokenRequest, ageSeconds: number) => string;

/** Signed tokens (JWT, ES256) with the certificate that the registry can check. */
async function issuer({ cert, key }: Certificates): Promise<Issue> {
  const certificate = new X509Certificate(await readFile(cert));
  const privateKey = await readFile(key, "utf8");
  const header = { typ: "JWT", alg: "ES256", x5c: [certificate.raw.toString("base64")] };
  let count = 0;
  return ({ who, scopes }, age) => {
    const now = Math.floor(Date.now() / 1000) + age;
    const claims = {
      iss: tokenIssuer,
      sub: who,
      aud: tokenService,
      exp: now + 300,
      nbf: now - 60,
      iat: now,
      jti: createHash("sha256").update(`${now} ${count++}`).digest("hex"),
      access: scopes.map((scope) => granted(scope, who)),
    };
    const signed = `${encoded(header)}.${encoded(claims)}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  };
}

function granted(scope: string, who: string) {
  const [type, name, actions = ""] = scope.split(":");
  return { type, name, actions: actions.split(",").filter((action) => who === "me" || action === "pull") };
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
