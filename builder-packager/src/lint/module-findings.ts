import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildpackToml, type Configuration, parseConfigurations } from "libcnb/spec";
import type { SourceModule } from "../buildpackage/module.ts";
import { readSource } from "../buildpackage/sources/source.ts";
import { chooseTargets } from "../buildpackage/target.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { exists } from "../files/exists.ts";
import { readForeignFile } from "../files/foreign-file.ts";
import { addressProblems } from "./addresses.ts";
import type { Checks } from "./checks.ts";
import { type AuthorCode, authorCode, type SourceFile } from "./code/author-code.ts";
import { codeFinding } from "./code/code-finding.ts";
import { engineFindings } from "./code/engine-findings.ts";
import { type LintDocument, located } from "./document.ts";
import type { Finding, Problem } from "./finding.ts";
import { readmeFor } from "./members.ts";
import { checkReadme, checkSbomFormats, undeclaredVariables, unreadVariables } from "./rules/code-rules.ts";
import { checkMetadata } from "./rules/descriptor-rules.ts";
import { checkInventory } from "./rules/inventory-rules.ts";
import { missingLicense } from "./rules/license-rules.ts";
import { checkTargets } from "./rules/target-rules.ts";

/** A decoded buildpack.toml or extension.toml. */
interface ModuleDocument {
  readonly document: LintDocument;
  readonly kind: ModuleKind;
  readonly descriptor: BuildpackToml;
  /** False if the descriptor has errors for which packaging is refused. */
  readonly isPackageable: boolean;
}

interface ModuleFindings {
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceFile[];
  /** False if errors prevented some rules from being applied. */
  readonly isComplete: boolean;
}

/**
 * Returns the findings about the code, the metadata and the targets of a buildpack or extension.
 */
export async function moduleFindings(given: ModuleDocument, checks: Checks): Promise<ModuleFindings> {
  const { document, kind, descriptor } = given;
  const dir = dirname(document.file);
  const module = given.isPackageable ? await openModule(given) : undefined;
  const isTypeScript = module !== undefined && "content" in module && module.content.kind === "typescript";
  const metadata = isTypeScript ? checkMetadata(document, descriptor) : [];
  const problems: Problem[] = [
    ...missingLicense(document, { kind, licenses: descriptor.buildpack.licenses, own: await licenseIn(dir) }),
    ...checkTargets(document, descriptor.targets, { isTypeScript }),
    ...metadata,
  ];
  const findings = (list: readonly Problem[]) => list.map((problem) => located(document, problem));
  const stopped = { sources: [], isComplete: false };
  if (module === undefined) return { findings: findings(problems), ...stopped };
  if ("problem" in module) return { findings: findings([...problems, module.problem]), ...stopped };
  if (isTypeScript && metadata.length === 0) {
    problems.push(...checkInventory(document, { targets: descriptor.targets, now: checks.now }));
    if (checks.unreachable !== undefined) problems.push(...(await addressProblems(document, checks.unreachable)));
  }
  const code: AuthorCode =
    descriptor.order.length > 0 ? { files: [], errors: [], isComplete: false } : await authorCode(module);
  if (kind === "buildpack") problems.push(...checkSbomFormats(document, descriptor.buildpack.sbomFormats, code));
  const variables = metadata.length === 0 ? declaredVariables(descriptor, document.file) : undefined;
  if (variables !== undefined) problems.push(...(await variableProblems(variables, code, dir)));
  const undeclared = variables === undefined ? [] : undeclaredVariables(variables, code);
  const engine = code.errors.length === 0 ? await engineFindings(module, checks) : [];
  return {
    findings: [
      ...findings(problems),
      ...undeclared,
      ...code.errors.map((error) => codeFinding("compile-error", error)),
      ...engine,
    ],
    sources: code.files.filter(({ isModule }) => isModule),
    isComplete: metadata.length === 0 && code.errors.length === 0,
  };
}

async function variableProblems(
  variables: readonly Configuration[],
  code: AuthorCode,
  dir: string,
): Promise<readonly Problem[]> {
  const readme = await readmeFor(dir);
  const undocumented = readme === undefined ? [] : checkReadme(variables, readme);
  return [...unreadVariables(variables, code), ...undocumented];
}

/** The declared variables; undefined if another framework has another form for them. */
function declaredVariables({ metadata }: BuildpackToml, file: string) {
  try {
    return parseConfigurations(metadata, file);
  } catch {
    return undefined;
  }
}

/**
 * Reads the module (a buildpack or an extension) as packaging does, or returns the reason for which
 * packaging refuses it.
 */
async function openModule({
  document,
  kind,
  descriptor,
}: ModuleDocument): Promise<SourceModule | { readonly problem: Problem }> {
  const dir = dirname(document.file);
  try {
    const unreadable = await irregularManifest(dir);
    if (unreadable) return { problem: unpackageable("package.json is not a regular file") };
    const { targets } = await chooseTargets([], [], { dir, descriptor });
    return await readSource(dir, kind, targets[0]);
  } catch (error) {
    return { problem: unpackageable(error instanceof Error ? error.message : String(error)) };
  }
}

const unpackageable = (message: string): Problem => ({ rule: "unpackageable", message });

/** True for a pipe or a device, which would be read without end. */
const irregularManifest = async (dir: string): Promise<boolean> => {
  const file = join(dir, "package.json");
  return (await exists(file)) && (await manifestBytes(file)) === undefined;
};

const mostBytes = 1024 ** 2;

const manifestBytes = async (file: string): Promise<Buffer | undefined> => {
  return readForeignFile(await realpath(file), mostBytes).catch(() => Buffer.alloc(0));
};

/** The licence in package.json, for `--fix`. */
async function licenseIn(dir: string): Promise<string | undefined> {
  const file = join(dir, "package.json");
  if (!(await exists(file))) return undefined;
  try {
    const { license } = JSON.parse((await manifestBytes(file))?.toString("utf8") ?? "{}") as { license?: unknown };
    return typeof license === "string" ? license : undefined;
  } catch {
    return undefined;
  }
}
