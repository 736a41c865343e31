import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A package index on the loopback interface that shows itself only to whoever logs in. */
export interface PrivateIndex extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/simple/` */
  readonly url: string;
  /** The same with a login before the host: the right one, or variables of the user: `"${ME}:${PASSWORD}"`. */
  withLogin(login?: string): string;
  readonly username: string;
  readonly password: string;
  /** True if everybody has access, like a developer who has logged in to create a lockfile. */
  isOpen: boolean;
  /** The responses in order: `200 /simple/a/`. */
  readonly answers: string[];
}

/** One with the signs that addresses write in another way. */
const username = "me@example.com";
const password = "s3cret/of:the@index";

/** Texts by which the password would be found, in addresses and in headers too. */
export const passwordForms: readonly string[] = [
  password,
  encodeURIComponent(password),
  Buffer.from(`${username}:${password}`).toString("base64"),
];

/**
 * Starts an index.
 *
 * @param files wheels by their names: `a_package-1.0-py3-none-any.whl`
 */
export async function startPrivateIndex(files: Readonly<Record<string, Uint8Array>>): Promise<PrivateIndex> {
  const server = createServer((request, response) => {
    const answer = index.isOpen || isKnown(request) ? answerTo(request.url ?? "", files) : refusal;
    index.answers.push(`${answer.status} ${request.url}`);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const login = [username, password].map(encodeURIComponent).join(":");
  const index: PrivateIndex = {
    url: `http://${host}/simple/`,
    username,
    password,
    isOpen: false,
    answers: [],
    withLogin: (other = login) => `http://${other}@${host}/simple/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return index;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const refusal: Answer = { status: 401, headers: { "www-authenticate": 'Basic realm="packages"' } };

function isKnown({ headers: { authorization = "" } }: IncomingMessage): boolean {
  const login = Buffer.from(authorization.replace(/^Basic /i, ""), "base64").toString();
  return login === `${username}:${password}`;
}

/** PEP 503: a page for each package, with links to its files. */
function answerTo(url: string, files: Readonly<Record<string, Uint8Array>>): Answer {
  const [, file] = /^\/files\/([^/]+)$/.exec(url) ?? [];
  const bytes = files[file ?? ""];
  if (bytes !== undefined) return { status: 200, body: bytes };
  const [, name] = /^\/simple\/([^/]+)\/?$/.exec(url) ?? [];
  const links = Object.entries(files).flatMap(([each, content]) =>
    packageOf(each) === name ? [`<a href="../../files/${each}#sha256=${sha256(content)}">${each}</a>`] : [],
  );
  if (links.length === 0) return { status: 404 };
  return { status: 200, headers: { "content-type": "text/html" }, body: `<!DOCTYPE html>${links.join("<br>")}` };
}

const packageOf = (file: string): string => (file.split("-")[0] ?? "").replace(/[-_.]+/g, "-").toLowerCase();

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
