import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { entrySource } from "./entry-source.ts";

const framework = fileURLToPath(new URL("../../../framework", import.meta.url));
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundle-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A buildpack's folder with these files, and the framework installed. */
async function folder(name: string, files: Readonly<Record<string, string>>, installed = true): Promise<string> {
  const dir = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  await mkdir(join(dir, "node_modules"), { recursive: true });
  if (installed) await symlink(framework, join(dir, "node_modules/libcnb"));
  return dir;
}

const hello = `import { defineBuildpack, pass } from "libcnb";
import { greeting } from "./greeting.ts";
export default defineBuildpack({ detect: () => pass(), build: ({ log }) => { log.info(greeting); return {}; } });
`;
const sources = { "src/buildpack.ts": hello, "src/greeting.ts": `export const greeting: string = "grüß dich";\n` };
const moduleIn = (dir: string, id = "me/hello") => ({ id, entry: join(dir, "src/buildpack.ts") });

test("the entry imports buildpacks when they are called, in the order of their ids", () => {
  expect(
    entrySource([
      { id: "b/z", entry: "/s/z.ts" },
      { id: 'a/"y', entry: "/s/y.ts" },
    ]),
  ).toBe(
    `export { runBuildpacks } from "libcnb/runtime";
export const buildpacks = {
  "a/\\"y": () => import("/s/y.ts"),
  "b/z": () => import("/s/z.ts"),
};
`,
  );
});

test("the same sources in another folder, and in another order, give the same script without paths", async () => {
  const [one, other] = [await folder("one", sources), await folder("elsewhere/deep/er", sources)];
  const first = await bundle([moduleIn(one, "a"), moduleIn(one, "b")], { cwd: root });
  const second = await bundle([moduleIn(other, "b"), moduleIn(other, "a")], { cwd: "/" });
  const text = Buffer.from(first.code).toString("utf8");
  expect(Buffer.from(second.code).toString("utf8")).toBe(text);
  expect(text.includes(root) || text.includes(framework)).toBe(false);
  // One byte per character is what V8 reads fastest.
  expect(/^[\0-\x7f]*$/.test(text)).toBe(true);
  const files = first.files.map(({ path }) => path);
  expect(files).toEqual(expect.arrayContaining([join(one, "src/buildpack.ts"), join(one, "src/greeting.ts")]));
});

test("an optional dependency that is not installed throws only when it is loaded", async () => {
  const dir = await folder("peers", {
    "src/buildpack.ts": `import { has } from "tool";\nexport default { detect: () => has(), build() {} };\n`,
  });
  const tool = join(dir, "node_modules/tool");
  await mkdir(tool);
  const manifest = {
    name: "tool",
    version: "1.0.0",
    main: "main.cjs",
    peerDependenciesMeta: { "@absent/x": { optional: true } },
  };
  await writeFile(join(tool, "package.json"), JSON.stringify(manifest));
  await writeFile(
    join(tool, "main.cjs"),
    `exports.has = () => { try { return require("@absent/x/y"); } catch (e) { return e.code; } };`,
  );
  const { code } = await bundle([moduleIn(dir)], { cwd: root });
  expect(Buffer.from(code).toString()).toContain("Cannot find module '@absent/x/y'");
});

test.for<[string, Record<string, string>, boolean, string, string]>([
  [
    "two mistakes in two files",
    {
      "src/buildpack.ts": `import a from "left-out";\nexport default a;\nimport "./b.ts";\n`,
      "src/b.ts": "let x = ;\n",
    },
    true,
    `the buildpack could not be compiled:
  bp/src/b.ts:1:9: Unexpected ";"
  bp/src/buildpack.ts:1:15: Could not resolve "left-out"`,
    "Correct the lines named above; an import that is not found has to be installed first (npm install).",
  ],
  [
    "no framework",
    { "src/buildpack.ts": "export default {};\n" },
    false,
    `the buildpack could not be compiled:
  <the generated entry>:1:31: Could not resolve "libcnb/runtime"`,
    "Put the buildpack into a folder of the workspace, as buildpacks/ are, so that it finds libcnb.",
  ],
])("%s are reported with file, line and column", async ([, files, installed, message, hint]) => {
  const dir = await folder("bp", files, installed);
  await expect(bundle([moduleIn(dir)], { cwd: root })).rejects.toMatchObject({ code: "COMPILE_FAILED", message, hint });
});
