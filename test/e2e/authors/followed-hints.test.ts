// @needs busybox, namespaces
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb, type Outcome } from "../../support/cnb.ts";
import { rebaseImages } from "../../support/images/rebase-world.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const descriptor = (kind: string, rest = "") =>
  `api = "0.12"\n[${kind}]\nid = "test/${kind}"\nversion = "1.0.0"\n${rest}`;
const targets = `[[targets]]\nos = "linux"\n`;
const process = `[[processes]]\ntype = "web"\ncommand = ["/bin/busybox", "true"]\ndefault = true\n`;
const files = {
  "buildpack/buildpack.toml": descriptor("buildpack", targets),
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": `#!/bin/sh\ncat > "$CNB_LAYERS_DIR/launch.toml" <<END\n${process}END\n`,
  "extension/extension.toml": descriptor("extension"),
  "extension/bin/generate": "#!/bin/sh\n",
  "app/app.txt": "x",
  "own/builds/file": "not a cache",
  "own/file": "not a cache",
  "conf/builder.toml": `[build]
image = "oci:../base"
[[run.images]]
image = "oci:../base"
[[buildpacks]]
uri = "../buildpack"
[[order]]
group = [{ id = "test/buildpack" }]
`,
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "followed-hints-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  const base = await shellImage(dir);
  const layout = (name: string) => parseImageReference(`oci:${dir}/${name}`);
  await oci.write(oci.mutate.config(base, { Cmd: [] }), layout("base"), { name: "base:1" });
  const images = await rebaseImages(dir, "registry.test/run:1", {
    base: { "io.buildpacks.base.distro.name": "alpine" },
  });
  await oci.write(images.app, layout("rebased"), { name: "registry.test/app:1" });
  await oci.write(images.next, layout("next"), { name: "registry.test/other:1" });
  await succeeds("builder create oci:builder --launcher none --config conf/builder.toml");
  await succeeds("build oci:image --path app --builder oci:builder");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

type Variables = Readonly<Record<string, string>>;

const run = (line: string, variables: Variables = {}): Promise<Outcome> =>
  cnb(line.split(" "), { cwd: dir, env: { ...environment(), LIBCNB_CACHE_DIR: join(dir, "cache"), ...variables } });

const environment = () => globalThis.process.env;

async function succeeds(line: string, variables: Variables = {}): Promise<void> {
  const { exitCode, stderr } = await run(line, variables);
  expect([line, exitCode, exitCode === 0 ? "" : stderr]).toEqual([line, 0, ""]);
}

interface Printed {
  readonly error: string;
  readonly hint: string;
}

/** A command that fails, and the command that its error recommends: made of the words of the hint alone. */
interface Case {
  readonly line: string;
  readonly variables?: Variables;
  follow(said: Printed): string | { readonly line: string; readonly variables: Variables };
}

/** The part of a text that matches a pattern's group. */
function found(pattern: RegExp, text: string): string {
  const [, group] = pattern.exec(text) ?? [];
  if (group === undefined) throw new Error(`there is no ${pattern} in: ${text}`);
  return group;
}
const flagIn = ({ hint }: Printed): string => found(/(--[a-z][a-z-]+)/, hint);
const buildLine = "build oci:out --path app --builder oci:builder";

const cases: Readonly<Record<string, Case>> = {
  "an unknown command": {
    line: buildLine.replace("build", "bulid"),
    follow: ({ hint }) => buildLine.replace("build", found(/Did you mean (\S+)\?/, hint)),
  },
  "an unknown flag": {
    line: "buildpack package buildpack --outptu flag.cnb",
    follow: ({ hint }) => `buildpack package buildpack ${found(/Did you mean (\S+)\?/, hint)} flag.cnb`,
  },
  "a missing argument": { line: "build", follow: (said) => `build ${flagIn(said)}` },
  "buildpack package of an extension": {
    line: "buildpack package extension -o extension.cnb",
    follow: ({ hint }) => `${found(/run cnb (\w+ \w+) instead/, hint)} extension -o extension.cnb`,
  },
  "extension package of a buildpack": {
    line: "extension package buildpack -o buildpack.cnb",
    follow: ({ hint }) => `${found(/run cnb (\w+ \w+) instead/, hint)} buildpack -o buildpack.cnb`,
  },
  "buildpack package with a malformed target": {
    line: "buildpack package buildpack -o target.cnb -t linux",
    follow: ({ hint }) => `buildpack package buildpack -o target.cnb -t ${found(/(\w+\/\w+)\.$/, hint)}`,
  },
  "builder create without builder.toml": {
    line: "builder create oci:other --launcher none",
    follow: (said) => `builder create oci:other --launcher none ${flagIn(said)} conf/builder.toml`,
  },
  "build without a builder": {
    line: "build oci:out --path app",
    follow: (said) => `build oci:out --path app ${flagIn(said)} oci:builder`,
  },
  "build with an unknown default process": {
    line: `${buildLine} --default-process job`,
    follow: (said) => `${buildLine} ${flagIn(said)} ${found(/defined (\w+)/, said.error)}`,
  },
  "run of an image without a command": {
    line: "run oci:base",
    follow: ({ hint }) => found(/cnb (run .+? -- \S+?)\.?$/m, hint),
  },
  "run of an unknown process": {
    line: "run oci:image --process job",
    follow: ({ hint }) => `run oci:image --process job`.replace(` ${found(/Remove (--[\w-]+),/, hint)} job`, ""),
  },
  "run as an unknown user": {
    line: "run oci:image --user nobody-here",
    follow: ({ hint }) => `run oci:image ${found(/(--user [\d:]+)/, hint)}`,
  },
  "inspect with an unknown output format": {
    line: "inspect oci:image --output xml",
    follow: ({ hint }) => `inspect oci:image --output ${found(/Use .*?(\w+)\.$/, hint)}`,
  },
  "rebase onto another distribution": {
    line: "rebase oci:rebased --run-image oci:next",
    follow: ({ hint }) => `rebase oci:rebased --run-image oci:next ${found(/(--force [\w,]+)/, hint)}`,
  },
  "an invalid cache size": {
    line: "cache prune",
    variables: { LIBCNB_CACHE_SIZE: "abc" },
    follow: ({ hint }) => ({ line: "cache prune", variables: { LIBCNB_CACHE_SIZE: found(/such as (\w+)/, hint) } }),
  },
  "a cache directory that contains other files": {
    line: "cache prune",
    get variables() {
      return { LIBCNB_CACHE_DIR: join(dir, "own") };
    },
    follow: ({ hint }) => ({ line: "cache prune", variables: { LIBCNB_CACHE_DIR: found(/such as (\S+)\.$/, hint) } }),
  },
};

test.for(Object.entries(cases))(
  "the command that an error's hint suggests succeeds, here after %s",
  async ([, { line, variables, follow }]) => {
    const { exitCode, stderr } = await run(line, variables);
    expect(exitCode).not.toBe(0);
    const said = { error: found(/^ERROR: (.*)$/m, stderr), hint: found(/^HINT: (.*)$/m, stderr) };
    const followed = follow(said);
    await (typeof followed === "string" ? succeeds(followed) : succeeds(followed.line, followed.variables));
  },
);

// Using the index a network, so the last mistake stays.
test("cnb base create reports one missing or invalid flag per run until all are correct", async () => {
  const hinted = async (line: string) => found(/^HINT: (.*)$/m, (await run(line)).stderr);
  const first = "base create oci:new-base --arch sparc";
  const suite = found(/(--suite), for example \w+/, await hinted(first));
  const second = `${first} ${suite} ${found(/for example (\w+)/, await hinted(first))}`;
  const third = second.replace("--arch sparc", found(/(--arch \w+)/, await hinted(second)));
  expect(await hinted(third)).toContain("--package NAME");
});
