import { join } from "node:path";
import type { BuildpackToml } from "libcnb/spec";
import { decodeDescriptor, type ModuleKind } from "../../config/module-descriptor.ts";
import type { ModuleFacts } from "../../config/module-labels.ts";
import { withPositions } from "../../config/problems.ts";
import { readConfigFile } from "../../config/read-file.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { ModuleInfo } from "../builders/builder-labels.ts";
import { moduleFacts, type PackageFacts } from "./package-facts.ts";

/**
 * Gathers the facts in a directory's buildpack.toml or extension.toml. Only the names of a
 * composite buildpack's members are returned, because the members are in other directories.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID.
 */
export async function sourceFacts(
  dir: string,
  kind: ModuleKind,
  options: { readonly depth?: number } = {},
): Promise<PackageFacts> {
  const file = join(dir, `${kind}.toml`);
  const text = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("BUILDPACK_NOT_FOUND", `there is no ${kind} in ${dir}: cannot read ${kind}.toml: ${reason}`, {
        hint: `Pass the directory that contains ${kind}.toml.`,
      }),
    tooLarge: (reason) => new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const toml = withPositions("BUILDPACK_INVALID", { file, source: text }, () => decodeDescriptor(kind, text, file));
  const { id, version } = toml.buildpack;
  const facts = factsOf(toml);
  const layers = { [id]: { [version]: { ...facts, layerDiffID: "" } } };
  return moduleFacts({ main: infoOf(toml), modules: [{ id, version, facts }], kind, layers, where: file }, options);
}

function factsOf({ api, stacks, targets, order, buildpack: { name, homepage } }: BuildpackToml): ModuleFacts {
  const members = order.map((group) => ({
    group: group.map(({ id, version, optional }) => ({
      id,
      ...defined({ version, optional: optional || undefined }),
    })),
  }));
  return {
    api,
    stacks,
    targets,
    order: members,
    ...defined({ name: name || undefined, homepage: homepage || undefined }),
  };
}

const infoOf = ({ buildpack }: BuildpackToml): ModuleInfo => ({
  id: buildpack.id,
  version: buildpack.version,
  ...defined({
    name: buildpack.name || undefined,
    description: buildpack.description || undefined,
    homepage: buildpack.homepage || undefined,
  }),
  keywords: buildpack.keywords,
  "exec-env": buildpack.execEnv,
  licenses: buildpack.licenses.map(({ type, uri }) => defined({ Type: type || undefined, URI: uri || undefined })),
  "clear-env": buildpack.clearEnv,
});
