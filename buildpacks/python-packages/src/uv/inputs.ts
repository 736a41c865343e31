import { inDir } from "@libcnb/app-kit/folders";
import type { Table } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, type Manifest } from "../project/manifest.ts";
import type { Selection } from "../project/selection.ts";
import { decisiveLock } from "./decisive.ts";
import type { UvLock } from "./lockfile.ts";
import { decisiveVariables } from "./variables.ts";
import { copiedPaths } from "./workspace.ts";

/** The sources of an installation's inputs. */
export interface InputFiles {
  readonly root: string;
  readonly lock: UvLock | undefined;
  readonly manifests: readonly Manifest[];
  /** The text of the uv.toml; empty if there is none. */
  readonly settings: Table;
  readonly selection: Selection;
}

/** All inputs of an installation with uv. */
export async function inputsOf({ app, env }: ProjectSource, files: InputFiles): Promise<Project["inputs"]> {
  const { root, lock, manifests, settings, selection } = files;
  const copied = lock === undefined ? [] : copiedPaths(lock, root);
  return {
    "uv.lock": lock === undefined ? "" : decisiveLock(await app.readToml(inDir(root, "uv.lock"))),
    "pyproject.toml": decisiveText(manifests, "uv"),
    "uv.toml": JSON.stringify(Object.entries(settings).filter(([key]) => !/index/.test(key))),
    "folders of packages": copied.length === 0 ? "" : await app.digest(...copied),
    groups: selection.groups.join(),
    extras: selection.extras.join(),
    "variables of uv": JSON.stringify(decisiveVariables(env)),
  };
}
