import { basename, dirname, join, resolve } from "node:path";
import type { BuildpackToml } from "libcnb/spec";
import type { BuilderToml } from "../builder/toml/builder-toml.ts";
import type { PackageToml } from "../buildpackage/package-toml.ts";
import type { Checks } from "./checks.ts";
import type { SourceFile } from "./code/author-code.ts";
import { type LintDocument, located, parseDocument, readText } from "./document.ts";
import type { Finding, Problem } from "./finding.ts";
import { membersOf, readPackage } from "./members.ts";
import { moduleFindings } from "./module-findings.ts";
import { checkBuilderMembers } from "./rules/builder-rules.ts";
import { checkDependencies, checkMembers, withoutPackageToml } from "./rules/composite-rules.ts";
import { checkDescriptor } from "./rules/descriptor-rules.ts";
import { checkOrder } from "./rules/order-rules.ts";
import {
  checkBaseToml,
  checkBuilderToml,
  checkPackageToml,
  checkProjectToml,
  type Decoded,
} from "./rules/platform-rules.ts";

/** The findings about a descriptor and the code that belongs to it. */
export interface DocumentFindings {
  readonly findings: readonly Finding[];
  /** The files of code that were read. */
  readonly sources: readonly SourceFile[];
  /** False if errors prevented some rules from being applied. */
  readonly isComplete: boolean;
}

interface DocumentChecks extends Checks {
  /** The paths of all files of this run. */
  readonly listed: ReadonlySet<string>;
}

/** Applies the rules to one descriptor. */
export async function findingsOf(document: LintDocument, checks: DocumentChecks): Promise<DocumentFindings> {
  switch (document.kind) {
    case "buildpack":
    case "extension":
      return moduleDocument(document, document.kind, checks);
    case "package": {
      const { value, problems } = checkPackageToml(document);
      const others = value === undefined ? [] : await packageFindings(document, value, checks);
      return { findings: [...locatedAll(document, problems), ...others], sources: [], isComplete: value !== undefined };
    }
    case "builder": {
      const { value, problems } = checkBuilderToml(document);
      const others = value === undefined ? [] : await builderProblems(document, value);
      return { findings: locatedAll(document, [...problems, ...others]), sources: [], isComplete: value !== undefined };
    }
    case "base":
      return wholeFile(document, checkBaseToml(document));
    case "project":
      return wholeFile(document, checkProjectToml(document));
  }
}

const wholeFile = (document: LintDocument, { value, problems }: Decoded<unknown>): DocumentFindings => ({
  findings: locatedAll(document, problems),
  sources: [],
  isComplete: value !== undefined,
});

const locatedAll = (document: LintDocument, problems: readonly Problem[]): Finding[] =>
  problems.map((problem) => located(document, problem));

async function moduleDocument(
  document: LintDocument,
  kind: "buildpack" | "extension",
  checks: DocumentChecks,
): Promise<DocumentFindings> {
  const { descriptor, problems } = checkDescriptor(document, kind);
  const own = locatedAll(document, problems);
  if (descriptor === undefined) return { findings: own, sources: [], isComplete: false };
  const order = descriptor.order.length === 0 ? [] : await orderProblems(document, descriptor);
  const isPackageable = own.every(({ severity }) => severity !== "error");
  const module = await moduleFindings({ document, kind, descriptor, isPackageable }, checks);
  return { ...module, findings: [...own, ...locatedAll(document, order), ...module.findings] };
}

/** The problems of a composite buildpack, whose package.toml is next to it. */
async function orderProblems(document: LintDocument, descriptor: BuildpackToml): Promise<readonly Problem[]> {
  const dir = dirname(document.file);
  const packageToml = await readPackage(dir);
  const isOwn = packageToml !== undefined && resolve(dir, packageToml.uri) === dir;
  const members = await membersOf(isOwn ? packageToml.dependencies : [], dir);
  const targetsOf = ({ id }: { readonly id: string }) => members.targets.get(id);
  const unmatched = checkOrder(descriptor.order, "order", targetsOf);
  if (packageToml === undefined && "text" in (await readText(join(dir, "package.toml")))) return unmatched;
  if (!isOwn) return [...unmatched, withoutPackageToml()];
  const { order, buildpack } = descriptor;
  return [...unmatched, ...checkMembers({ id: buildpack.id, document, order, members })];
}

/** The findings about a package.toml. Those about its buildpack are added unless that is checked by itself. */
async function packageFindings(
  document: LintDocument,
  packageToml: PackageToml,
  { listed }: DocumentChecks,
): Promise<readonly Finding[]> {
  const base = dirname(document.file);
  const file = join(resolve(base, packageToml.uri), "buildpack.toml");
  const read = await readText(file);
  if (!("text" in read)) return [];
  const main = parseDocument(file, "buildpack", read.text);
  if (!("table" in main)) return [];
  const { descriptor } = checkDescriptor(main, "buildpack");
  if (descriptor === undefined) return [];
  const members = await membersOf(packageToml.dependencies, base);
  const { order, buildpack } = descriptor;
  const own = locatedAll(document, checkDependencies(packageToml, { order, members }));
  const isSeparate = dirname(file) !== base || basename(document.file) !== "package.toml";
  if (!isSeparate && listed.has(file)) return own;
  return [...own, ...locatedAll(main, checkMembers({ id: buildpack.id, document: main, order, members }))];
}

async function builderProblems(document: LintDocument, builder: BuilderToml): Promise<readonly Problem[]> {
  const uris = builder.buildpacks.map(({ uri }) => uri);
  const members = await membersOf(uris, dirname(document.file));
  const targetsOf = ({ id }: { readonly id: string }) => members.targets.get(id);
  const groups = builder.order.map(({ group }) =>
    group.map(({ id, version, optional = false }) => ({ id, version, optional })),
  );
  const { pre = [], post = [] } = builder.system ?? {};
  const named = { order: groups, system: [...pre, ...post] };
  return [...checkOrder(groups, "order", targetsOf), ...checkBuilderMembers(named, members)];
}
