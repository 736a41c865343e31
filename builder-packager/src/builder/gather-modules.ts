import { CnbError } from "../errors.ts";
import type { Reporter } from "../reporter.ts";
import type { BuilderToml } from "./builder-toml.ts";
import { byKey } from "./labels.ts";
import { type BuilderModule, type ModuleKind, moduleKey } from "./module.ts";
import { modulesAt, type SourceOptions } from "./module-source.ts";

/**
 * All modules that builder.toml names, sorted and each once. Of two that differ under the same id and version
 * the later one counts, as in pack.
 */
export async function gatherModules(
  { buildpacks, extensions }: BuilderToml,
  options: SourceOptions & { readonly reporter: Reporter },
): Promise<readonly BuilderModule[]> {
  const modules = new Map<string, BuilderModule>();
  const sources = [
    ...buildpacks.map((source) => ({ ...source, kind: "buildpack" as const })),
    ...extensions.map((source) => ({ ...source, kind: "extension" as const })),
  ];
  for (const source of sources) {
    options.reporter.step(`Adding ${source.uri}`);
    const found = await modulesAt(source.uri, source.kind, options);
    checkKind(source, found);
    checkIdentity(source, found);
    for (const module of found) {
      const key = `${module.kind} ${moduleKey(module)}`;
      const before = modules.get(key);
      if (before && before.layer.diffId !== module.layer.diffId) {
        options.reporter.warn(`${key} is there twice with different contents; the one of ${source.uri} is taken.`);
      }
      modules.set(key, module);
    }
  }
  return [...modules.values()].sort(byKey);
}

/** pack takes a package of the other kind, too, and puts nothing of it into the builder. */
function checkKind(
  { uri, kind }: { readonly uri: string; readonly kind: ModuleKind },
  found: readonly BuilderModule[],
): void {
  if (found.some((module) => module.kind === kind)) return;
  const other = kind === "buildpack" ? "extension" : "buildpack";
  throw new CnbError(
    "BUILDER_INVALID",
    `${uri} in [[${kind}s]] holds the ${other} ${found.map(moduleKey).join(", ")}`,
    {
      hint: `Name it in [[${other}s]] of builder.toml.`,
    },
  );
}

function checkIdentity(source: BuilderToml["buildpacks"][number], found: readonly BuilderModule[]): void {
  const matches = (module: BuilderModule) =>
    (source.id === undefined || source.id === module.id) &&
    (source.version === undefined || source.version === module.version);
  if (found.some(matches)) return;
  const wanted =
    source.id === undefined
      ? `version ${source.version}`
      : moduleKey({ id: source.id, ...(source.version && { version: source.version }) });
  throw new CnbError("BUILDER_INVALID", `${source.uri} holds ${found.map(moduleKey).join(", ")}, not ${wanted}`, {
    hint: "Correct id and version in builder.toml, or leave them out.",
  });
}
