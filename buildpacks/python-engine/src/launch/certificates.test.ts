// @needs python3
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "python-certificates-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const program = `import json, runpy, sys
env, root, temporary = json.loads(sys.argv[1])
module = runpy.run_path(${JSON.stringify(join(import.meta.dirname, "certificates.py"))})
warnings = []
found = module["variables"](env, root + "/bindings", warnings.append, [root + "/absent.pem", root + "/system.pem"], [root + "/none", root + temporary])
print(json.dumps([found, warnings]))`;

const [one = "", two = "", three = ""] = rootCertificates;
const key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
const type = "ca-certificates\n";

/** The variables, the text of the file that they name, and the warnings. */
async function found(name: string, files: FileMap, env: object, temporary: string) {
  const root = join(dir, name);
  await writeFiles(root, files);
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    execFile("python3", ["-B", "-c", program, JSON.stringify([env, root, temporary])], (error, text) =>
      error ? reject(error) : resolve({ stdout: text }),
    );
  });
  const [variables, warnings] = JSON.parse(stdout.replaceAll(root, "")) as [Readonly<Record<string, string>>, string[]];
  const [path] = Object.values(variables);
  return [Object.keys(variables), path && (await readFile(join(root, path), "utf8")), warnings];
}

const both = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"];

test.for<[string, FileMap, object, readonly unknown[]]>([
  ["no certificates without bindings", { "system.pem": one }, {}, [[], undefined, []]],
  [
    "no certificates for a binding of another type",
    { "bindings/a/type": "npmrc", "bindings/a/x.pem": one, "system.pem": two },
    {},
    [[], undefined, []],
  ],
  [
    "bound certificates and those of the system, without private keys",
    {
      "system.pem": `${one}\n`,
      "bindings/a/type": type,
      "bindings/a/provider": "acme",
      "bindings/a/x.pem": `${key}${two}\n${key}`,
      "bindings/b/metadata/kind": "CA-Certificates",
      "bindings/b/secret/y.crt": `# ours\n${three}`,
    },
    {},
    [both, `${one}\n${two}\n${three}\n`, []],
  ],
  [
    "bound certificates alone in an image that has none",
    { "bindings/a/type": type, "bindings/a/x.pem": two },
    {},
    [["SSL_CERT_FILE"], `${two}\n`, []],
  ],
  [
    "only SSL_CERT_FILE set if the user sets REQUESTS_CA_BUNDLE",
    { "system.pem": one, "bindings/a/type": type, "bindings/a/x.pem": two },
    { REQUESTS_CA_BUNDLE: "/mine.pem" },
    [["SSL_CERT_FILE"], `${one}\n${two}\n`, []],
  ],
  [
    "no variable set if the user sets SSL_CERT_FILE",
    { "system.pem": one, "bindings/a/type": type, "bindings/a/x.pem": two },
    { SSL_CERT_FILE: "/mine.pem" },
    [[], undefined, []],
  ],
  [
    "a warning for a file that is not a certificate",
    { "system.pem": one, "bindings/a/type": type, "bindings/a/x.pem": key, "bindings/a/y.pem": two.slice(0, 100) },
    {},
    [[], undefined, ["x", "y"].map((name) => `/bindings/a/${name}.pem is ignored: it contains no PEM certificate`)],
  ],
])("a Python container has %s", async ([name, files, env, expected]) => {
  expect(await found(name, { "tmp/x": "", ...files }, env, "/tmp")).toEqual(expected);
});

test("a Python container logs a warning if all directories are read-only", async () => {
  const files = { "system.pem": one, "bindings/a/type": type, "bindings/a/x.pem": two };
  expect(await found("read-only", files, {}, "/absent")).toEqual([
    [],
    undefined,
    ["no directory is writable: the certificates from bindings are not used"],
  ]);
});
