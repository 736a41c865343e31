import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagesOf } from "./packages.ts";
import { readInstallations } from "./pnpm.ts";
import { projectsOf, prune } from "./prune.ts";
import { linesOf, listed, type Pnpm, realPnpm } from "./test-pnpm.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// an alias, a scope, a command, two versions of one package, one for other systems, and a workspace for development
const tiny = {
  dirs: ["packages/lib", "packages/tool", "packages/web"],
  files: {
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
    "package.json": json({
      name: "root",
      version: "1.0.0",
      private: true,
      dependencies: { ms: "2.1.3" },
      devDependencies: { "is-number": "7.0.0" },
    }),
    "packages/web/package.json": json({
      name: "web",
      version: "1.0.0",
      dependencies: { lib: "workspace:*", "is-odd": "3.0.1", even: "npm:is-odd@0.1.2" },
      devDependencies: { tool: "workspace:*", "@types/ms": "0.7.34", semver: "7.6.0" },
      optionalDependencies: { fsevents: "2.3.3" },
    }),
    "packages/lib/package.json": json({ name: "lib", version: "1.0.0", dependencies: { "kind-of": "6.0.3" } }),
    "packages/tool/package.json": json({ name: "tool", version: "1.0.0", dependencies: { semver: "7.5.4" } }),
  },
};

// hundreds of packages: peers, several versions, native ones, hoisted differently without those for development
const large = {
  dirs: [],
  files: {
    "package.json": json({
      name: "large",
      version: "1.0.0",
      dependencies: {
        express: "4.21.2",
        fastify: "5.2.1",
        sharp: "0.33.5",
        next: "14.2.20",
        react: "18.3.1",
        "react-dom": "18.3.1",
      },
      devDependencies: { eslint: "9.18.0", jest: "29.7.0", semver: "7.6.0", typescript: "5.7.3", vite: "5.4.14" },
    }),
    "pnpm-workspace.yaml": "packages: []\nstrictDepBuilds: false\n",
  },
};

// hundreds of packages are installed three times
const maxWait = { timeout: 600_000 };

const isAll = process.env.LIBCNB_TEST_ALL === "1";
const versions = isAll ? ["8.15.9", "9.15.9", "10.34.9", "11.28.11", "12.21.0"] : ["10.34.9"];

describe.for(versions)("for an app of pnpm %s, the buildpack", (version) => {
  let pnpm: Pnpm;
  beforeAll(async () => {
    pnpm = await realPnpm(version);
  });
  afterAll(() => pnpm.remove());

  test.for(isAll ? [tiny, large] : [tiny])(
    "lists and keeps the same packages as pnpm ($dirs.length workspaces)",
    maxWait,
    async (given) => {
      const app = await pnpm.app(given.files);
      const dir = await pnpm.installed(app);
      const installations = await readInstallations(dir, given.dirs);
      const starts = projectsOf(installations);
      const theirs = listed(await pnpm.run(dir, "ls", "--json", "--depth", "Infinity", "--recursive"));
      expect(keysOf(packagesOf(installations, starts))).toEqual(theirs);
      prune(installations, starts);
      expect(withoutHiddenCommands(dir)).toEqual(
        withoutHiddenCommands(await pnpm.installed(app, "--prod", "--offline")),
      );
    },
  );

  test.for(isAll ? [tiny, large] : [])(
    "keeps all required packages with a flat layout ($dirs.length workspaces)",
    maxWait,
    async (given) => {
      const dir = await pnpm.installed(await pnpm.app(given.files), "--config.node-linker=hoisted");
      const before = await readInstallations(dir, given.dirs);
      const starts = projectsOf(before);
      const needed = packagesOf(before, starts).filter(({ scope }) => scope !== "development");
      prune(before, starts);
      // the record is gone, what it says of the rest is as true as before
      expect(keysOf(packagesOf(before, starts))).toEqual(keysOf(needed));
    },
  );
});

const keysOf = (packages: ReturnType<typeof packagesOf>): readonly string[] =>
  [
    ...new Set(packages.filter(({ role }) => role === undefined).map(({ name, version }) => `${name}@${version}`)),
  ].toSorted();

/** Commands that packages can call without having declared them are not made anew: nothing looks for them at launch. */
const withoutHiddenCommands = (dir: string): readonly string[] =>
  linesOf(dir).filter((line) => !line.startsWith("node_modules/.pnpm/node_modules/.bin/"));
