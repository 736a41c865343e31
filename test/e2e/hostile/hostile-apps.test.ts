import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { execute, type Outcome } from "../../support/cnb.ts";
import { locationsOf } from "../../support/images/secret-locations.ts";
import { templateWorkspace } from "../../support/template-workspace.ts";
import { saidIn, shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Apps that want out of their directory, or into the build, and secrets that want into the image. */
let world: TinyWorld;

const look = `
cd /workspace
if test -f look; then find . -mindepth 1 | sort; cat linked* 2>/dev/null || true; fi
if test -f use-secrets; then
  test "$TOKEN" = "$(cat /platform/bindings/db/password)"; echo "used one of \${#TOKEN} letters"
  mkdir -p "$CNB_LAYERS_DIR/made"; echo made > "$CNB_LAYERS_DIR/made/file"
  printf '[types]\\nlaunch = true\\nbuild = true\\ncache = true\\n' > "$CNB_LAYERS_DIR/made.toml"
  printf '{"bomFormat":"CycloneDX"}' > "$CNB_LAYERS_DIR/made.sbom.cdx.json"
fi
`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/look", look, 'sbom-formats = ["application/vnd.cyclonedx+json"]\n')]);
  await world.write(".", { secret: "the host's secret" });
});
afterAll(() => world?.remove());

let count = 0;

/** Builds an app that a function makes in a directory; gives what was said and what is in the app's layer. */
async function built(make: (dir: string) => unknown) {
  const name = `app-${++count}`;
  const app = await world.write(name, { look: "" });
  await make(app);
  const outcome = await world.build(`oci:${world.location(`out-${count}`)}`, [], { app: name });
  const warnings = outcome.stderr.split("\n").filter((line) => line.startsWith("WARNING"));
  const entries = outcome.exitCode === 0 ? await appEntries(`out-${count}`) : [];
  return { ...outcome, app, said: saidIn(outcome), warnings, entries };
}

async function appEntries(name: string): Promise<readonly TarEntry[]> {
  const { layers, config } = oci.imageFor(await oci.read(parseImageReference(`oci:${world.location(name)}`)));
  const history = (config.history ?? []).filter((entry) => !entry.empty_layer);
  const at = history.findIndex(({ created_by }) => created_by === "Application Layer");
  const layer = layers[at];
  if (!layer) throw new Error("there is no application layer");
  return readTar(layer.uncompressed());
}

/** Type, path below the app, and target or contents. */
const shown = (entries: readonly TarEntry[]): readonly string[] =>
  entries
    .filter(({ path }) => path.startsWith("/workspace/") && path !== "/workspace/look")
    .map((entry) => {
      const facts = `${entry.type} ${entry.mode.toString(8)} ${entry.path.slice("/workspace/".length)}`;
      if (entry.type === "symlink") return `${facts} -> ${entry.target}`;
      return entry.type === "file" ? `${facts} ${contentOf(entry)}` : facts;
    });

const contentOf = (entry: TarEntry & { readonly type: "file" }): string =>
  entry.content instanceof Uint8Array ? Buffer.from(entry.content).toString() : "";

describe("cnb build of an app", () => {
  test("with links out of its directory reveals no host files and keeps the links as links", async () => {
    const links = (secret: string) => ({
      "linked-absolute": secret,
      "linked-up": "../secret",
      "linked-through": "etc/../secret",
      etc: "/etc",
      loop: "loop",
      ".git": ".git",
      "of-the-build": "/platform/env",
    });
    const { exitCode, said, stderr, entries, app } = await built((dir) => {
      for (const [name, target] of Object.entries(links(world.location("secret"))))
        symlinkSync(target, join(dir, name));
    });
    const names = Object.keys(links("")).sort();
    expect({ exitCode, said }).toEqual({
      exitCode: 0,
      said: ["./.git", "./etc", ...names.slice(2).map((name) => `./${name}`), "./look"].sort(),
    });
    expect(stderr).not.toContain("the host's secret");
    const expected = Object.entries(links(join(app, "../secret"))).map(
      ([name, target]) => `symlink 777 ${name} -> ${target}`,
    );
    expect([...shown(entries)].sort()).toEqual(expected.sort());
  });

  test.runIf(process.getuid?.() === 0)("with pipes, sockets and devices leaves out these files", async () => {
    const { exitCode, said, warnings, entries } = await built(async (dir) => {
      mkdirSync(join(dir, "deep"));
      await execute("mkfifo", [join(dir, "deep/pipe")]);
      await execute("mknod", [join(dir, "disk"), "b", "8", "0"]);
      await execute("mknod", [join(dir, "memory"), "c", "1", "1"]);
    });
    expect({ exitCode, said, layer: shown(entries) }).toEqual({
      exitCode: 0,
      said: ["./deep", "./look"],
      layer: ["directory 755 deep"],
    });
    expect(warnings.sort()).toEqual(
      ["deep/pipe", "disk", "memory"].map(
        (name) => `WARNING: ignoring ${name} of the application: it is a socket, a pipe or a device`,
      ),
    );
  });

  test("with a large sparse file creates a small image in which the file has its size", async () => {
    const size = 50_000_000;
    const { exitCode, entries } = await built((dir) => {
      writeFileSync(join(dir, "sparse"), "begin");
      truncateSync(join(dir, "sparse"), size);
    });
    const sizes = entries.map((entry) =>
      entry.type === "file" && "length" in entry.content ? entry.content.length : 0,
    );
    expect({ exitCode, size: Math.max(...sizes) }).toEqual({ exitCode: 0, size });
    const { stdout } = await execute("du", ["-sb", world.location(`out-${count}`)]);
    expect(Number.parseInt(stdout, 10)).toBeLessThan(size / 20);
  });

  test("with unusual file names keeps all of them", async () => {
    const names = [
      "new\nline",
      "quote\"'`$(x)",
      "back\\slash",
      "-rf",
      "\u00e9",
      "e\u0301",
      "日本",
      "x".repeat(255),
      "esc\u001b[31m",
      " ",
      "a ",
      "tab\t",
      "*",
      "\u202e",
      "con.",
      `${"d".repeat(120)}/${"e".repeat(120)}/f`,
    ];
    const { exitCode, entries } = await built((dir) => {
      for (const name of names) {
        mkdirSync(join(dir, name, ".."), { recursive: true });
        writeFileSync(join(dir, name), "x");
      }
    });
    const files = shown(entries).filter((line) => line.startsWith("file"));
    expect({ exitCode, files: files.toSorted() }).toEqual({
      exitCode: 0,
      files: names.map((name) => `file 644 ${name} x`).toSorted(),
    });
  });

  test("normalizes file modes as git does, without setuid bits, and turns hard links into files", async () => {
    const { exitCode, entries } = await built((dir) => {
      for (const [name, mode] of [
        ["setuid", 0o6755],
        ["closed", 0o000],
        ["open", 0o666],
      ] as const) {
        writeFileSync(join(dir, name), "x");
        chmodSync(join(dir, name), mode);
      }
      mkdirSync(join(dir, "sticky"));
      chmodSync(join(dir, "sticky"), 0o1777);
      linkSync(join(dir, "open"), join(dir, "second"));
    });
    expect({ exitCode, layer: shown(entries) }).toEqual({
      exitCode: 0,
      layer: ["file 644 closed x", "file 644 open x", "file 644 second x", "file 755 setuid x", "directory 755 sticky"],
    });
  });
});

test("settings of runtimes and tools in an app have no effect on a framework buildpack", {
  timeout: 120_000,
}, async () => {
  const evil = `require("node:fs").writeFileSync("/workspace/pwned", ""); console.log("pwned");\n`;
  const files = {
    "test-template-0.txt": "built",
    "evil.cjs": evil,
    "bunfig.toml": `preload = ["./evil.cjs"]\n[run]\nbun = true\n`,
    ".env": `NODE_OPTIONS=--require=/workspace/evil.cjs\nTOKEN=pwned\n`,
    ".npmrc": `node-options=--require=/workspace/evil.cjs\nscript-shell=/workspace/evil.cjs\n`,
    "tsconfig.json": `{ "compilerOptions": { "paths": { "libcnb": ["./evil.cjs"] } } }`,
    "node.config.json": `{ "nodeOptions": { "require": "./evil.cjs" } }`,
    "project.toml": `[_]\nschema-version = "0.3"
${["NODE_OPTIONS=--require=/workspace/evil.cjs", "NODE_PATH=/workspace", "BUN_OPTIONS=--preload=/workspace/evil.cjs"]
  .map((line) => line.split(/=(.*)/))
  .map(([name, value]) => `[[io.buildpacks.build.env]]\nname = "${name}"\nvalue = "${value}"\n`)
  .join("")}`,
  };
  await templateWorkspace(world.location("workspace"), 1);
  await world.write("settings", files);
  const options = { app: "settings", env: { LIBCNB_CACHE_DIR: cacheDir(process.env) } };
  const flags = ["--buildpack", "workspace/test-template-0", "--clear-cache"];
  const outcome = await world.build(`oci:${world.location("out-settings")}`, flags, options);
  expect({ exitCode: outcome.exitCode, said: saidIn(outcome) }).toEqual({
    exitCode: 0,
    said: ['The app will say "built"'],
  });
  const names = (await appEntries("out-settings")).map(({ path }) => path.slice("/workspace/".length)).filter(Boolean);
  expect(names.toSorted()).toEqual(Object.keys(files).toSorted());
});

test("secrets from bindings and the build environment are in no layer, label, SBOM, cache or log", async () => {
  const [binding, variable, listed] = ["s3cr3t", "s3cr3t", "of-the-file-0815"].map(
    (text) => `${text}-${"z".repeat(20)}`,
  );
  const secrets = [binding ?? "", variable ?? "", listed ?? ""];
  await world.write("app-secret", { "use-secrets": "" });
  await world.write("given", {
    "db/type": "postgresql",
    "db/password": secrets[0] ?? "",
    "build.env": `LISTED=${listed}\n`,
  });
  const flags = ["-e", `TOKEN=${variable}`, "--env-from", "given/build.env", "--binding", "given/db", "--verbose"];
  const reported = ["--report", "kept/report.toml", "--sbom-output-dir", "kept/boms", "--cache", "kept/cache"];
  const log: string[] = [];
  for (const form of ["oci", "docker-archive"]) {
    await world.write("kept", {});
    const output = `${form}:${world.location(`kept/image-${form}`)}`;
    const outcome: Outcome = await world.build(output, [...flags, ...reported], {
      app: "app-secret",
      cache: "kept/all",
    });
    expect({ exitCode: outcome.exitCode, said: saidIn(outcome) }).toEqual({
      exitCode: 0,
      said: ["used one of 27 letters"],
    });
    log.push(...(outcome.stdout + outcome.stderr).split("\n"));
  }
  await world.write("kept/archive", {});
  await execute("tar", ["-xf", world.location("kept/image-docker-archive"), "-C", world.location("kept/archive")]);
  const image = { reference: `oci:${world.location("kept/image-oci")}`, log };
  // what is searched would find them
  await copyFile(world.location("given/db/password"), world.location("kept/control"));
  expect(await locationsOf(secrets, image)).toEqual(["./control"]);
  expect(await locationsOf(["made"], image)).toEqual(
    expect.arrayContaining([expect.stringContaining("/blobs/sha256/")]),
  );
});
