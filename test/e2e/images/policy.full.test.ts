// @needs busybox, docker-registry, namespaces
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const sbom = JSON.stringify({
  bomFormat: "CycloneDX",
  specVersion: "1.4",
  components: [
    {
      type: "library",
      name: "lodash",
      version: "4.17.20",
      purl: "pkg:npm/lodash@4.17.20",
      licenses: [{ license: { id: "MIT" } }],
    },
    {
      type: "library",
      name: "gplv3",
      version: "1.0.0",
      purl: "pkg:npm/gplv3@1.0.0",
      licenses: [{ expression: "AGPL-3.0-only" }],
    },
  ],
});

/** Values with the form of secrets, in parts: scanners of this repository would find them. */
const random = "Zk3vQ9xL1mWc7RtY5bNs8HdJ2gFp4AeU6oTiKqXy0VzSwEuIhOaMlPnBrCjDfGtQ";
const privateKey = `${["-----BEGIN", "RSA PRIVATE KEY-----"].join(" ")}\n${random}\n${random}\n`;

const files = {
  "buildpack/buildpack.toml": `api = "0.12"
[buildpack]
id = "test/shell"
version = "1.2.3"
sbom-formats = ["application/vnd.cyclonedx+json"]
[[targets]]
os = "linux"
`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": `#!/bin/sh
printf '[[processes]]\\ntype = "web"\\ncommand = ["true"]\\ndefault = true\\n' >"$CNB_LAYERS_DIR/launch.toml"
test -f sbom.json && cat sbom.json >"$CNB_LAYERS_DIR/launch.sbom.cdx.json"
exit 0
`,
  "app/sbom.json": sbom,
  "leaky/sbom.json": sbom,
  "leaky/id_rsa": privateKey,
  "leaky/.npmrc": `//registry.example.com/:_authToken=${random.slice(0, 36)}\n`,
  "bare/file.txt": "no SBOM",
};

const stack = { "io.buildpacks.stack.id": "test" };

let dir: string;
let registry: Registry;
let keys: KeyFiles;
let builder: string;
let app: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "policy-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  const builderToml = `[build]
image = "${registry.host}/base:1"
[[run.images]]
image = "${registry.host}/base:1"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`;
  for (const [name, text] of Object.entries({ ...files, "builder.toml": builderToml })) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  keys = await keyFiles(dir, "ecdsa", "signer");
  const base = await shellImage(dir, {
    labels: { ...stack, "io.buildpacks.base.released": "2020-01-01T00:00:00Z" },
  });
  await oci.write(base, parseImageReference(`${registry.host}/base:1`));
  builder = `oci:${dir}/builder`;
  await cnbSucceeds(["builder", "create", builder, "-c", join(dir, "builder.toml"), "--launcher", "none"]);
  app = `oci:${dir}/app-image`;
  await cnbSucceeds(["build", app, "--path", join(dir, "app"), "--builder", builder]);
}, 120_000);
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

async function policy(text: string): Promise<string> {
  await writeFile(join(dir, "policy.toml"), text);
  return join(dir, "policy.toml");
}

/** Checks an image, and returns the lines of the report without the name of the image. */
async function check(image: string, text: string, ...flags: readonly string[]) {
  const outcome = await cnb(["check", image, "--policy", await policy(text), ...flags], { cwd: dir });
  const lines = outcome.stdout.split("\n").filter(Boolean);
  return { ...outcome, lines: lines.map((line) => line.replace(`${image} `, "").replaceAll(`${dir}/`, "")) };
}

/** A policy with which the app complies. */
const strict = () => `[[buildpacks.allow]]
id = "test/*"
version = ">=1 <2"
[[base.allow]]
image = "${registry.host}/base"
[sbom]
required = true
[licenses]
allow = ["MIT", "AGPL-3.0-only"]
[[components.require]]
purl = "pkg:npm/lodash"
[image]
max-size = "100MB"
non-root = true
[secrets]
deny = true
`;

test("cnb check accepts an image that complies with the policy", async () => {
  const { exitCode, stdout, stderr } = await check(app, strict());
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr).toMatch(/Checked oci:\S+@sha256:\w{64} \(linux\/amd64\)\n\s+no violations in 1 image/);
});

/** The diff ID of a layer, without which the lines are compared. */
const withoutDigests = (line: string) => line.replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:…");

test.for<readonly [name: string, policy: string, ...expected: readonly string[]]>([
  [
    "buildpacks",
    `[[buildpacks.allow]]\nid = "test/shell"\nversion = "^2"`,
    "policy.toml:1:14: error: (linux/amd64) contains the buildpack test/shell@1.2.3, whose version the policy does not allow [buildpack]",
  ],
  [
    "bases",
    `[[base.allow]]\nimage = "other.example.com/*"`,
    "policy.toml:1:8: error: (linux/amd64) has the base image HOST/base@sha256:…, which the policy does not allow [base-image]",
  ],
  [
    "licences",
    `[licenses]\ndeny = ["AGPL-*"]`,
    "policy.toml:2:1: error: (linux/amd64) contains pkg:npm/gplv3@1.0.0 with the licence AGPL-3.0-only, which the policy denies [license]",
  ],
  [
    "denied components",
    `[[components.deny]]\npurl = "pkg:npm/lodash"\nversion = "<4.17.21"`,
    "policy.toml:1:14: error: (linux/amd64) contains pkg:npm/lodash@4.17.20, which the policy denies [component-denied]",
  ],
  [
    "required components",
    `[[components.require]]\npurl = "pkg:npm/helmet"`,
    "policy.toml:1:14: error: (linux/amd64) does not contain pkg:npm/helmet, which the policy requires [component-required]",
  ],
  [
    "signatures",
    `[signatures]\nkeys = ["signer.pub"]`,
    "policy.toml:2:1: error: (linux/amd64) has no signature, but one by signer.pub is required [signature]",
  ],
  [
    "vulnerability reports",
    "[vulnerabilities]\nreport-required = true",
    "policy.toml:2:1: error: (linux/amd64) has no vulnerability report [vulnerability-report]",
  ],
])("cnb check exits with 5 and reports the violated rule of the policy about %s", async ([, text, ...expected]) => {
  const { exitCode, lines, stderr } = await check(app, text.replace('"signer.pub"', JSON.stringify(keys.open)));
  expect({ exitCode, lines: lines.map((line) => withoutDigests(line).replace(registry.host, "HOST")) }).toEqual({
    exitCode: 5,
    lines: expected,
  });
  expect(stderr).toMatch(/\d violations? in 1 image\n/);
});

test("cnb check reports the age of the base image and the size of the image", async () => {
  const { exitCode, lines } = await check(app, `[base]\nmax-age-days = 30\n[image]\nmax-size = "10kB"`);
  expect(exitCode).toBe(5);
  expect(lines).toEqual([
    expect.stringMatching(
      /^policy\.toml:2:1: error: \(linux\/amd64\) has a base image of 2020-01-01, which is \d+ days old; the policy allows 30 \[base-age\]$/,
    ),
    expect.stringMatching(
      /^policy\.toml:4:1: error: \(linux\/amd64\) has [\d.]+ [kM]B of layers; the policy allows 10kB \[image-size\]$/,
    ),
  ]);
});

test("cnb check reports an app without SBOM", async () => {
  const bare = `oci:${dir}/bare-image`;
  await cnbSucceeds(["build", bare, "--path", join(dir, "bare"), "--builder", builder]);
  const { exitCode, lines } = await check(bare, "[sbom]\nrequired = true");
  expect({ exitCode, lines }).toEqual({
    exitCode: 5,
    lines: ["policy.toml:1:2: error: (linux/amd64) has no SBOM [sbom]"],
  });
});

describe("cnb check", () => {
  let leaky: string;
  let changed: Image;
  beforeAll(async () => {
    leaky = `oci:${dir}/leaky-image`;
    await cnbSucceeds(["build", leaky, "--path", join(dir, "leaky"), "--builder", builder]);
    const image = oci.imageFor(await oci.read(parseImageReference(leaky)));
    const store = await oci.openBlobStore(join(dir, "blobs"));
    // The file is removed by a later layer, and everyone can still read it.
    const hidden = await oci.createLayer(
      [{ type: "file", path: "/workspace/.wh.id_rsa", content: Buffer.alloc(0), mode: 0o644, uid: 0, gid: 0 }],
      store,
    );
    const env = [...(image.config.config?.Env ?? []), `DB_PASSWORD=${random.slice(0, 12)}`];
    changed = oci.mutate.labels(
      oci.mutate.config(oci.mutate.appendLayers(image, [{ layer: hidden }]), { User: "root", Env: env }),
      { "com.example.token": random.slice(0, 20) },
    );
    await oci.write(changed, parseImageReference(`oci:${dir}/changed`), { name: "changed:1" });
  }, 60_000);

  const secrets = "[image]\nnon-root = true\n[secrets]\ndeny = true\n";

  test("reports secrets with file and layer, and never prints them", async () => {
    const { exitCode, stdout, stderr, lines } = await check(`oci:${dir}/changed`, secrets);
    expect(exitCode).toBe(5);
    expect(lines.map(withoutDigests)).toEqual([
      "policy.toml:2:1: error: (linux/amd64) runs as root: its user is root [root-user]",
      "policy.toml:4:1: error: (linux/amd64) contains a secret: env DB_PASSWORD [secret]",
      "policy.toml:4:1: error: (linux/amd64) contains a secret: label com.example.token [secret]",
      "policy.toml:4:1: error: (linux/amd64) contains the credentials of an npm registry: file /workspace/.npmrc in layer sha256:… (application) [secret]",
      "policy.toml:4:1: error: (linux/amd64) contains a private key: file /workspace/id_rsa in layer sha256:… (application) [secret]",
    ]);
    expect(`${stdout}${stderr}`).not.toContain(random.slice(0, 12));
  });

  test("reads archives and images in registries", async () => {
    const archive = `docker-archive:${dir}/changed.tar`;
    await oci.write(changed, parseImageReference(archive), { name: "example.com/changed:1" });
    await oci.write(changed, parseImageReference(`${registry.host}/changed:1`));
    for (const image of [archive, `${registry.host}/changed:1`])
      expect((await check(image, secrets)).lines).toHaveLength(5);
  });

  test("ignores findings with a waiver until the waiver's expiry date", async () => {
    const waiver = (expires: string) =>
      `${secrets}[[waivers]]\nrule = "secret"\nsubject = "*"\nreason = "a test"\nexpires = ${expires}\n`;
    const valid = await check(leaky, waiver("2999-01-01"));
    expect({ exitCode: valid.exitCode, stdout: valid.stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(valid.stderr).toContain("no violations in 1 image; 2 waived");
    const expired = await check(leaky, waiver("2020-01-01"));
    expect(expired.exitCode).toBe(5);
    expect(expired.lines.join("\n").match(/; its waiver expired on 2020-01-01 \[secret\]$/gm)).toHaveLength(2);
  });

  test("checks the images of all platforms", async () => {
    const good = oci.imageFor(await oci.read(parseImageReference(app)));
    const arm = { ...changed, config: { ...changed.config, architecture: "arm64" } };
    const index = parseImageReference(`oci:${dir}/index`);
    await oci.write({ images: [good, arm] }, index, { name: "both:1" });
    const { exitCode, lines, stderr } = await check(`oci:${dir}/index`, "[image]\nnon-root = true");
    expect({ exitCode, lines }).toEqual({
      exitCode: 5,
      lines: ["policy.toml:2:1: error: (linux/arm64) runs as root: its user is root [root-user]"],
    });
    expect(stderr).toContain("1 violation in 2 images");
  });

  test("prints its findings as JSON", async () => {
    const { exitCode, stdout } = await check(leaky, secrets, "--format", "json");
    expect(exitCode).toBe(5);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ version: 1, images: 1, errors: 2, warnings: 0 });
    expect(report.findings[1]).toEqual({
      file: "policy.toml",
      line: 4,
      column: 1,
      severity: "error",
      rule: "secret",
      message: expect.stringContaining("contains a private key: file /workspace/id_rsa"),
      image: leaky,
      platform: "linux/amd64",
      digest: expect.stringMatching(/^sha256:/),
      subject: "/workspace/id_rsa",
      location: "/workspace/id_rsa",
      layer: expect.stringMatching(/^sha256:/),
    });
  });

  test("prints SARIF that its schema accepts, with waived findings", async () => {
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(await readFile(join(root, "test/fixtures/schemas/sarif/sarif-2.1.0-rtm.5.json"), "utf8"));
    const validate = addFormats
      .default(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }))
      .compile(schema);
    const waiver = `[[waivers]]\nrule = "secret"\nsubject = "*.npmrc"\nreason = "a test"\n`;
    const { exitCode, stdout } = await check(leaky, `${secrets}${waiver}`, "--format", "sarif");
    expect(exitCode).toBe(5);
    const document = JSON.parse(stdout);
    expect(validate(document) ? [] : validate.errors).toEqual([]);
    expect(document.runs[0].tool.driver.name).toBe("cnb check");
    expect(document.runs[0].results).toMatchObject([
      { ruleId: "secret", suppressions: [{ kind: "external", justification: "a test" }] },
      {
        ruleId: "secret",
        locations: [{ physicalLocation: { artifactLocation: { uri: "policy.toml" }, region: { startLine: 4 } } }],
      },
    ]);
  });

  test("prints GitHub annotations", async () => {
    const { stdout } = await check(leaky, secrets, "--format", "github");
    expect(stdout).toMatch(
      /^::error file=policy\.toml,line=4,col=1,title=cnb check%3A secret::oci:.* contains the credentials/m,
    );
  });

  test("accepts an image that one of the policy's keys signed", async () => {
    const name = `${registry.host}/signed:1`;
    await oci.write(oci.imageFor(await oci.read(parseImageReference(app))), parseImageReference(name));
    const signatures = `[signatures]\nkeys = ["${keys.open.replace(`${dir}/`, "")}"]`;
    expect((await check(name, signatures)).lines).toEqual([
      "policy.toml:2:1: error: (linux/amd64) has no signature, but one by signer.pub is required [signature]",
    ]);
    await cnbSucceeds(["sign", name, "--key", keys.secret]);
    expect((await check(name, signatures)).exitCode).toBe(0);
    const other = await keyFiles(dir, "ecdsa", "other");
    expect((await check(name, `[signatures]\nkeys = ["${other.open}"]`)).lines).toEqual([
      "policy.toml:2:1: error: (linux/amd64) has no valid signature by other.pub. Refused: 1 signature, which is not by the key [signature]",
    ]);
  });

  test("checks vulnerability reports, and respects VEX documents and waivers", async () => {
    const write = async (name: string, document: object) => {
      await writeFile(join(dir, name), JSON.stringify(document));
      return ["--vulnerability-report", join(dir, name)];
    };
    const result = (id: string) => ({
      ruleId: id,
      level: "error",
      message: { text: "Package: lodash\nInstalled Version: 4.17.20\n" },
    });
    const scan = await write("scan.sarif", {
      version: "2.1.0",
      runs: [
        { tool: { driver: { name: "t" } }, results: ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"].map(result) },
      ],
    });
    const vex = await write("vex.json", {
      bomFormat: "CycloneDX",
      vulnerabilities: [
        {
          id: "CVE-2024-0002",
          analysis: { state: "not_affected", justification: "code_not_reachable" },
          affects: [{ ref: "pkg:npm/lodash@4.17.20" }],
        },
      ],
    });
    const text = `[vulnerabilities]\nreport-required = true\n[[waivers]]\nrule = "vulnerability"\nsubject = "CVE-2024-0003"\nreason = "fixed next week"\n`;
    const { exitCode, lines, stderr } = await check(app, text, ...scan, ...vex);
    expect({ exitCode, lines }).toEqual({
      exitCode: 5,
      lines: [
        "policy.toml:1:2: error: (linux/amd64) has the vulnerability CVE-2024-0001 in lodash@4.17.20, severity high [vulnerability]",
      ],
    });
    expect(stderr).toContain("1 violation in 1 image; 2 waived");
    const foreign = await write("foreign.sarif", {
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "t" } }, properties: { imageID: `sha256:${"0".repeat(64)}` }, results: [] }],
    });
    expect((await check(app, "[vulnerabilities]", ...foreign)).lines).toEqual([
      expect.stringContaining("is not the image of the report"),
    ]);
    const invalid = await check(app, "[vulnerabilities]", ...(await write("other.json", {})));
    expect(invalid).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("VULNERABILITY_REPORT_INVALID") });
  });
});

/** The repositories of the registry and their tags. */
async function tagsOf(repository: string): Promise<unknown> {
  const response = await fetch(`http://${registry.host}/v2/${repository}/tags/list`);
  return response.ok ? ((await response.json()) as { tags: unknown }).tags : undefined;
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

describe("the flag --policy", () => {
  const noSecrets = "[secrets]\ndeny = true";

  test("lets cnb build publish an image that complies", async () => {
    const name = `${registry.host}/complies:1`;
    await cnbSucceeds([
      "build",
      name,
      "--path",
      join(dir, "app"),
      "--builder",
      builder,
      "--policy",
      await policy(strict()),
    ]);
    expect(await tagsOf("complies")).toEqual(["1"]);
  });

  test("makes cnb build fail before anything is uploaded or written", async () => {
    const build = async (name: string) =>
      cnb(["build", name, "--path", join(dir, "leaky"), "--builder", builder, "--policy", await policy(noSecrets)]);
    const { exitCode, stdout, stderr } = await build(`${registry.host}/refused:1`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
    expect(stderr).toMatch(
      /contains a private key: file \/workspace\/id_rsa in layer sha256:\w+ \(application\) \[secret\]\n/,
    );
    expect(stderr).toContain("CODE: POLICY_VIOLATED");
    const catalog = await (await fetch(`http://${registry.host}/v2/_catalog`)).json();
    expect(catalog).toMatchObject({ repositories: expect.not.arrayContaining(["refused"]) });
    expect((await build(`oci:${dir}/refused`)).exitCode).toBe(5);
    expect(await exists(join(dir, "refused"))).toBe(false);
  });

  test("makes cnb build fail before the build starts if the policy is invalid", async () => {
    const args = ["build", `oci:${dir}/never`, "--path", join(dir, "app"), "--builder", builder];
    const { exitCode, stderr } = await cnb([...args, "--policy", await policy("[image]\nnon-roof = true")]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining("did you mean non-root?") });
    expect(stderr).not.toContain("test/shell");
  });

  test("makes cnb build log the rules that apply only to published images", async () => {
    const text = `[signatures]\nkeys = ["${keys.open}"]\n[vulnerabilities]\nreport-required = true`;
    const args = ["build", `oci:${dir}/later`, "--path", join(dir, "app"), "--builder", builder];
    const { stderr } = await cnbSucceeds([...args, "--policy", await policy(text)]);
    expect(stderr).toContain("[signatures] and [vulnerabilities] apply to published images: run cnb check");
  });

  test("makes cnb rebase fail, and the tag keeps the old image", async () => {
    const name = `${registry.host}/rebased:1`;
    await oci.write(oci.imageFor(await oci.read(parseImageReference(app))), parseImageReference(name));
    const before = (await cnbSucceeds(["image", "digest", name])).stdout;
    const old = await shellImage(dir, {
      labels: stack,
      env: ["PATH=/bin", `API_TOKEN=${random.slice(0, 20)}`],
    });
    await oci.write(old, parseImageReference(`${registry.host}/next:1`));
    const args = ["rebase", name, "--run-image", `${registry.host}/next:1`, "--force", "name"];
    const text = `[base]\nmax-age-days = 30\n[[base.allow]]\nimage = "${registry.host}/base*"`;
    const { exitCode, stderr } = await cnb([...args, "--policy", await policy(text)]);
    expect(stderr).toContain(`has the base image ${registry.host}/next@sha256:`);
    expect(exitCode).toBe(5);
    expect(stderr).toContain("[base-age]");
    expect((await cnbSucceeds(["image", "digest", name])).stdout).toBe(before);
    await writeFile(join(dir, "list.txt"), `${name}\n`);
    const many = ["rebase", "--from", join(dir, "list.txt"), ...args.slice(2)];
    const all = await cnb([...many, "--policy", join(dir, "policy.toml")]);
    expect(all).toMatchObject({ exitCode: 72, stdout: expect.stringContaining("does not comply with the policy") });
    expect((await cnbSucceeds(["image", "digest", name])).stdout).toBe(before);
    await cnbSucceeds([...args, "--policy", await policy(`[[base.allow]]\nimage = "*"`)]);
    expect((await cnbSucceeds(["image", "digest", name])).stdout).not.toBe(before);
  });

  test("makes cnb builder create fail before anything is published", async () => {
    const name = `${registry.host}/new-builder:1`;
    const args = ["builder", "create", name, "-c", join(dir, "builder.toml"), "--launcher", "none"];
    const refused = await cnb([
      ...args,
      "--policy",
      await policy(`[[buildpacks.allow]]\nid = "test/shell"\ndigests = ["sha256:${"0".repeat(64)}"]`),
    ]);
    expect(refused.exitCode).toBe(5);
    const [, digest = ""] = /with the digest (sha256:\w+), which the policy does not allow/.exec(refused.stderr) ?? [];
    expect(await tagsOf("new-builder")).toBeUndefined();
    await cnbSucceeds([
      ...args,
      "--policy",
      await policy(`[[buildpacks.allow]]\nid = "test/shell"\ndigests = ["${digest}"]`),
    ]);
    expect(await tagsOf("new-builder")).toEqual(["1"]);
  });
});
