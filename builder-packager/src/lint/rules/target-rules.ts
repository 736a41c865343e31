import type { DeclaredTarget } from "libcnb/spec";
import { type LintDocument, removeTable, replaceString } from "../document.ts";
import type { Problem } from "../finding.ts";

/** Names of other tools, and Go's names, which the specification uses. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  x64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  "arm64/v8": "arm64",
  armhf: "arm",
  armv7l: "arm",
  i386: "386",
  i686: "386",
  x86: "386",
};

/** The architectures of Go for the operating systems below. */
const goArchitectures =
  "386 amd64 amd64p32 arm arm64 armbe loong64 mips mipsle mips64 mips64le mips64p32 ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split(
    " ",
  );
const systems =
  "aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows".split(" ");

/** The form of the ID in os-release. */
const distribution = /^[a-z0-9._-]+$/;

/** Reports targets that can never be selected. */
export function checkTargets(
  document: LintDocument,
  targets: readonly DeclaredTarget[],
  { isTypeScript = false }: { readonly isTypeScript?: boolean } = {},
): readonly Problem[] {
  const seen = new Map<string, number>();
  return targets.flatMap((target, index) => {
    const path = `targets[${index}]`;
    const problems = [...nameProblems(document, target, path), ...compilerProblem(target, path, isTypeScript)];
    const covering = broaderKeys(target).flatMap((key) => seen.get(key) ?? [])[0];
    if (!seen.has(keyOf(target))) seen.set(keyOf(target), index);
    return covering === undefined ? problems : [...problems, covered(document, path, covering)];
  });
}

function nameProblems(
  document: LintDocument,
  { os, arch, distros = [] }: DeclaredTarget,
  path: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const unknown = (key: string, value: string, what: string, name: string | undefined) => {
    const advice = name === undefined ? "" : `; write ${JSON.stringify(name)}`;
    const message = `no ${what} has the name ${JSON.stringify(value)}${advice}`;
    const edits = name === undefined ? [] : replaceString(document, `${path}.${key}`, name);
    problems.push({ rule: "dead-target", path: `${path}.${key}`, message, edits });
  };
  if (os && !systems.includes(os)) unknown("os", os, "operating system", known(os.toLowerCase(), systems));
  if (arch && !goArchitectures.includes(arch))
    unknown(
      "arch",
      arch,
      "architecture",
      architectures[arch.toLowerCase()] ?? known(arch.toLowerCase(), goArchitectures),
    );
  for (const [index, { name }] of distros.entries())
    if (name && !distribution.test(name))
      unknown(
        `distros[${index}].name`,
        name,
        "distribution",
        distribution.test(name.toLowerCase()) ? name.toLowerCase() : undefined,
      );
  return problems;
}

const known = (name: string, names: readonly string[]): string | undefined => (names.includes(name) ? name : undefined);

/** A buildpack in TypeScript is compiled for Linux on two architectures. */
function compilerProblem({ os, arch }: DeclaredTarget, path: string, isTypeScript: boolean): readonly Problem[] {
  if (!isTypeScript) return [];
  const isKnown = (!arch || goArchitectures.includes(arch)) && (!os || systems.includes(os));
  const canCompile = (!os || os === "linux") && (!arch || arch === "amd64" || arch === "arm64");
  if (canCompile || !isKnown) return [];
  const message = `TypeScript cannot be compiled for ${os || "linux"}/${arch || "amd64"}, only for linux/amd64 and linux/arm64`;
  return [{ rule: "dead-target", path, message }];
}

const covered = (document: LintDocument, path: string, by: number): Problem => ({
  rule: "dead-target",
  severity: "warning",
  path,
  message: `targets[${by}] covers this target`,
  edits: removeTable(document, path),
});

type Fields = Pick<DeclaredTarget, "os" | "arch" | "variant" | "distros">;

const keyOf = ({ os = "", arch = "", variant = "", distros = [] }: Fields): string =>
  JSON.stringify([os, arch, variant, distros.map(({ name, version = "" }) => `${name}@${version}`).sort()]);

/** The keys of all targets that select at least the platforms of this one: each field is equal or empty. */
function broaderKeys({ os = "", arch = "", variant = "", distros = [] }: DeclaredTarget): readonly string[] {
  return [os, ""].flatMap((system) =>
    [arch, ""].flatMap((architecture) =>
      [variant, ""].flatMap((each) =>
        [distros, []].map((list) => keyOf({ os: system, arch: architecture, variant: each, distros: list })),
      ),
    ),
  );
}
