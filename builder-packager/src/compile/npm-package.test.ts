// @needs processes
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fetchPackage } from "./npm-package.ts";

/** A registry that has nothing and notes what it is asked for. */
async function registry() {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(404).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

test.each([
  ["uses the .npmrc in the user's project", false, { app: ["/MARKER-TOKEN/node-x"], user: [] }],
  ["ignores the .npmrc in an untrusted app", true, { app: [], user: ["/node-x"] }],
] as const)("npm, when run by cnb, %s", async (_, ignoresProject, expected) => {
  const dir = await mkdtemp(join(tmpdir(), "npm-package-"));
  const [app, user] = [await registry(), await registry()];
  const path = (name: string) => join(dir, name);
  await mkdir(path("app/.cache/work"), { recursive: true });
  await writeFile(path("app/package.json"), "{}");
  await writeFile(path("app/.npmrc"), `registry=${app.url}\${TOKEN}/\n`);
  await writeFile(path(".npmrc"), `registry=${user.url}\nfetch-retries=0\n`);
  const env = { PATH: process.env["PATH"], HOME: dir, TOKEN: "MARKER-TOKEN" };
  const options = { env, cwd: path("app"), workDir: path("app/.cache/work"), ignoresProject };
  try {
    const request = { name: "node-x", version: "1.0.0", integrity: "sha512-x" };
    await expect(fetchPackage(request, options)).rejects.toMatchObject({ code: "NODE_BINARY_UNAVAILABLE" });
    const packages = ({ asked }: typeof app) => [...new Set(asked.filter((url) => url.endsWith("/node-x")))];
    expect({ app: packages(app), user: packages(user) }).toEqual(expected);
    if (ignoresProject) expect(app.asked).toEqual([]);
  } finally {
    app.close();
    user.close();
    await rm(dir, { recursive: true, force: true });
  }
});
