import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { centralFile } from "./central-mirror.ts";

/** A repository of Maven on the loopback interface that shows itself only to whoever logs in. */
export interface PrivateRepository extends AsyncDisposable {
  readonly url: string;
  /** The responses in order: `200 /org/…`. */
  readonly answers: readonly string[];
}

/** One with signs that XML and addresses write in another way. */
export const login = { username: "me@example.com", password: "s3cret&of:<the>/repository" };

/** Texts by which the password would be found, in settings and in headers too. */
export const passwordForms: readonly string[] = [
  login.password,
  encodeURIComponent(login.password),
  login.password.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
  Buffer.from(`${login.username}:${login.password}`).toString("base64"),
];

/** Starts a repository with all that the public one has. */
export async function privateRepository(): Promise<PrivateRepository> {
  const answers: string[] = [];
  const known = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const server = createServer(async ({ url = "/", headers }, response) => {
    const isKnown = headers.authorization === known;
    const file = isKnown && !url.endsWith("/") ? await centralFile(url.slice(1)).catch(() => undefined) : undefined;
    const found = file === undefined ? 404 : 200;
    const status = isKnown ? found : 401;
    answers.push(`${status} ${url}`);
    response.writeHead(status, isKnown ? {} : { "www-authenticate": 'Basic realm="artefacts"' });
    response.end(file === undefined ? "" : await readFile(file));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((done) => server.close(() => done()));
  return { url: `http://127.0.0.1:${port}`, answers, [Symbol.asyncDispose]: close };
}

/** The element of settings.xml with the login, for the repository with this id. */
export const serverWith = (id: string, password = login.password): string => {
  const escaped = password.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<servers><server><id>${id}</id><username>${login.username}</username><password>${escaped}</password></server></servers>`;
};
