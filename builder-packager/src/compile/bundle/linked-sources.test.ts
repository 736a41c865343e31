// @needs processes
import { access, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFiles } from "libcnb/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundle } from "./bundle.ts";

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "linked-sources-"));
  await mkdir(join(root, "node_modules"));
  await symlink(framework, join(root, "node_modules/libcnb"));
  await writeFiles(root, {
    "node_modules/left/index.js": "exports.left = 1;\n",
    "node_modules/left/package.json": `{ "name": "left" }`,
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const source = `import { defineBuildpack, pass } from "libcnb";
import { left } from "left";
console.log(left);
export default defineBuildpack({ detect: () => pass(), build: () => ({}) });
`;

test.for([
  ["a symbolic link at src", "shared/buildpack.ts", "shared", "bp/src"],
  ["a symbolic link at the buildpack's directory", "deep/er/bp/src/buildpack.ts", "deep/er/bp", "bp"],
] as const)("sources behind %s are bundled with their packages", async ([, file, target, link]) => {
  await writeFiles(root, { [file]: source });
  await mkdir(join(root, link, ".."), { recursive: true });
  await symlink(join(root, target), join(root, link));
  const entry = join(root, "bp/src/buildpack.ts");
  const { files } = await bundle([{ id: "me/linked", entry }], { cwd: join(root, "bp") });
  const paths = files.map(({ path }) => path);
  await Promise.all(paths.map((path) => access(path)));
  expect(paths).toContain(await realpath(join(root, "node_modules/left/index.js")));
});
