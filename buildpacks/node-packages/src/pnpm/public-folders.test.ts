import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { hideUsers, publicName, usersIn } from "./public-folders.ts";

test("user names and passwords in the URLs of a pnpm lockfile are found", () => {
  const text = `a: git+https://me:pw@x.test/a.git, "b": "http://t0ken@x.test", https://x.test/@b, git+ssh://git@x.test/c`;
  expect([...usersIn(text)]).toEqual(["me:pw", "t0ken"]);
});

const users = new Set(["me:pw", "github_pat_11_abc"]);

test.for<[string, string]>([
  ["dep@git+https+++me+pw@x.test+dep.git+1f2e", "dep@git+https+++x.test+dep.git+1f2e"],
  ["dep@https+++github_pat_11_abc@x.test+dep.tgz_react@19.0.0", "dep@https+++x.test+dep.tgz_react@19.0.0"],
  ["dep@git+https+++github_pat_11_a_0123456789abcdef", "dep@git+https+++_0123456789abcdef"],
  ["dep@git+https+++x.test+dep.git+1f2e_react@19.0.0", "dep@git+https+++x.test+dep.git+1f2e_react@19.0.0"],
  ["dep@1.0.0_react@19.0.0", "dep@1.0.0_react@19.0.0"],
])("the pnpm directory %j is renamed to %j, without credentials", ([name, expected]) =>
  expect(publicName(name, users)).toBe(expected),
);

test("links and commands are updated if a directory with credentials in its name is renamed", async () => {
  const [secret, open] = ["dep@git+https+++me+pw@x.test+dep.git+1f2e", "dep@git+https+++x.test+dep.git+1f2e"];
  const files = (folder: string) => ({
    [`node_modules/.pnpm/${folder}/node_modules/dep/index.js`]: "1",
    "node_modules/.pnpm/other@1.0.0/node_modules/dep": `-> ../../${folder}/node_modules/dep`,
    "node_modules/.pnpm/other@1.0.0/node_modules/other/index.js": "2",
    "node_modules/.pnpm/node_modules/dep": `-> ../${folder}/node_modules/dep`,
    "node_modules/.bin/dep": `#!/bin/sh\nexec node "$basedir/../.pnpm/${folder}/node_modules/dep/index.js"\n`,
    "web/node_modules/dep": `-> ../../node_modules/.pnpm/${folder}/node_modules/dep`,
  });
  const folders = ["gone/node_modules", "node_modules", "web/node_modules"];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: ({ app }) =>
      hideUsers(
        folders.map((each) => app.path(each)),
        users,
      ),
  });
  expect((await build(buildpack, { app: files(secret) })).app).toEqual(files(open));
});
