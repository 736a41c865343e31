import type { FileMap } from "libcnb/testing";
import type { Command } from "../apps/app-tools.ts";
import { packageIndex } from "./index.ts";
import type { PrivateIndex } from "./private-index.ts";

/**
 * The app that needs a package of a private index in addition to one of the public index, in the
 * notation of a tool.
 */
export interface PrivateApp {
  readonly files: FileMap;
  /** Makes the lockfile. */
  readonly lock: readonly Command[];
}

/** The name by which apps call the index. */
export const indexName = "private";

/** The package that only the private index has. */
export const privatePackage = { name: "libcnb_private", version: "1.0" };

const dependencies = ["libcnb-private==1.0", "idna==3.10"];

const manifest = (more: string) => `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ${JSON.stringify(dependencies)}
${more}`;

/** Names an index in a file of each tool. `address`: where it is, maybe with variables of the user. */
export const privateApps = {
  pip: (address) => ({
    files: { "requirements.txt": `--extra-index-url ${address}\n${dependencies.join("\n")}\n` },
    lock: [],
  }),
  uv: (address) => ({
    files: {
      "pyproject.toml": manifest(`[[tool.uv.index]]\nname = "${indexName}"\nurl = "${address}"\n`),
    },
    lock: [["uv==0.13.9", "lock"]],
  }),
  poetry: (address) => ({
    files: {
      "pyproject.toml": manifest(
        `[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = "${indexName}"\nurl = "${address}"\npriority = "supplemental"\n`,
      ),
    },
    lock: [["poetry==2.5.1", "lock"]],
  }),
  pipenv: (address, main) => ({
    files: {
      Pipfile: `${source("pypi", main)}${source(indexName, address)}[packages]
idna = "==3.10"
libcnb-private = {version = "==1.0", index = "${indexName}"}
`,
    },
    lock: [["pipenv==2026.10.3", "lock"]],
  }),
  pdm: (address) => ({
    files: {
      "pyproject.toml": manifest(
        `[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "${indexName}"\nurl = "${address}"\n`,
      ),
    },
    lock: [["pdm==2.29.3", "lock"]],
  }),
} as const satisfies Readonly<Record<string, (address: string, publicIndex: string) => PrivateApp>>;

export type PrivateTool = keyof typeof privateApps;

const source = (name: string, url: string) => `[[source]]
name = "${name}"
url = "${url}"
verify_ssl = true

`;

/** The app of a tool; the index lets everybody in while the lockfile is made, as a developer has logged in. */
export const privateApp = async (tool: PrivateTool, address: string): Promise<PrivateApp> =>
  privateApps[tool](address, await packageIndex());

/** Lets everybody in while something is done. */
export async function whileOpen<Value>(index: PrivateIndex, act: () => Promise<Value>): Promise<Value> {
  index.isOpen = true;
  try {
    return await act();
  } finally {
    index.isOpen = false;
  }
}
