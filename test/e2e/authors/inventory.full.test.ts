import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";

/** The content of each file is its path, so that its checksum is known. */
const digest = (path: string, algorithm = "sha256") => createHash(algorithm).update(path).digest("hex");
const integrity = (path: string) => `sha512-${createHash("sha512").update(path).digest("base64")}`;

let server: Server;
let url: string;
/** The documents of the registries, by path. Any other path below /files or in a registry's layout is a file. */
let documents: Record<string, string | Uint8Array>;
let dir: string;
let publicKey: string;
let sign: (text: string) => Promise<string>;

beforeAll(async () => {
  const { privateKey, publicKey: armored } = await openpgp.generateKey({
    userIDs: [{ name: "publisher" }],
    format: "object",
  });
  publicKey = armored.armor();
  sign = async (text) =>
    String(
      await openpgp.sign({
        message: await openpgp.createMessage({ binary: new TextEncoder().encode(text) }),
        signingKeys: privateKey,
        detached: true,
      }),
    );
  server = createServer(({ url: path = "" }, response) => {
    const known = documents[decodeURIComponent(path)] ?? documents[path];
    if (known !== undefined) return response.end(known);
    if (/\.(tgz|whl|zip|gz)$/.test(path)) return response.end(path);
    response.statusCode = 404;
    return response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "inventory-"));
  documents = await publishedDocuments();
  await writeFile(join(dir, "buildpack.toml"), descriptor());
  await writeFile(join(dir, "keys.asc"), publicKey);
  return () => rm(dir, { recursive: true, force: true });
});

async function publishedDocuments(): Promise<Record<string, string>> {
  const npmVersion = (version: string) => [
    version,
    { dist: { integrity: integrity(`/tool/-/tool-${version}.tgz`) }, engines: { node: ">=20" } },
  ];
  const sums = ["1.2.0", "1.3.0"]
    .map((version) => `${digest(`/files/signed-${version}.tar.gz`)}  signed-${version}.tar.gz\n`)
    .join("");
  const asset = (version: string, arch: string) => ({
    name: `hub-${arch}.tar.gz`,
    browser_download_url: `${url}/files/hub-${version}-${arch}.tar.gz`,
    digest: `sha256:${digest(`/files/hub-${version}-${arch}.tar.gz`)}`,
  });
  return {
    "/tool": JSON.stringify({
      versions: Object.fromEntries(["1.0.0", "1.1.0", "2.0.0-rc.1", "2.0.0"].map(npmVersion)),
    }),
    "/simple/wheel/": JSON.stringify({
      files: ["1.0", "1.1", "1.2"].map((version) => ({
        filename: `wheel-${version}-py3-none-any.whl`,
        url: `${url}/files/wheel-${version}-py3-none-any.whl`,
        hashes: { sha256: digest(`/files/wheel-${version}-py3-none-any.whl`) },
        yanked: version === "1.2" && "broken",
      })),
    }),
    "/repos/acme/hub/releases?per_page=100&page=1": JSON.stringify([
      {
        tag_name: "hub-3.1.0",
        prerelease: false,
        draft: false,
        assets: [asset("3.1.0", "x64"), asset("3.1.0", "arm64")],
      },
      { tag_name: "hub-3.2.0", prerelease: true, draft: false, assets: [asset("3.2.0", "x64")] },
      {
        tag_name: "hub-3.0.0",
        prerelease: false,
        draft: false,
        assets: [asset("3.0.0", "x64"), asset("3.0.0", "arm64")],
      },
    ]),
    "/example.com/!mod/@v/list": "v1.0.0\nv1.4.0\nv1.5.0-alpha\n",
    "/com/acme/lib/maven-metadata.xml":
      "<metadata><versioning><versions><version>5.0</version><version>5.1</version></versions></versioning></metadata>",
    "/com/acme/lib/5.1/lib-5.1.zip.sha512": digest("/com/acme/lib/5.1/lib-5.1.zip", "sha512"),
    "/com/acme/lib/5.0/lib-5.0.zip.sha512": digest("/com/acme/lib/5.0/lib-5.0.zip", "sha512"),
    "/index.json": JSON.stringify([
      {
        version: "v24.1.0",
        files: [
          { os: "linux", cpu: "x64", file: "json-24.1.0-x64.tar.gz", sha256: digest("/files/json-24.1.0-x64.tar.gz") },
          {
            os: "linux",
            cpu: "arm64",
            file: "json-24.1.0-arm64.tar.gz",
            sha256: digest("/files/json-24.1.0-arm64.tar.gz"),
          },
          { os: "windows", cpu: "x64", file: "json-24.1.0.zip", sha256: digest("/files/json-24.1.0.zip") },
        ],
      },
    ]),
    "/files/page/":
      '<html><a href="../">..</a> <a href="html-0.9.tar.gz">0.9</a> <a href=\'html-0.10.tar.gz\'>0.10</a></html>',
    "/latest.json": JSON.stringify({ tag: "20260814" }),
    "/files/20260814/SHA256SUMS": sums,
    "/files/20260814/SHA256SUMS.asc": await sign(sums),
  };
}

const descriptor = () => `# the author's comment
api = "0.10"

[buildpack]
id = "acme/tools"
version = "1.0.0"

[[metadata.dependency-sources]]
id = "tool"
type = "npm"
name = "tool"
entry = { name = "Tool", licenses = ["MIT"], node = "{engines.node}" }

[[metadata.dependency-sources]]
id = "wheel"
type = "pypi"
name = "wheel"
file = "wheel-{version}-py3-none-any.whl"

[[metadata.dependency-sources]]
id = "hub"
type = "github"
name = "acme/hub"
url = "${url}"
tag = "hub-{version}"
file = "hub-{arch}.tar.gz"
arch = { amd64 = "x64", arm64 = "arm64" }

[[metadata.dependency-sources]]
id = "mod"
type = "go"
name = "example.com/Mod"

[[metadata.dependency-sources]]
id = "lib"
type = "maven"
name = "com.acme:lib"
url = "${url}"
file = "lib-{version}.zip"
checksum = "{uri}.sha512"

[[metadata.dependency-sources]]
id = "json"
type = "json"
url = "${url}/index.json"
items = "[].files[]"
where = { os = "linux", cpu = "{arch}" }
uri = "${url}/files/{file}"
checksum = "sha256:{sha256}"
arch = { amd64 = "x64", arm64 = "arm64" }
entry = { strip-components = 1, cpe = "cpe:2.3:a:acme:json:{version}:*:*:*:*:*:*:*" }

[[metadata.dependency-sources]]
id = "html"
type = "html"
url = "${url}/files/page/"
file = "html-{version}.tar.gz"

[[metadata.dependency-sources]]
id = "signed"
type = "checksums"
latest = "${url}/latest.json"
url = "${url}/files/{tag}/SHA256SUMS"
file = "signed-{version}.tar.gz"
uri = "${url}/files/{file}"
signature = "{url}.asc"
keys = "keys.asc"

[[metadata.dependency-constraints]]
id = "tool"
constraint = ">=1"
line = "major"
patches = 1
eol-date = 2099-01-01

[[metadata.dependency-constraints]]
id = "hub"
constraint = "3.*"
patches = 1

[[metadata.dependencies]] # an old one
id = "hub"
version = "3.0.0"
os = "linux"
arch = "amd64"
uri = "${url}/files/hub-3.0.0-x64.tar.gz"
checksum = "sha256:${digest("/files/hub-3.0.0-x64.tar.gz")}"
note = "dropped with its keys"

[[metadata.dependencies]]
id = "unrelated"
version = "1.0.0"
uri = "${url}/files/unrelated.tar.gz"
checksum = "sha256:${digest("/files/unrelated.tar.gz")}"
note = "kept"

[metadata.own]
key = "kept"
`;

const env = () => ({
  ...process.env,
  NPM_CONFIG_REGISTRY: url,
  PIP_INDEX_URL: `${url}/simple`,
  GOPROXY: `${url},direct`,
});
const inventory = (...args: readonly string[]) => cnb(["inventory", ...args], { cwd: dir, env: env() });
const text = () => readFile(join(dir, "buildpack.toml"), "utf8");

describe("cnb inventory update", () => {
  test("adds the newest releases from every type of source, and removes releases that the constraints exclude", async () => {
    const before = await text();
    const { exitCode, stdout } = await inventory("update");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `buildpack.toml
  added    tool 2.0.0
  added    tool 1.1.0
  added    wheel 1.1
  added    hub 3.1.0 (linux/amd64, linux/arm64)
  added    mod 1.4.0
  added    lib 5.1
  added    json 24.1.0 (linux/amd64, linux/arm64)
  added    html 0.10
  added    signed 1.3.0
  dropped  hub 3.0.0 (linux/amd64)
`,
    });
    const after = await text();
    const [head] = before.split("[[metadata.dependencies]]");
    expect(after.startsWith(head ?? "?")).toBe(true);
    expect(after).toContain('note = "kept"\n');
    expect(after).toContain('[metadata.own]\nkey = "kept"\n');
    expect(after).not.toContain("dropped with its keys");
    expect(after).toContain(`[[metadata.dependencies]]
id = "tool"
name = "Tool"
version = "2.0.0"
uri = "npm:tool@2.0.0"
checksum = "${integrity("/tool/-/tool-2.0.0.tgz")}"
licenses = ["MIT"]
node = ">=20"
eol-date = 2099-01-01
`);
    expect(after).toContain(`[[metadata.dependencies]]
id = "mod"
version = "1.4.0"
uri = "${url}/example.com/!mod/@v/v1.4.0.zip"
checksum = "sha256:${digest("/example.com/!mod/@v/v1.4.0.zip")}"
`);
    expect((await inventory("update")).stdout).toBe("buildpack.toml is up to date\n");
    expect(await text()).toBe(after);
    expect(await inventory("check")).toMatchObject({ exitCode: 0, stdout: "buildpack.toml has no problems\n" });
    expect(await inventory("check", "--download")).toMatchObject({ exitCode: 0 });
    expect((await cnb(["lint", "--no-types"], { cwd: dir })).stdout).not.toMatch(/dependency-(sources|constraints)/);
  });

  test("leaves the dependencies of an unreadable source unchanged, and updates all other dependencies", async () => {
    delete documents["/repos/acme/hub/releases?per_page=100&page=1"];
    const { exitCode, stdout } = await inventory("update", "--json");
    const { updates } = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(updates[0].failures).toEqual([
      {
        ids: ["hub"],
        code: "DOWNLOAD_FAILED",
        message: expect.stringContaining("hub is unchanged: github:acme/hub cannot be read: "),
      },
    ]);
    expect(updates[0].changes.map(({ id }: { id: string }) => id)).not.toContain("hub");
    expect(await text()).toContain("dropped with its keys");
  });

  test("prints a summary for a pull request with --dry-run --markdown, and writes no file", async () => {
    const before = await text();
    const { stdout } = await inventory("update", "--dry-run", "--markdown");
    expect(stdout).toContain("### buildpack.toml\n\n| dependency | change | version | platforms | end of support |\n");
    expect(stdout).toContain("| Tool | added | 2.0.0 | any | 2099-01-01 |\n");
    expect(stdout).toContain("| hub | added | 3.1.0 | linux/amd64, linux/arm64 |  |\n");
    expect(await text()).toBe(before);
  });

  test("refuses a checksum file signed by another key, and a checksum file that was modified after signing", async () => {
    const refused = async () => {
      const { exitCode, stdout } = await inventory("update", "--dry-run", "--json");
      const { code, message } = JSON.parse(stdout).updates[0].failures[0];
      return { exitCode, code, message };
    };
    documents["/files/20260814/SHA256SUMS"] += `${"0".repeat(64)}  signed-9.9.9.tar.gz\n`;
    const message = expect.stringMatching(/^signed is unchanged: the signature of .*SHA256SUMS is not valid: /);
    expect(await refused()).toEqual({ exitCode: 1, code: "INVENTORY_SIGNATURE_INVALID", message });
    documents = await publishedDocuments();
    const other = await openpgp.generateKey({ userIDs: [{ name: "other" }], format: "armored" });
    await writeFile(join(dir, "keys.asc"), other.publicKey);
    expect(await refused()).toEqual({ exitCode: 1, code: "INVENTORY_SIGNATURE_INVALID", message });
  });
});

describe("cnb inventory check", () => {
  test("reports newer releases, wrong checksums, missing files and the end of support", async () => {
    await inventory("update");
    const edited = (await text())
      .replace(digest("/files/page/html-0.10.tar.gz"), digest("another"))
      .replace(digest("/files/json-24.1.0-x64.tar.gz"), digest("another"))
      .replace(`${url}/files/unrelated.tar.gz`, `${url}/files/gone`)
      .replace(
        "eol-date = 2099-01-01\n\n[[metadata.dependencies]]",
        "eol-date = 2020-01-01\n\n[[metadata.dependencies]]",
      );
    await writeFile(join(dir, "buildpack.toml"), edited);
    documents["/example.com/!mod/@v/list"] += "v1.6.0\n";
    const { exitCode, stdout } = await inventory("check", "--json");
    const { findings } = JSON.parse(stdout).inventories[0];
    expect(exitCode).toBe(1);
    expect(findings.map(({ check, severity, id }: Record<string, string>) => `${severity} ${check} ${id}`)).toEqual([
      "error newer mod",
      "error checksum json",
      "error url unrelated",
      "warning end-of-life tool",
    ]);
    const downloaded = await inventory("check", "--download", "--skip", "newer,url,end-of-life");
    expect(downloaded.stdout).toContain(`html 0.10 has another checksum: expected sha256:${digest("another")}, got`);
    expect((await inventory("check", "--skip", "newer,checksum,url")).exitCode).toBe(0);
  });
});

describe("an inventory that copies another inventory", () => {
  const entry = (version: string, more = "") =>
    `[[dependencies]]\nid = "copied"\nversion = "${version}"\nuri = "https://x.test/${version}.tgz"\nchecksum = "sha256:${"0".repeat(64)}"\n${more}`;
  const source = (keys: string) => `[[dependency-sources]]\nid = "copied"\ntype = "inventory"\n${keys}\n\n`;
  const copy = () => join(dir, "inventory.toml");

  test("is updated to the entries of the other file, with all their keys", async () => {
    await writeFile(join(dir, "other.toml"), [entry("1.0", 'own = ["key"]\n'), entry("2.0")].join("\n"));
    await writeFile(copy(), source('path = "other.toml"') + [entry("0.9"), entry("1.0")].join("\n"));
    expect(await inventory("check", "inventory.toml", "--skip", "url")).toMatchObject({
      exitCode: 1,
      stdout: `inventory.toml
  error   copied 0.9 is not in the inventory that copied is copied from (newer)
  error   copied 1.0 differs from the entry of the inventory that copied is copied from (newer)
  error   copied 2.0 is missing: the inventory that copied is copied from has it (newer)
`,
    });
    expect(await inventory("update", "inventory.toml")).toMatchObject({ exitCode: 0 });
    expect(await readFile(copy(), "utf8")).toBe(
      source('path = "other.toml"') + [entry("1.0", 'own = ["key"]\n'), entry("2.0")].join("\n"),
    );
    expect((await inventory("check", "inventory.toml", "--skip", "url")).exitCode).toBe(0);
  });

  test("has only the releases that its constraints include", async () => {
    await writeFile(join(dir, "other.toml"), [entry("1.0"), entry("2.0")].join("\n"));
    await writeFile(
      copy(),
      `${source('path = "other.toml"')}[[dependency-constraints]]\nid = "copied"\nconstraint = "1.*"\n`,
    );
    expect((await inventory("update", "inventory.toml")).stdout).toBe("inventory.toml\n  added    copied 1.0\n");
  });

  test("stays unchanged by a second update if the other file has an empty platform", async () => {
    await writeFile(join(dir, "other.toml"), entry("1.0", 'os = ""\narch = ""\n'));
    await writeFile(copy(), source('path = "other.toml"'));
    expect((await inventory("update", "inventory.toml")).stdout).toBe("inventory.toml\n  added    copied 1.0\n");
    const { exitCode, stdout } = await inventory("update", "inventory.toml");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "inventory.toml is up to date\n" });
  });

  test("has the entry of the first source if two other files have the same release", async () => {
    await writeFile(join(dir, "other.toml"), entry("1.0", 'own = "key"\n'));
    await writeFile(join(dir, "another.toml"), entry("1.0") + entry("1.1"));
    await writeFile(copy(), source('path = "other.toml"') + source('path = "another.toml"'));
    expect((await inventory("update", "inventory.toml")).stdout).toBe(
      "inventory.toml\n  added    copied 1.1\n  added    copied 1.0\n",
    );
    expect(await readFile(copy(), "utf8")).toContain('own = "key"');
  });

  test.for<[string, string, string]>([
    ["is missing", "", "cannot read the file"],
    ["is not valid", 'dependencies = "x"\n', "is not valid"],
    [
      "does not have the dependency",
      entry("1.0").replace("copied", "another"),
      "the source inventory:other.toml of copied cannot be used: other.toml has no release of copied",
    ],
    ["has a release twice", entry("1.0") + entry("1.0"), "has several entries of copied 1.0 for one platform"],
    ["has no checksum", entry("1.0").replace(/^checksum.*\n/m, ""), "has no checksum"],
    [
      "has the address of a local file",
      entry("1.0").replace("https://x.test", "file:///etc"),
      "is not an https or http URL",
    ],
  ])("stays unchanged if the other file %s", async ([, other, reason]) => {
    if (other !== "") await writeFile(join(dir, "other.toml"), other);
    const before = source('path = "other.toml"') + entry("0.9");
    await writeFile(copy(), before);
    const { exitCode, stdout } = await inventory("update", "inventory.toml");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining(reason) });
    expect(await readFile(copy(), "utf8")).toBe(before);
  });

  test("is read from a URL", async () => {
    documents["/other.toml"] = entry("3.0");
    await writeFile(copy(), source(`url = "${url}/other.toml"`));
    expect((await inventory("update", "inventory.toml")).stdout).toBe("inventory.toml\n  added    copied 3.0\n");
  });
});

describe("a hostile list of releases", () => {
  test.for<[string, string, string, string]>([
    ["that is endless", "/index.json", "[".repeat(70 * 1024 ** 2), "DOWNLOAD_FAILED"],
    ["that is not JSON", "/tool", "<html>", "INVENTORY_SOURCE_INVALID"],
    ["that is nested too deeply", "/index.json", "[".repeat(1_000_000), "INVENTORY_SOURCE_INVALID"],
    ["without releases", "/files/page/", "nothing", "INVENTORY_SOURCE_INVALID"],
    [
      "with an address of a local file",
      "/repos/acme/hub/releases?per_page=100&page=1",
      "FILE",
      "INVENTORY_SOURCE_INVALID",
    ],
    [
      "with a broken checksum",
      "/index.json",
      '[{"version":"1.0.0","os":"linux","cpu":"x64","file":"a","sha256":"0"}]',
      "INVENTORY_SOURCE_INVALID",
    ],
  ])("%s is refused with an error code", async ([, path, content, code]) => {
    const asset = {
      name: "hub-x64.tar.gz",
      browser_download_url: "file:///etc/passwd",
      digest: `sha256:${"0".repeat(64)}`,
    };
    documents[path] = content === "FILE" ? JSON.stringify([{ tag_name: "hub-3.9.0", assets: [asset] }]) : content;
    if (content.startsWith('[{"version"'))
      await writeFile(join(dir, "buildpack.toml"), (await text()).replace('items = "[].files[]"', 'items = "[]"'));
    const { exitCode, stdout } = await inventory("update", "--dry-run", "--json");
    const { failures } = JSON.parse(stdout).updates[0];
    expect({ exitCode, codes: failures.map((each: { code: string }) => each.code) }).toEqual({
      exitCode: 1,
      codes: [code],
    });
  });
});
