import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { writeFiles } from "libcnb/testing";
import { describe, expect, test, vi } from "vitest";
import type { Package } from "../package-manager.ts";
import { berry } from "../yarn-berry/berry.ts";
import { classic } from "../yarn-classic/classic.ts";
import { copyOf, inInstalled, linesOf, withYarn, type Yarn } from "./test-yarn.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// an alias, a scope, a command, and workspaces
const tiny = (range: string) => ({
  "package.json": json({
    name: "root",
    version: "1.0.0",
    private: true,
    workspaces: ["packages/*"],
    dependencies: { semver: "7.6.0", "old-number": "npm:is-number@6.0.0" },
    devDependencies: { "kind-of": "6.0.3", mkdirp: "1.0.4" },
  }),
  "packages/web/package.json": json({
    name: "web",
    version: "1.0.0",
    dependencies: { lib: range, "is-odd": "3.0.1" },
    devDependencies: { "@types/ms": "0.7.34" },
  }),
  "packages/lib/package.json": json({ name: "lib", version: "1.0.0", dependencies: { ms: "2.1.3" } }),
});

// hundreds of packages: several versions, peers, one for other systems
const large = () => ({
  "package.json": json({
    name: "large",
    version: "1.0.0",
    private: true,
    dependencies: { express: "4.21.2", react: "18.3.1", "react-dom": "18.3.1", pino: "9.5.0", debug: "4.4.0" },
    devDependencies: { eslint: "9.17.0", jest: "29.7.0", typescript: "5.7.2" },
  }),
});

const isAll = process.env.LIBCNB_TEST_ALL === "1";
if (isAll) vi.setConfig({ testTimeout: 900_000 }); // each installs hundreds of packages three times
const apps = isAll
  ? ([
      ["a small app", tiny],
      ["a large app", large],
    ] as const)
  : ([["a small app", tiny]] as const);

/** `name@version` of all but the app, or of all but its workspaces as well. */
const named = (packages: readonly Package[], without: readonly (string | undefined)[]): readonly string[] => {
  const listed = packages.filter(({ role }) => !without.includes(role));
  return [...new Set(listed.map(({ name, version }) => `${name}@${version}`))].toSorted();
};

// without Yarn's records of its own runs, and directories for commands that are empty
const withoutRecords = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/(\.yarn-integrity|\.yarn-state\.yml|install-state\.gz|\.package-map\.json) /.test(line));

describe.each(apps)("in %s,", (_, files) => {
  test("the buildpack lists the same packages and keeps the same production files as Yarn 1", async () => {
    await withYarn("1.22.22", async (yarn) => {
      await inInstalled(
        yarn,
        { manager: classic, files: await locked(yarn, files("*")) },
        async ({ dir, work, packages }) => {
          expect(named(packages, ["app"])).toEqual(listedBy1(await yarn.run(dir, ["list", "--json", "--no-progress"])));
          const own = await copyOf(dir, yarn.base);
          await yarn.run(own, ["install", "--production", "--frozen-lockfile", "--ignore-scripts", "--ignore-engines"]);
          await classic.prune(work);
          expect(withoutRecords(linesOf(dir))).toEqual(withoutRecords(linesOf(own)));
        },
      );
    });
  });

  test.each(isAll ? ["node-modules", "pnp", "pnpm"] : ["node-modules"])(
    "the buildpack lists the same packages and keeps the same production files as Yarn 4 with the linker %s",
    async (linker) => {
      const settings = { ".yarnrc.yml": `nodeLinker: ${linker}\n` };
      await withYarn("4.18.1", async (yarn) => {
        const app = await locked(yarn, { ...files("workspace:*"), ...settings });
        await inInstalled(yarn, { manager: berry, files: app }, async ({ dir, work, packages }) => {
          expect(named(packages, ["app", "workspace"])).toEqual(
            listedBy4(await yarn.run(dir, ["info", "--all", "--recursive", "--json"])),
          );
          const own = await copyOf(dir, yarn.base);
          await yarn.run(own, ["workspaces", "focus", "--all", "--production"], cachesFor(linker, yarn));
          await berry.prune(work);
          // Yarn leaves archives of what it has removed
          const left = linesOf(own).filter((line) => linker !== "pnp" || !line.startsWith(".yarn/cache"));
          const ours = linesOf(dir).filter((line) => linker !== "pnp" || !line.startsWith(".yarn/cache"));
          expect(withoutRecords(ours)).toEqual(withoutRecords(left));
        });
      });
    },
  );
});

const cachesFor = (linker: string, { base }: Yarn): Readonly<Record<string, string>> =>
  linker === "pnp"
    ? { YARN_ENABLE_GLOBAL_CACHE: "0" }
    : { YARN_ENABLE_GLOBAL_CACHE: "0", YARN_ENABLE_MIRROR: "0", YARN_CACHE_FOLDER: `${base}/downloads` };

/** The files with the lockfile that Yarn makes for them. */
async function locked(yarn: Yarn, files: Readonly<Record<string, string>>) {
  const dir = await mkdtemp(`${yarn.base}/locked-`);
  await writeFiles(dir, files);
  await writeFile(`${dir}/yarn.lock`, "");
  const isFirst = yarn.version.startsWith("1.");
  await yarn.run(
    dir,
    isFirst ? ["install", "--ignore-scripts", "--non-interactive"] : ["install", "--mode=update-lockfile"],
    {
      YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
      YARN_CACHE_FOLDER: `${yarn.base}/downloads`,
      YARN_ENABLE_GLOBAL_CACHE: "0",
      ...(isFirst ? {} : { YARN_GLOBAL_FOLDER: `${yarn.base}/downloads` }),
    },
  );
  return { ...files, "yarn.lock": await readFile(`${dir}/yarn.lock`, "utf8") };
}

interface ListedTree {
  readonly name: string;
  readonly shadow?: boolean;
  readonly color?: string | null;
  readonly children?: readonly ListedTree[];
}

/** `yarn list` shows packages for other systems as well. */
function listedBy1(output: string): readonly string[] {
  const { data } = JSON.parse(output.split("\n")[0] ?? "") as {
    readonly data: { readonly trees: readonly ListedTree[] };
  };
  const names = (trees: readonly ListedTree[]): readonly string[] =>
    trees.flatMap(({ name, shadow, color, children = [] }) => [
      ...(shadow === true || color === "dim" ? [] : [name]),
      ...names(children),
    ]);
  return [...new Set(names(data.trees).map(withoutAlias).filter(isForHere))].toSorted();
}

// the name is that of the directory
const withoutAlias = (name: string): string => name.replace(/^old-number@/, "is-number@");

function listedBy4(output: string): readonly string[] {
  const entries = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const names = entries.flatMap(({ value, children }) =>
    value.includes("@workspace:") ? [] : [`${value.replace(/^(@?[^@]+)@.*$/, "$1")}@${children.Version}`],
  );
  return [...new Set(names)].filter(isForHere).toSorted();
}

const isForHere = (name: string): boolean => !name.startsWith("fsevents@");
