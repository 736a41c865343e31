// @needs docker, dockerd, root
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layer, script, text } from "../../support/differential/combination.ts";
import { pushDockerBase } from "../../support/images/docker-bases.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { packFacts } from "../../support/pack/pack-facts.ts";
import { type Files, type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import type { ShellBuildpack } from "../../support/tiny/shell-builder.ts";

/**
 * The same app and flags given to the real `pack build` on a real Docker daemon, and to `cnb build`, with one builder that cnb made:
 * what the buildpacks see, layers, labels and configuration are equal.
 */
let world: PackWorld;
let docker: Engine;
const image = (name: string) => `${world.host}/${name}`;
const file = (name: string) => join(world.dir, name);

const processes = text(
  "launch.toml",
  `[[processes]]\ntype = "web"\ncommand = ["cat", "app.txt"]\ndefault = true\n[[processes]]\ntype = "env"\ncommand = ["env"]\n[[slices]]\npaths = ["public"]`,
);

/** Notes what it sees, but for what Docker gives every container: its name, and the group of root. */
const noting = (id: string, build: string): ShellBuildpack => {
  const buildpack = script(id, { build });
  const bin = (buildpack.files["bin/build"] ?? "").replace("-e '^PWD='", "-e '^PWD=' -e '^HOSTNAME='");
  return { ...buildpack, files: { ...buildpack.files, "bin/build": bin.replace("$(id)", "$(id -u):$(id -g)") } };
};
const buildpacks = [
  noting("test/one", layer("kept", "launch cache", { metadata: "n = 1" }) + layer("tool", "build cache")),
  noting("test/two", `${layer("made", "launch")}${processes}`),
  noting("test/extra", layer("extra", "launch")),
  noting("test/more", layer("more", "launch")),
];

beforeAll(async () => {
  [world, docker] = await Promise.all([packWorld(), startDocker()]);
  await pushDockerBase(world);
  for (const { id, files } of buildpacks) await world.write(id, files);
  await world.write(".", {
    "builder.toml": `
${buildpacks.map(({ id }) => `[[buildpacks]]\nuri = "${id}"\n`).join("")}
[[order]]
group = [{ id = "test/one", version = "1.0.0" }, { id = "test/two", version = "1.0.0" }]
[build]
image = "${image("base/docker:1")}"
[[build.env]]
name = "OPERATED"
value = "care"
[[run.images]]
image = "${image("base/docker:1")}"
[lifecycle]
uri = "${await lifecycleArchive()}"
`,
  });
  await world.cnb(["builder", "create", image("builder:1"), "--config", file("builder.toml"), "--publish"]);
}, 600_000);
afterAll(async () => {
  await docker?.stop();
  await world?.remove();
});

const files: Files = {
  "app.txt": "my app\n",
  "public/a.css": "a",
  "src/one.js": "1",
  "src/two.log": "2",
  "notes.log": "n",
  link: "-> src/one.js",
};

/** Builds by both, into the registry. */
async function built(name: string, flags: readonly string[]) {
  const common = ["--path", file(name), "--builder", image("builder:1"), ...flags];
  const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
  await world.pack.succeeds(["build", image(`${name}:pack`), ...common, ...how], { DOCKER_HOST: docker.host });
  await world.cnb(["build", image(`${name}:cnb`), ...common]);
  const [pack, cnb] = await Promise.all(["pack", "cnb"].map((tag) => packFacts(image(`${name}:${tag}`))));
  return { pack, cnb };
}

test("pack builds an app and rebuilds it identically", async () => {
  await world.write("app", files);
  for (const step of ["first", "again"]) {
    const { pack, cnb } = await built("app", []);
    expect({ step, ...cnb }).toEqual({ step, ...pack });
    expect(cnb.app.flat()).toContainEqual(expect.objectContaining({ path: "/workspace/public/a.css" }));
  }
});

const descriptor = `[_]
schema-version = "0.2"
name = "an app"
version = "1.2.3"
source-url = "https://example.com/app"
[io.buildpacks]
exclude = ["*.log", "/src/two*"]
[[io.buildpacks.build.env]]
name = "SETTING"
value = "of the project"
[[io.buildpacks.pre.group]]
id = "test/extra"
version = "1.0.0"
[[io.buildpacks.post.group]]
id = "own/inline"
version = "0.0.1"
[io.buildpacks.post.group.script]
api = "0.10"
inline = """
echo inline > /workspace/by-inline
printf '[[labels]]\\nkey = "inline"\\nvalue = "1"\\n' > "$CNB_LAYERS_DIR/launch.toml"
"""
`;

const rows: readonly (readonly [string, Files, readonly string[]])[] = [
  ["a project descriptor", { ...files, "project.toml": descriptor }, []],
  [
    "environment variables in project.toml and flags",
    { ...files, "project.toml": descriptor },
    ["--env", "SETTING=of the flag", "--env", "OTHER=a=b"],
  ],
  [
    "files that are included",
    {
      ...files,
      "project.toml": `[_]\nschema-version = "0.2"\n[io.buildpacks]\ninclude = ["app.txt", "src/*.js", "/public"]\n`,
    },
    [],
  ],
  ["a default process", files, ["--default-process", "env"]],
  ["a creation time", files, ["--creation-time", "1700000000"]],
  ["buildpacks selected by flags", files, ["--buildpack", "test/two@1.0.0", "--buildpack", "from=builder:test/more"]],
  [
    "buildpacks before and after the order",
    files,
    ["--pre-buildpack", "test/more@1.0.0", "--post-buildpack", "test/extra@1.0.0"],
  ],
  [
    "buildpacks in project.toml",
    {
      ...files,
      "project.toml": `[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nid = "test/more"\nversion = "1.0.0"\n[[io.buildpacks.group]]\nid = "test/two"\nversion = "1.0.0"\n`,
    },
    [],
  ],
];

const source = "io.buildpacks.project.metadata";
const sourceOf = (toml: string | undefined): string =>
  toml?.includes("source-url")
    ? `{"source":{"type":"project","version":{"declared":"1.2.3"},"metadata":{"url":"https://example.com/app"}}}`
    : "{}";

// One row always, all with the long tests.
test.for(process.env["LIBCNB_TEST_ALL"] === "1" ? rows : rows.slice(1, 2))(
  "pack build and cnb build make the same image from %s",
  async ([name, app, flags]) => {
    const folder = name.replaceAll(" ", "-");
    await world.write(folder, app);
    const { pack, cnb } = await built(folder, flags);
    // pack reads neither the version nor the address of a descriptor since its schema 0.2
    expect([pack.labels[source], cnb.labels[source]]).toEqual(["{}", sourceOf(app["project.toml"])]);
    expect({ ...cnb, labels: { ...cnb.labels, [source]: "{}" } }).toEqual(pack);
  },
);

test("pack refuses a builder without a launcher before it starts a container, but cnb build accepts it", async () => {
  const toml = await readFile(file("builder.toml"), "utf8");
  await world.write(".", { "no-launcher.toml": toml.replace(/^\[lifecycle\]\nuri = .*\n/m, "") });
  const flags = ["--config", file("no-launcher.toml"), "--launcher", "none", "--publish"];
  await world.cnb(["builder", "create", image("no-launcher:1"), ...flags]);
  await world.write("refused", files);
  const common = ["--path", file("refused"), "--builder", image("no-launcher:1")];
  const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
  const { exitCode, stdout, stderr } = await world.pack.run(["build", image("refused:pack"), ...common, ...how], {
    DOCKER_HOST: docker.host,
  });
  const refusal = `ERROR: failed to build: invalid builder '${image("no-launcher:1")}': supported Lifecycle Platform APIs not specified`;
  expect([exitCode, `${stdout}${stderr}`.trimEnd().split("\n").at(-1)]).toEqual([1, refusal]);
  await world.cnb(["build", image("refused:cnb"), ...common]);
  await expect(world.image("refused:pack")).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  expect((await world.image("refused:cnb")).config.config?.Entrypoint).toEqual(["cat", "app.txt"]);
});
