// @needs bwrap
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute, root } from "../../support/cnb.ts";

const arch = process.arch === "arm64" ? "arm64" : "amd64";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "small-templates-"));
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Template {
  readonly template: string;
  readonly kind: "buildpack" | "extension";
  /** The directory that is packaged, in the project. Default: the project's own */
  readonly folder?: string;
  /** The file of an app for which the buildpacks pass. */
  readonly file: string;
  /** The exit codes of their detects for an app with this file, and for an empty app. */
  readonly detects: Readonly<Record<string, readonly [number, number]>>;
  /** The largest allowed size of the package's layers, compressed. */
  readonly most: number;
}

const composite: Template = {
  template: "composite",
  kind: "buildpack",
  file: "name.txt",
  detects: { "buildpacks/acme_composite-greeter": [0, 0], "buildpacks/acme_composite-start": [0, 100] },
  most: 3_000_000,
};
const templates: readonly Template[] = [
  {
    template: "minimal",
    kind: "buildpack",
    file: "hello.txt",
    detects: { "buildpacks/acme_minimal": [0, 100] },
    most: 2_200_000,
  },
  {
    template: "dependency",
    kind: "buildpack",
    file: "src/main.ts",
    detects: { "buildpacks/acme_dependency": [0, 100] },
    most: 2_200_000,
  },
  composite,
  {
    template: "builder",
    kind: "buildpack",
    folder: "buildpacks/hello",
    file: "hello.txt",
    detects: { "buildpacks/acme_builder": [0, 100] },
    most: 2_200_000,
  },
  {
    template: "extension",
    kind: "extension",
    file: "Aptfile",
    detects: { "extensions/acme_extension": [0, 100] },
    most: 2_200_000,
  },
];

type TemplatePackage = Awaited<ReturnType<typeof packageTemplate>>;
const packages = new Map<string, Promise<TemplatePackage>>();

/** The package of a template, which is created once. */
function packaged(template: Template): Promise<TemplatePackage> {
  const created = packages.get(template.template) ?? packageTemplate(template);
  packages.set(template.template, created);
  return created;
}

/** Creates a project from a template, packages it for the small engine, and returns the package's layers and its files. */
async function packageTemplate({ template, kind, folder = "." }: Template) {
  const project = join(dir, template);
  const flags = ["--yes", "--no-git", "--no-install"];
  await cnbSucceeds([kind, "new", `acme/${template}`, "--path", project, "--template", template, ...flags]);
  const output = `oci:${dir}/${template}-package`;
  const options = ["--runtime", "small", "--target", `linux/${arch}`, "--output", output];
  await cnbSucceeds([kind, "package", join(project, folder), ...options]);
  const { layers } = oci.imageFor(await oci.read(parseImageReference(output)));
  const files = join(dir, `${template}-files`);
  await mkdir(files);
  for (const { digest } of layers) {
    const blob = join(dir, `${template}-package/blobs`, digest.replace(":", "/"));
    expect((await execute("tar", ["-xzf", blob, "-C", files])).exitCode).toBe(0);
  }
  return { layers, cnb: join(files, "cnb") };
}

/** The exit code of a detect. It runs without Node.js and without libraries. */
async function detect(module: string, app: Readonly<Record<string, string>>): Promise<number> {
  const world = await mkdtemp(join(dir, "world-"));
  await mkdir(join(world, "platform/env"), { recursive: true });
  await writeFiles(join(world, "app"), { ".keep": "", ...app });
  await writeFile(join(world, "plan.toml"), "");
  const env = {
    CNB_BUILDPACK_DIR: "/module",
    CNB_EXTENSION_DIR: "/module",
    CNB_PLATFORM_DIR: "/world/platform",
    CNB_BUILD_PLAN_PATH: "/world/plan.toml",
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: arch,
  };
  // The members of a composite link to files next to them.
  const cnb = join(module, "../../..");
  const binds = [
    "--ro-bind",
    cnb,
    "/cnb",
    "--bind",
    world,
    "/world",
    "--symlink",
    module.replace(cnb, "/cnb"),
    "/module",
  ];
  const command = [...binds, "--chdir", "/world/app", "/module/bin/detect"];
  const { exitCode, stderr } = await execute("bwrap", command, { env: { PATH: process.env.PATH, ...env } });
  expect(stderr).toBe("");
  return exitCode;
}

test.for(templates)(
  "the template $template is packaged for the small JavaScript engine without Node.js, and its detect runs",
  async (template) => {
    const { layers, cnb } = await packaged(template);
    expect(layers.reduce((total, { size }) => total + size, 0)).toBeLessThan(template.most);
    const names = (await readdir(cnb, { recursive: true })).map((path) => path.split("/").slice(3).join("/"));
    expect(names).toContain("bin/engine");
    expect(names.filter((name) => /^bin\/main/.test(name))).toEqual([]);
    const codes: Record<string, readonly number[]> = {};
    for (const name of Object.keys(template.detects)) {
      const module = join(cnb, name, "0.1.0");
      const sbom = JSON.parse(await readFile(join(module, "sbom.cdx.json"), "utf8"));
      const components = sbom.components.map((each: { readonly name: string }) => each.name);
      expect(components).toContain("rquickjs-sys");
      expect(components).not.toContain("node");
      codes[name] = [await detect(module, { [template.file]: "text" }), await detect(module, {})];
    }
    expect(codes).toEqual(template.detects);
  },
);

test("the exec.d program of the template composite runs from the package", async () => {
  const { cnb } = await packaged(composite);
  const program = join(cnb, "buildpacks/acme_composite-greeter/0.1.0/exec.d/memory");
  await writeFile(join(dir, "memory.max"), "268435456\n");
  const cgroup = ["--dir", "/sys/fs/cgroup", "--ro-bind", join(dir, "memory.max"), "/sys/fs/cgroup/memory.max"];
  const sandbox = (binds: readonly string[]) =>
    `bwrap ${["--ro-bind", program, "/memory", ...binds].join(" ")} /memory 3>&1`;
  // Descriptor 3 is what the launcher reads.
  const limited = await execute("bash", ["-c", sandbox(cgroup)]);
  expect(limited).toEqual({ exitCode: 0, signal: null, stdout: 'GREETER_MEMORY = "256"\n', stderr: "" });
  const unlimited = await execute("bash", ["-c", sandbox([])]);
  expect(unlimited).toEqual({ exitCode: 0, signal: null, stdout: "", stderr: "" });
});
