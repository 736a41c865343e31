// @needs openssl
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { download } from "./download.ts";
import type { DownloadOptions } from "./download-options.ts";

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const sha256 = createHash("sha256").update(content).digest("hex");
const whole = { bytes: content.length, sha256 };
const quick = { attempts: 3, delayMs: 1 };

/** A server that answers the n-th request with the n-th answer, the last one again and again; `seen` are the requests. */
async function serving<T>(
  answers: readonly RequestListener[],
  use: (url: string, seen: readonly IncomingMessage[]) => Promise<T>,
): Promise<T> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
  });
  return listening(server, (port) => use(`http://127.0.0.1:${port}`, seen));
}

async function listening<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const complete: RequestListener = (_, response) => response.end(content);
const status = (code: number, headers: Record<string, string> = {}) =>
  ((_, response) => response.writeHead(code, headers).end("no")) as RequestListener;
const half = (headers: Record<string, string>): RequestListener => {
  return (_, response) => {
    response.writeHead(200, { "content-length": `${content.length}`, ...headers });
    response.write(content.subarray(0, 100_000), () => response.destroy());
  };
};
const rest: RequestListener = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1]);
  response
    .writeHead(206, { "content-range": `bytes ${start}-${content.length - 1}/${content.length}`, etag: `"v1"` })
    .end(content.subarray(start));
};

/** Less than the rest, or not of what was asked for. */
const part = ({ from, to, etag }: { from: "next" | number; to: number; etag: string }): RequestListener => {
  return (request, response) => {
    const start = from === "next" ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1]) : from;
    response
      .writeHead(206, { "content-range": `bytes ${start}-${to - 1}/${content.length}`, etag })
      .end(content.subarray(start, to));
  };
};

/** Downloads into a new directory; gives the result or error, and the names and bytes that are there then. */
async function downloading(url: string, options: Omit<DownloadOptions, "to"> = {}) {
  return inTemporaryDirectory(async (dir) => {
    const outcome = await download(url, { env: {}, retry: quick, ...options, to: join(dir, "file") }).catch(
      (error) => error,
    );
    const files = await readdir(dir);
    return { outcome, files, same: files.includes("file") && content.equals(await readFile(join(dir, "file"))) };
  });
}

const good = { outcome: whole, files: ["file"], same: true };

test.for<[string, string | undefined]>([
  ["without a checksum", undefined],
  ["and verified by a sha256 in hexadecimal digits", `sha256:${sha256}`],
  ["and verified by a sha512 in base64", `sha512-${createHash("sha512").update(content).digest("base64")}`],
])("a file is downloaded %s", async ([, integrity]) => {
  await serving([complete], async (url) => {
    expect(await downloading(url, integrity === undefined ? {} : { integrity })).toEqual(good);
  });
});

test("download progress is reported", async () => {
  await serving(
    [(_, response) => response.writeHead(200, { "content-length": content.length }).end(content)],
    async (url) => {
      const seen: [number, number | undefined][] = [];
      await downloading(url, { onProgress: (...progress) => void seen.push(progress) });
      expect(seen.at(-1)).toEqual([content.length, content.length]);
    },
  );
});

describe("a download is retried", () => {
  test.for<[string, readonly RequestListener[]]>([
    ["if the server is overloaded", [status(503), status(429, { "retry-after": "0" }), complete]],
    ["if the connection ends before a response", [(request) => request.destroy(), complete]],
    ["if the connection ends before the first byte of the body", [(_, response) => response.destroy(), complete]],
    ["from the start if the server sends no validator", [half({}), complete]],
    ["from the start if the file has changed meanwhile", [half({ etag: `"v0"` }), complete]],
    ["from the last byte if the connection ends", [half({ etag: `"v1"` }), rest]],
    [
      "from the last byte if the second response ends early as well",
      [half({ etag: `"v1"` }), part({ from: "next", to: 150_000, etag: `"v1"` }), rest],
    ],
    [
      "from the start if the server continues with another version",
      [half({ etag: `"v1"` }), part({ from: "next", to: 300_000, etag: `"v2"` }), complete],
    ],
    [
      "from the start if the server continues at another byte",
      [half({ etag: `"v1"` }), part({ from: 5, to: 300_000, etag: `"v1"` }), complete],
    ],
    ["from the start if the server answers 416", [half({ etag: `"v1"` }), status(416), complete]],
  ])("%s", async ([, answers]) => {
    await serving(answers, async (url, seen) => {
      expect(await downloading(url, { integrity: `sha256:${sha256}` })).toEqual(good);
      expect(seen.length).toBe(answers.length);
    });
  });

  test("with a range request for the rest, on condition that the file has not changed", async () => {
    await serving([half({ etag: `"v1"` }), rest], async (url, seen) => {
      await downloading(url);
      const { range, "if-range": validator } = seen[1]?.headers ?? {};
      expect([range, validator]).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/), `"v1"`]);
    });
  });

  test("if no byte arrives for too long", async () => {
    await serving([() => {}, complete], async (url) => {
      expect(await downloading(url, { idleTimeoutMs: 50 })).toEqual(good);
    });
  });
});

describe("a download", () => {
  const nowAndThen = (response: ServerResponse, write: () => void) => {
    const timer = setInterval(write, 20);
    response.socket?.on("close", () => clearInterval(timer));
  };
  const header: RequestListener = (_, response) => {
    response.socket?.write("HTTP/1.1 200 OK\r\n");
    nowAndThen(response, () => response.socket?.write("x: y\r\n"));
  };
  const body: RequestListener = (_, response) => nowAndThen(response.writeHead(200), () => response.write("x"));

  test.for<[string, RequestListener, string]>([
    ["a header", header, "no response arrived within 200 ms"],
    ["a body", body, "bytes arrived within 200 ms"],
  ])("fails by timeout if the server sends one byte at a time of %s", async ([, answer, reason]) => {
    const start = performance.now();
    await inTemporaryDirectory((dir) =>
      serving([answer], async (url) => {
        const given = download(url, { to: join(dir, "file"), env: {}, retry: quick, idleTimeoutMs: 200 });
        await expect(given).rejects.toMatchObject({
          code: "DOWNLOAD_FAILED",
          cause: { message: expect.stringContaining(reason) },
        });
      }),
    );
    expect(performance.now() - start).toBeLessThan(4000);
  });
});

describe("a failed download leaves no file and reports the reason", () => {
  test.for<
    [string, readonly RequestListener[], Omit<DownloadOptions, "to">, { code: string; cause: unknown; hint: string }]
  >([
    [
      "if the server answers 404",
      [status(404)],
      {},
      {
        code: "DOWNLOAD_FAILED",
        cause: expect.objectContaining({ message: "HTTP 404 Not Found" }),
        hint: "Check the URL: the server does not have this file.",
      },
    ],
    [
      "if the server always answers 503",
      [status(503)],
      {},
      {
        code: "DOWNLOAD_FAILED",
        cause: expect.objectContaining({ message: "HTTP 503 Service Unavailable" }),
        hint: "Try again later, or use a mirror.",
      },
    ],
    [
      "if the checksum does not match",
      [complete],
      { integrity: `sha256:${"0".repeat(64)}` },
      {
        code: "DOWNLOAD_CHECKSUM_MISMATCH",
        cause: `expected sha256:${"0".repeat(64)}, got sha256:${sha256}`,
        hint: "Check whether a mirror or proxy modifies files. If not, do not use the file, and report it to its publisher.",
      },
    ],
    [
      "if the file is too large",
      [complete],
      { maxBytes: 1000 },
      {
        code: "DOWNLOAD_FAILED",
        cause: "the file has more than 1000 bytes",
        hint: "Check the URL. If the file is right, increase the option maxBytes of the download.",
      },
    ],
    [
      "if redirects never end",
      [status(302, { location: "/again" })],
      {},
      {
        code: "DOWNLOAD_FAILED",
        cause: expect.objectContaining({ message: "the server answered with more than 10 redirects" }),
        hint: expect.any(String),
      },
    ],
  ])("%s", async ([, answers, options, error]) => {
    await serving(answers, async (url) => {
      expect(await downloading(`${url}/x?signature=secret`, options)).toMatchObject({ outcome: error, files: [] });
    });
  });

  test("if the server switches to another protocol", async () => {
    await serving(
      [({ socket }) => socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nx")],
      async (url) => {
        expect(await downloading(url)).toMatchObject({
          outcome: {
            code: "DOWNLOAD_FAILED",
            cause: { message: "the connection ended without a response" },
          },
          files: [],
        });
      },
    );
  });

  test.for([
    ["", `""`],
    ["not an address", `"not an address"`],
    ["ftp://a.example/file?token=secret", "ftp://a.example/file"],
  ] as const)("if %j is not the URL of a file", async ([url, shown]) => {
    expect(await downloading(url)).toMatchObject({
      outcome: {
        code: "DOWNLOAD_FAILED",
        message: `could not download ${shown}`,
        cause: "the address is not an https, http or file URL",
      },
      files: [],
    });
  });

  test("without the secrets in the URL", async () => {
    await serving([status(404)], async (url) => {
      const { outcome } = await downloading(`${url.replace("//", "//user:password@")}/x?signature=secret`);
      expect(outcome.message).toBe(`could not download ${url}/x`);
    });
  });

  test("if the caller aborts it", async () => {
    const controller = new AbortController();
    const answer: RequestListener = (_, response) => response.write("x", () => controller.abort());
    await serving([answer], async (url) => {
      expect(await downloading(url, { signal: controller.signal })).toMatchObject({
        outcome: { name: "AbortError" },
        files: [],
      });
    });
  });
});

test("an invalid percent-encoding in a URL is read as part of the password", () =>
  serving([complete], async (url, seen) => {
    expect(await downloading(url.replace("//", "//user:100%@"))).toEqual(good);
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("user:100%").toString("base64")}`);
  }));

test("a failed download does not remove an existing directory at its destination", async () => {
  await serving([status(404)], (url) =>
    inTemporaryDirectory(async (dir) => {
      await mkdir(join(dir, "file"));
      await expect(download(url, { to: join(dir, "file"), env: {} })).rejects.toMatchObject({
        code: "DOWNLOAD_FAILED",
      });
      expect(await readdir(dir)).toEqual(["file"]);
    }),
  );
});

test("headers and credentials of a download are sent only to the first host", async () => {
  await serving([complete], async (second, seenBySecond) => {
    await serving([status(302, { location: second })], async (first, seenByFirst) => {
      const url = first.replace("//", "//user:pass@");
      expect(await downloading(url, { headers: { "X-Token": "secret" } })).toEqual(good);
      const interesting = ({ headers }: IncomingMessage) => [headers.authorization, headers["x-token"]];
      expect([seenByFirst.map(interesting), seenBySecond.map(interesting)]).toEqual([
        [["Basic dXNlcjpwYXNz", "secret"]],
        [[undefined, undefined]],
      ]);
    });
  });
});

/** A proxy that notes what it is asked for. */
async function proxying<T>(use: (url: string, seen: readonly string[]) => Promise<T>): Promise<T> {
  const seen: string[] = [];
  const note = (request: IncomingMessage) =>
    seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
  const server = createServer((request, response: ServerResponse) => {
    note(request);
    response.end(content);
  });
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    note(request);
    const [host = "", port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
    upstream.on("error", () => {}).on("close", () => client.destroy());
    client.on("error", () => {}).on("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  return listening(server, (port) => use(`http://me:pw@127.0.0.1:${port}`, seen));
}

test("a plain http URL is requested from the proxy as an absolute URL", async () => {
  await proxying(async (proxy, seen) => {
    expect(await downloading("http://nowhere.invalid/a?b", { env: { HTTP_PROXY: proxy } })).toEqual(good);
    expect(seen).toEqual(["GET http://nowhere.invalid/a?b Basic bWU6cHc="]);
  });
});

/** An https server whose authority nobody knows. */
async function servingTls<T>(use: (url: string, certificateFile: string) => Promise<T>): Promise<T> {
  return inTemporaryDirectory(async (dir) => {
    const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
      { stdio: "ignore" },
    );
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, complete);
    return listening(server, (port) => use(`https://localhost:${port}/a`, cert));
  });
}

test("a download refuses a server with an unknown CA, and accepts it if an environment variable names the CA certificate, also through a proxy", async () => {
  await servingTls(async (url, certificate) => {
    const refused = await downloading(url);
    expect(refused).toMatchObject({
      outcome: {
        code: "DOWNLOAD_FAILED",
        hint: expect.stringContaining("--ca-cert FILE or a binding of the type ca-certificates"),
      },
      files: [],
    });
    expect(await downloading(url, { env: { SSL_CERT_FILE: certificate } })).toEqual(good);
    expect(await downloading(url, { env: { NODE_EXTRA_CA_CERTS: certificate } })).toEqual(good);
    await proxying(async (proxy, seen) => {
      expect(await downloading(url, { env: { SSL_CERT_FILE: certificate, HTTPS_PROXY: proxy } })).toEqual(good);
      expect(seen).toEqual([`CONNECT ${new URL(url).host} Basic bWU6cHc=`]);
    });
  });
});

test("a download reports a missing file of CA certificates", async () => {
  const { outcome } = await downloading("https://localhost:1/", { env: { SSL_CERT_FILE: "/no/such.pem" } });
  expect(outcome.message).toBe("cannot read the CA certificates in /no/such.pem (from SSL_CERT_FILE)");
});
