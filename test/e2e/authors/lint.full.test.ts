import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "lint-e2e-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(dir, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules")).catch(() => undefined);
  return folder;
}

const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(await readFile(join(root, "test/fixtures/schemas/sarif/sarif-2.1.0-rtm.5.json"), "utf8"));
const sarif = addFormats.default(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })).compile(schema);

const licence = `
[[buildpack.licenses]]
type = "MIT"
`;
const clean = {
  "buildpack.toml": `api = "0.10"

[buildpack]
id = "acme/clean"
version = "1.0.0"
${licence}`,
  "package.json": `{ "name": "clean", "type": "module", "license": "MIT" }\n`,
  "src/buildpack.ts": `import { defineBuildpack, pass } from "libcnb";

export default defineBuildpack({
  detect: () => pass(),
  build() {},
});
`,
};

const broken = {
  "buildpack.toml": `api = "0.10"

[buildpack]
id = "acme/broken"
version = "1.0.0"
colour = "red"

[[targets]]
os = "linux"
arch = "x86_64"

[[metadata.configurations]]
name = "BP_GREETING"

# cnb-lint-ignore configuration-unread: a later buildpack reads it
[[metadata.configurations]]
name = "BP_LATER"
`,
  "README.md": "# Broken\n\n`BP_LATER` is the text.\n",
  "package.json": `{ "name": "broken", "type": "module", "license": "Apache-2.0" }\n`,
  "src/buildpack.ts": `import { Worker } from "node:worker_threads";
import { defineBuildpack, pass } from "libcnb";

export default defineBuildpack({
  detect: () => pass(),
  build: ({ config }) => void new Worker(config.BP_OTHER ?? ""),
});
`,
};

/** The findings in that project: place, severity, rule, message, and whether --fix corrects it. */
const findings = [
  [
    "buildpack.toml:3:2",
    "warning",
    "license",
    'buildpack: has no licence; add [[buildpack.licenses]] with type = "Apache-2.0"',
    true,
  ],
  [
    "buildpack.toml:6:1",
    "warning",
    "unknown-key",
    "buildpack.colour: unknown key; the known keys are id, version, name, homepage, description, keywords, licenses, clear-env, exec-env, sbom-formats",
    false,
  ],
  [
    "buildpack.toml:10:1",
    "error",
    "dead-target",
    'targets[0].arch: no architecture has the name "x86_64"; write "amd64"',
    true,
  ],
  [
    "buildpack.toml:13:1",
    "warning",
    "configuration-undocumented",
    "metadata.configurations[0].name: README.md does not contain BP_GREETING",
    false,
  ],
  [
    "buildpack.toml:13:1",
    "warning",
    "configuration-unread",
    "metadata.configurations[0].name: nothing in the package reads BP_GREETING",
    false,
  ],
  [
    "src/buildpack.ts:1:10",
    "warning",
    "runtime-import",
    "imports Worker of node:worker_threads, which the small engine lacks",
    false,
  ],
  [
    "src/buildpack.ts:6:49",
    "error",
    "configuration-undeclared",
    "reads BP_OTHER, which [[metadata.configurations]] does not declare",
    false,
  ],
] as const;

describe("cnb lint", () => {
  test.each(["minimal", "dependency", "composite", "extension", "builder"])(
    "reports no findings in a new project from the template %s",
    async (template) => {
      const path = join(dir, "new", template);
      const noun = template === "extension" ? "extension" : "buildpack";
      const flags = template === "extension" ? [] : ["--template", template];
      await cnbSucceeds([noun, "new", "acme/hello", "--path", path, ...flags, "--yes", "--no-git"]);
      await symlink(join(root, "node_modules"), join(path, "node_modules"));
      const { exitCode, stdout, stderr } = await cnb(["lint"], { cwd: path });
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 0,
        stdout: "",
        stderr: expect.stringMatching(/^\s*no findings in \d files?\n$/),
      });
    },
  );

  test("prints the findings of a broken project as text, and exits with 1", async () => {
    const folder = await project("text", broken);
    const { exitCode, stdout, stderr } = await cnb(["lint", "--no-types", "."], { cwd: folder });
    expect({ exitCode, stdout, stderr: stderr.trim() }).toEqual({
      exitCode: 1,
      stdout: findings
        .map(
          ([where, severity, rule, message, fixable]) =>
            `${where}: ${severity}: ${message} [${rule}${fixable ? ", --fix" : ""}]\n`,
        )
        .join(""),
      stderr: "2 errors and 5 warnings in 1 file; --fix corrects 2",
    });
  });

  test("prints GitHub annotations", async () => {
    const folder = await project("github", broken);
    const { exitCode, stdout } = await cnb(["lint", "--no-types", "--format", "github"], { cwd: folder });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: `::warning file=buildpack.toml,line=3,col=2,title=cnb lint%3A license::buildpack: has no licence; add [[buildpack.licenses]] with type = "Apache-2.0"
::warning file=buildpack.toml,line=6,col=1,title=cnb lint%3A unknown-key::buildpack.colour: unknown key; the known keys are id, version, name, homepage, description, keywords, licenses, clear-env, exec-env, sbom-formats
::error file=buildpack.toml,line=10,col=1,title=cnb lint%3A dead-target::targets[0].arch: no architecture has the name "x86_64"; write "amd64"
::warning file=buildpack.toml,line=13,col=1,title=cnb lint%3A configuration-undocumented::metadata.configurations[0].name: README.md does not contain BP_GREETING
::warning file=buildpack.toml,line=13,col=1,title=cnb lint%3A configuration-unread::metadata.configurations[0].name: nothing in the package reads BP_GREETING
::warning file=src/buildpack.ts,line=1,col=10,title=cnb lint%3A runtime-import::imports Worker of node:worker_threads, which the small engine lacks
::error file=src/buildpack.ts,line=6,col=49,title=cnb lint%3A configuration-undeclared::reads BP_OTHER, which [[metadata.configurations]] does not declare
`,
    });
  });

  test("prints its findings as JSON", async () => {
    const folder = await project("json", broken);
    const { exitCode, stdout } = await cnb(["lint", "--no-types", "--format", "json"], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      files: 1,
      errors: 2,
      warnings: 5,
      findings: findings.map(([where, severity, rule, message, fixable]) => {
        const [file, line, column] = where.split(":");
        return { file, line: Number(line), column: Number(column), severity, rule, message, fixable };
      }),
    });
  });

  test("prints SARIF that its schema accepts", async () => {
    const folder = await project("sarif", broken);
    const { exitCode, stdout } = await cnb(["lint", "--no-types", "--format", "sarif"], { cwd: folder });
    expect(exitCode).toBe(1);
    const document = JSON.parse(stdout);
    expect(sarif(document) ? [] : sarif.errors).toEqual([]);
    expect(document.runs[0].results.map(shortened)).toEqual([
      "buildpack.toml:3:2 warning license",
      "buildpack.toml:6:1 warning unknown-key",
      "buildpack.toml:10:1 error dead-target",
      "buildpack.toml:13:1 warning configuration-undocumented",
      "buildpack.toml:13:1 warning configuration-unread",
      "buildpack.toml:17:1 warning configuration-unread (off: a later buildpack reads it)",
      "src/buildpack.ts:1:10 warning runtime-import",
      "src/buildpack.ts:6:49 error configuration-undeclared",
    ]);
  });

  test("corrects findings with --fix, and reports the findings that it cannot correct", async () => {
    const folder = await project("fix", broken);
    const { exitCode, stdout, stderr } = await cnb(["lint", "--no-types", "--fix"], { cwd: folder });
    expect({ exitCode, rest: stdout.split("\n").length - 1, stderr: stderr.trim() }).toEqual({
      exitCode: 1,
      rest: 5,
      stderr: "1 error and 4 warnings in 1 file; 2 corrected",
    });
    const text = broken["buildpack.toml"].replace("x86_64", "amd64");
    const inserted = text.replace("[[targets]]", '[[buildpack.licenses]]\ntype = "Apache-2.0"\n\n[[targets]]');
    expect(await readFile(join(folder, "buildpack.toml"), "utf8")).toBe(inserted);
  });

  test("reports errors of the project's TypeScript compiler, or that no compiler is installed", async () => {
    const typed = { "tsconfig.json": `{ "compilerOptions": { "types": [] }, "include": ["src/port.ts"] }\n` };
    const source = { "src/port.ts": "export const port: number = true;\n" };
    const folder = await project("types", { ...clean, ...typed, ...source });
    const checked = await cnb(["lint"], { cwd: folder });
    expect({ exitCode: checked.exitCode, stdout: checked.stdout }).toEqual({
      exitCode: 1,
      stdout: "src/port.ts:1:14: error: TS2322: Type 'boolean' is not assignable to type 'number'. [type-error]\n",
    });
    await rm(join(folder, "node_modules"));
    const unchecked = await cnb(["lint", "--severity", "error"], { cwd: folder });
    expect(unchecked.stderr).toContain(
      "The types of tsconfig.json were not checked: typescript is not installed in the project",
    );
  });

  test("requests the URLs of dependencies only with --check-urls", async () => {
    const requested: string[] = [];
    const server = createServer(({ url = "" }, response) => {
      requested.push(url);
      response.writeHead(url.includes("gone") ? 404 : 200).end("x".repeat(100_000));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const release = (name: string) =>
      `[[metadata.dependencies]]\nid = "${name}"\nversion = "1.0.0"\nuri = "${address}/${name}"\nsha256 = "${"0".repeat(64)}"\nlicenses = ["MIT"]\n`;
    const text = `${clean["buildpack.toml"]}\n${release("here")}\n${release("gone")}`;
    const folder = await project("urls", { ...clean, "buildpack.toml": text });
    expect((await cnb(["lint", "--no-types"], { cwd: folder })).exitCode).toBe(0);
    expect(requested).toEqual([]);
    const { exitCode, stdout } = await cnb(["lint", "--no-types", "--check-urls"], { cwd: folder });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: `buildpack.toml:20:1: error: metadata.dependencies[1].uri: ${address}/gone cannot be downloaded: HTTP 404 Not Found [dependency-url]\n`,
    });
    expect(requested.toSorted()).toEqual(["/gone", "/here"]);
  });

  test.each([
    [["nowhere"], "does not exist"],
    [["src/buildpack.ts"], "is not the name of a descriptor"],
    [["src"], "contains none of the files buildpack.toml"],
    [["--format", "xml"], "Allowed choices are text, json, sarif, github"],
  ])("refuses the arguments %j with exit code 3", async (args, message) => {
    const folder = await project("arguments", clean);
    const { exitCode, stdout, stderr } = await cnb(["lint", ...args], { cwd: folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("cnb buildpack package", () => {
  test("prints lint findings as warnings and creates the package", async () => {
    const folder = await project("warned", {
      ...clean,
      "buildpack.toml": clean["buildpack.toml"].replace(licence, ""),
    });
    const { stderr } = await cnbSucceeds(["buildpack", "package", folder, "-t", "linux/amd64", "-o", "out.cnb"], {
      cwd: folder,
    });
    expect(stderr).toContain(
      'buildpack.toml:3:2: buildpack: has no licence; add [[buildpack.licenses]] with type = "MIT" [license]',
    );
  });

  test("fails if the buildpack reads an undeclared variable, and succeeds if a cnb-lint-ignore comment suppresses the finding", async () => {
    const source = clean["src/buildpack.ts"].replace("build() {}", "build: ({ config }) => void config.BP_GREETING");
    const folder = await project("refused", { ...clean, "src/buildpack.ts": source });
    const args = ["buildpack", "package", folder, "-t", "linux/amd64", "-o", "out.cnb"];
    const { exitCode, stderr } = await cnb(args, { cwd: folder });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      "src/buildpack.ts:5:38: reads BP_GREETING, which [[metadata.configurations]] does not declare [configuration-undeclared]",
    );
    expect(stderr).toContain("LINT_FAILED");
    await writeFile(
      join(folder, "src/buildpack.ts"),
      source.replace("  build:", "  // cnb-lint-ignore configuration-undeclared: another program reads it\n  build:"),
    );
    await cnbSucceeds(args, { cwd: folder });
  });
});

/** The parts of a result of SARIF that the rules decide. */
function shortened(result: SarifResult): string {
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  const off = result.suppressions?.map(({ justification }) => ` (off: ${justification})`).join("") ?? "";
  return `${artifactLocation.uri}:${region.startLine}:${region.startColumn} ${result.level} ${result.ruleId}${off}`;
}

interface SarifResult {
  readonly ruleId: string;
  readonly level: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
    },
  ];
  readonly suppressions?: readonly { readonly justification: string }[];
}
