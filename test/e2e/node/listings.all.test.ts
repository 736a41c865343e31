import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "../../../buildpacks/node-packages/src/buildpack.ts";
import { machineEnv } from "../../../buildpacks/node-packages/src/test-machine.ts";
import { appFolder } from "../../support/apps/app.ts";
import { type Command, toolOutput } from "../../support/apps/app-tools.ts";
import { root } from "../../support/cnb.ts";

const manifest = {
  name: "service",
  version: "1.0.0",
  private: true,
  dependencies: { express: "5.1.0", pg: "8.16.3" },
  devDependencies: { typescript: "5.9.3", eslint: "9.38.0", esbuild: "0.25.12" },
};

interface Tool {
  readonly lockfile: string;
  readonly install: Command;
  readonly list: Command;
  /** `name@version` of what the tool lists. */
  readonly listed: (text: string) => readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

const tools: Readonly<Record<string, Tool>> = {
  "npm 11": {
    lockfile: "package-lock.json",
    install: ["npm@11.21.2", "install", "--ignore-scripts"],
    list: ["npm@11.21.2", "ls", "--all", "--json"],
    listed: (text) => [...treeOf(JSON.parse(text))],
  },
  "Yarn 1": {
    lockfile: "yarn.lock",
    install: ["yarn@1.22.22", "install", "--ignore-scripts"],
    list: ["yarn@1.22.22", "list", "--json"],
    listed: (text) => [...shownOf(JSON.parse(text).data.trees)],
  },
  "Yarn 4": {
    lockfile: "yarn.lock",
    settings: { "yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\n" },
    install: ["@yarnpkg/cli-dist@4.18.1", "install", "--mode=skip-build"],
    list: ["@yarnpkg/cli-dist@4.18.1", "info", "--all", "--recursive", "--json"],
    listed: (text) => text.trim().split("\n").flatMap(locatorOf),
  },
  "pnpm 10": {
    lockfile: "pnpm-lock.yaml",
    install: ["pnpm@10.34.9", "install", "--ignore-scripts"],
    list: ["pnpm@10.34.9", "ls", "--json", "--depth", "Infinity"],
    listed: (text) => JSON.parse(text).flatMap((project: Listed) => [...treeOf(project)]),
  },
  Bun: {
    lockfile: "bun.lock",
    install: ["bun@1.4.5", "install", "--ignore-scripts"],
    list: ["bun@1.4.5", "pm", "ls", "--all"],
    listed: (text) => Array.from(text.matchAll(/[├└]── (\S+@\S+)/g), ([, each]) => each ?? ""),
  },
};

interface Listed {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
  readonly devDependencies?: Readonly<Record<string, Listed>>;
  readonly optionalDependencies?: Readonly<Record<string, Listed>>;
}

function* treeOf({ dependencies, devDependencies, optionalDependencies }: Listed): Generator<string> {
  for (const [name, each] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    if (each.version !== undefined) yield `${name}@${each.version}`;
    yield* treeOf(each);
  }
}

interface Shown {
  readonly name: string;
  readonly shadow?: boolean;
  readonly children?: readonly Shown[];
}

/** A shadow is what a package asks for and finds elsewhere in the tree. */
function* shownOf(trees: readonly Shown[]): Generator<string> {
  for (const { name, shadow, children } of trees) {
    if (shadow !== true) yield name;
    yield* shownOf(children ?? []);
  }
}

/** `name@npm:1.0.0`, or for each way to meet peers `name@virtual:0f1e#npm:1.0.0`. */
function locatorOf(line: string): readonly string[] {
  const { value, children } = JSON.parse(line);
  const [, name] = /^(@?[^@]+)@(?:npm|virtual|patch)/.exec(value) ?? [];
  return name === undefined ? [] : [`${name}@${children.Version}`];
}

// the listings of Yarn and pnpm are those of the lockfile, with what other systems would need
const isOfThisSystem = (each: string): boolean =>
  !each.startsWith("@esbuild/") || each.startsWith(`@esbuild/linux-${process.arch}@`);

test.for(Object.entries(tools))(
  "the list command of %s lists the same packages as the SBOM",
  async ([, { lockfile, install, list, listed, settings = {} }]) => {
    const files = { "package.json": JSON.stringify(manifest), ...settings };
    const installed = await appFolder({ files, commands: [install] });
    const wanted = [...new Set(listed(await toolOutput(list, installed)).filter(isOfThisSystem))].sort();
    expect(wanted.length).toBeGreaterThan(100);
    const { layers } = await build(nodePackages, {
      buildpack: join(root, "buildpacks/node-packages"),
      app: { ...files, [lockfile]: await readFile(join(installed, lockfile), "utf8") },
      env: machineEnv,
      downloads: "real",
    });
    const { components } = JSON.parse(String(layers["build.sbom.cdx.json"]));
    const reported = components.map(
      ({ group, name, version }: Readonly<Record<"group" | "name" | "version", string>>) =>
        [group, `${name}@${version}`].filter((part) => part !== undefined).join("/"),
    );
    expect(reported.sort()).toEqual(wanted);
  },
);
