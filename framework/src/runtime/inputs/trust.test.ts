// @needs openssl
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { defineBuildpack } from "../../buildpack.ts";
import { pass } from "../../detect.ts";
import { inTemporaryDirectory } from "../../host/files/temporary-directory.ts";
import { build } from "../../testing/index.ts";

/** A server of a company whose authority only the company knows. */
async function servingTls<T>(use: (url: string, authority: string) => Promise<T>): Promise<T> {
  return inTemporaryDirectory(async (dir) => {
    const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", [...request, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
      response.end("hello");
    });
    try {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.listen(0, "localhost", resolve);
      await promise;
      return await use(`https://localhost:${(server.address() as AddressInfo).port}/`, await readFile(cert, "utf8"));
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}

const fetching = `fetch(process.argv[1]).then((response) => response.text()).then(console.log, (error) => console.log(error.cause.code))`;

const both = (url: string) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ app, download, run }) {
      await run(process.execPath, ["-e", fetching, url]);
      await download(url, { to: app.path("downloaded.txt"), retry: { attempts: 1 } });
    },
  });

test("tools and downloads trust the CA certificates bound to the build", async () => {
  await servingTls(async (url, authority) => {
    const bindings = { company: { type: "ca-certificates", "ca.pem": authority } };
    const { log, app, commands } = await build(both(url), { bindings, downloads: "real" });
    expect([log[1], app["downloaded.txt"]]).toEqual(["hello", "hello"]);
    await expect(readFile(commands[0]?.env.SSL_CERT_FILE ?? "")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test("no CA certificates are added without a binding", async () => {
  await servingTls(async (url) => {
    await expect(build(both(url), { downloads: "real" })).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      hint: expect.stringContaining("CA certificate"),
    });
  });
});

test("a malformed certificate in a binding is reported before the buildpack's code runs", async () => {
  const bindings = { company: { type: "ca-certificates", "ca.pem": "hunter2" } };
  await expect(build(both("https://localhost:1/"), { bindings })).rejects.toMatchObject({
    code: "CERTIFICATE_INVALID",
    message: `cannot use the CA certificates in "ca.pem" of the binding company`,
  });
});
