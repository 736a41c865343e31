// @needs processes
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostArchitecture } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { execute } from "../../support/cnb.ts";
import { packStaticProgram } from "./static-program.ts";

let dir = "";
let names: readonly string[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "packed-program-"));
  names = await packStaticProgram(join(dir, "first"), "1.2.3");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Unpacks the archive for this machine. */
async function unpacked(): Promise<string> {
  const name = names.find((each) => each.includes(`${hostArchitecture()}`)) ?? "";
  const { exitCode } = await execute("tar", ["-xzf", join(dir, "first", name), "-C", dir]);
  expect(exitCode).toBe(0);
  return dir;
}

test("a release contains an archive of the static program for each architecture, of at most 6 MB", async () => {
  expect(names).toEqual(["cnb-1.2.3-linux-amd64.tar.gz", "cnb-1.2.3-linux-arm64.tar.gz"]);
  const sizes = await Promise.all(names.map(async (name) => (await readFile(join(dir, "first", name))).length));
  for (const size of sizes) expect(size).toBeLessThan(6_000_000);
});

test("archives of the static program that are packed twice have the same bytes", async () => {
  await packStaticProgram(join(dir, "second"), "1.2.3");
  for (const name of names)
    expect(await readFile(join(dir, "second", name))).toEqual(await readFile(join(dir, "first", name)));
});

test("the archive contains the program, and the licences and an SBOM of everything in it", async () => {
  const content = await unpacked();
  const { exitCode, stdout } = await execute(join(content, "cnb"), ["--version"], { env: {} });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const licences = await readFile(join(content, "LICENSES.txt"), "utf8");
  const { components } = JSON.parse(await readFile(join(content, "cnb.cdx.json"), "utf8"));
  const listed = components.map(({ name }: { readonly name: string }) => name);
  for (const name of ["commander", "readable-stream", "quickjs-ng", "rustls", "musl"]) {
    expect(licences).toContain(`\n  ${name} `);
    expect(listed).toContain(name);
  }
});

test("a command that needs Node.js fails in the static program with the code NODE_REQUIRED", async () => {
  const content = await unpacked();
  for (const args of [
    ["dev", "app"],
    ["buildpack", "package", "--output"],
    ["sign", "image"],
  ]) {
    const { exitCode, stdout, stderr } = await execute(join(content, "cnb"), args, { env: {} });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(
      /^ERROR: cnb [a-z ]+ needs Node\.js, .*\nHINT: .*@libcnb\/packager.*\nCODE: NODE_REQUIRED\n$/,
    );
  }
});

test("the error for a private key in the static program names the option for a key service", async () => {
  const content = await unpacked();
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = join(dir, "key.pem");
  await writeFile(key, privateKey.export({ type: "pkcs8", format: "pem" }));
  const args = ["rebase", "127.0.0.1:1/app", "--sign-key", key];
  const { exitCode, stdout, stderr } = await execute(join(content, "cnb"), args, { env: {} });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(/\nHINT: .* Or sign with a key service: use --sign-key-command\.\nCODE: NODE_REQUIRED\n$/);
});

test("a client certificate and a container engine are errors in the static program with the code NODE_REQUIRED", async () => {
  const content = await unpacked();
  const certificates = join(dir, ".docker/certs.d/registry.invalid");
  await mkdir(certificates, { recursive: true });
  await writeFile(join(certificates, "client.cert"), "");
  for (const [image, subject] of [
    ["registry.invalid/app", `the client certificate ${join(certificates, "client.cert")}`],
    ["docker-daemon:app", "a connection to a container engine"],
  ] as const) {
    const { exitCode, stdout, stderr } = await execute(join(content, "cnb"), ["inspect", image], {
      env: { HOME: dir },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain(`ERROR: ${subject} needs Node.js`);
    expect(stderr).toContain("CODE: NODE_REQUIRED");
  }
});

test("a requirement for a keyless signature is an error in the static program with the code NODE_REQUIRED", async () => {
  const content = await unpacked();
  const identity = `[[signatures.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "root.json"
`;
  const policy = join(dir, "policy.toml");
  await writeFile(policy, identity);
  const flags = ["--certificate-identity=a@example.com", "--certificate-oidc-issuer=https://example.com"];
  for (const args of [
    ["check", "127.0.0.1:1/app", "--policy", policy],
    ["verify", "127.0.0.1:1/app", "--trusted-root=root.json", ...flags],
  ]) {
    const { exitCode, stdout, stderr } = await execute(join(content, "cnb"), args, { env: {} });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(/^ERROR: verifying signatures without a key needs Node\.js, /);
    expect(stderr).toContain("CODE: NODE_REQUIRED");
  }
});
