import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createPlain, type RequestListener, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of the test, on the loopback interface. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
}

const openssl = (cwd: string, ...args: readonly string[]) => execFileSync("openssl", args, { cwd, stdio: "pipe" });

/** A server whose certificate is of an authority that nobody knows: `authority`, in PEM. */
export async function privateServer(): Promise<TestServer & { readonly authority: string }> {
  const dir = await mkdtemp(join(tmpdir(), "private-server-"));
  await writeFile(join(dir, "extensions"), "subjectAltName = IP:127.0.0.1\n");
  const key = (name: string) => ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name];
  openssl(
    dir,
    "req",
    "-x509",
    ...key("ca.key"),
    "-subj",
    "/O=Größe & Co/CN=Private CA",
    "-utf8",
    "-days",
    "2",
    "-out",
    "ca.pem",
  );
  openssl(dir, "req", ...key("key"), "-subj", "/CN=127.0.0.1", "-out", "csr");
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions", "-days", "2"];
  openssl(dir, "x509", "-req", "-in", "csr", ...signed, "-out", "cert");
  const [cert, keyText, authority] = await Promise.all(
    ["cert", "key", "ca.pem"].map((name) => readFile(join(dir, name), "utf8")),
  );
  const server = createServer({ cert, key: keyText }, (_, response) => response.end("trusted"));
  const url = await listening(server, "https");
  return {
    url,
    authority: authority ?? "",
    async [Symbol.asyncDispose]() {
      await closed(server);
      await rm(dir, { recursive: true });
    },
  };
}

/** A server with a git repository for those who know the password. */
export async function privateRepository(user: string, password: string): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), "private-repository-"));
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: dir, stdio: "pipe", env: { ...process.env, ...author } });
  git("init", "--quiet", "--initial-branch=main", "work");
  await writeFile(join(dir, "work/said.txt"), "of the private repository");
  git("-C", "work", "add", ".");
  git("-C", "work", "commit", "--quiet", "--message", "one");
  git("clone", "--quiet", "--bare", "work", "private.git");
  git("-C", "private.git", "update-server-info");
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const server = createPlain(filesOf(dir, wanted));
  const url = await listening(server, "http");
  return {
    url,
    async [Symbol.asyncDispose]() {
      await closed(server);
      await rm(dir, { recursive: true });
    },
  };
}

const author = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

/** git's protocol for servers of files: https://git-scm.com/docs/http-protocol */
const filesOf =
  (dir: string, wanted: string): RequestListener =>
  async (request, response) => {
    if (request.headers.authorization !== wanted)
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    const file = join(dir, new URL(request.url ?? "/", "http://x").pathname);
    const bytes = await readFile(file).catch(() => undefined);
    return void response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  };

async function listening(server: Server, protocol: string): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
