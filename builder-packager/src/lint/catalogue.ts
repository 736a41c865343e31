/**
 * The severity of a rule. `error`: packaging or every build fails, or the setting can never work.
 */
export type Severity = "error" | "warning";

/** The description of a rule. */
export interface Rule {
  readonly severity: Severity;
  /** One sentence: the state that the rule reports. */
  readonly summary: string;
  /** The consequence for users, and the remedy. */
  readonly why: string;
  /** True if `--fix` corrects some or all findings. */
  readonly fixable?: true;
}

/**
 * All rules of `cnb lint`. The codes never change, because comments that switch rules off, and
 * reports, contain them.
 */
export const ruleCatalogue = {
  "compile-error": {
    severity: "error",
    summary:
      "The bundler refuses the code: it has a syntax error, or imports a module or an export that does not exist.",
    why: "`cnb buildpack package` fails with `COMPILE_FAILED`. Correct the code, or install the package.",
  },
  "composite-mismatch": {
    severity: "error",
    summary:
      "The order of a composite buildpack does not match the dependencies in its package.toml, or the order in a builder.toml does not match the buildpacks in it.",
    why: "Packaging fails, because each member of an order needs a version and a dependency, and each dependency must be a member. `--fix` writes the version of the dependency into the order.",
    fixable: true,
  },
  "configuration-undeclared": {
    severity: "error",
    summary: "The code reads an environment variable that `[[metadata.configurations]]` does not declare.",
    why: "If the code reads the variable through `config`, the build fails with `CONFIG_UNDECLARED`. Declare the variable, so that users can find it.",
  },
  "configuration-undocumented": {
    severity: "warning",
    summary:
      "The README does not contain the name of an environment variable that `[[metadata.configurations]]` declares.",
    why: "Users do not find the variable. Add it to the README.",
  },
  "configuration-unread": {
    severity: "warning",
    summary:
      "Neither the code nor another packaged file contains the name of an environment variable that `[[metadata.configurations]]` declares.",
    why: "If a user sets the variable, nothing changes. Read the variable in the code, or remove its declaration.",
  },
  "dead-target": {
    severity: "error",
    summary:
      "A target can never be selected: its `os` or `arch` does not exist, an earlier target includes it, or the buildpack cannot be packaged for it.",
    why: "The target has no effect, or packaging for it fails. `--fix` corrects names from other tools, such as `x86_64`, and removes targets that an earlier target includes.",
    fixable: true,
  },
  "dependency-architecture": {
    severity: "warning",
    summary: "A release line in the inventory has no release for one of the buildpack's targets.",
    why: "If an app requests the release line on this platform, the build fails. Add a release, or remove the target.",
  },
  "dependency-checksum": {
    severity: "warning",
    summary: "A dependency has no checksum.",
    why: "The buildpack cannot detect that the file was changed, does not cache the download, and cannot be packaged with `--offline`. Add `checksum`.",
  },
  "dependency-duplicate": {
    severity: "warning",
    summary: "Two dependencies are the same release for the same platform.",
    why: "The buildpack installs only one of them. Remove the other.",
  },
  "dependency-end-of-life": {
    severity: "warning",
    summary: "A dependency has reached its end of life, or will reach it within a month.",
    why: "The dependency gets no security fixes, and the build log warns users. Remove the dependency, or switch the rule off in a comment that gives the reason.",
  },
  "dependency-license": {
    severity: "warning",
    summary: "A dependency has no licence.",
    why: "The SBOM of the image lacks the licence. Add `licenses`.",
  },
  "dependency-order": {
    severity: "warning",
    summary: "The releases of a dependency are not sorted by version.",
    why: "In an unsorted list, reviewers overlook missing releases and duplicates. Sort each dependency's releases, oldest or newest first.",
  },
  "dependency-url": {
    severity: "error",
    summary: "A request to the URL of a dependency fails. `cnb lint` applies this rule only with `--check-urls`.",
    why: "The buildpack cannot download the dependency. Correct the URL.",
  },
  "invalid-toml": {
    severity: "error",
    summary: "A file is not TOML, or cannot be read.",
    why: "No tool can read the file.",
  },
  "invalid-value": {
    severity: "error",
    summary: "A value is missing, or violates the specification.",
    why: "Packaging, or each build, fails with the same message.",
  },
  license: {
    severity: "warning",
    summary: "A buildpack or extension has no licence.",
    why: "Users cannot know whether they may use the buildpack. Add `[[buildpack.licenses]]`. `--fix` copies the licence in package.json.",
    fixable: true,
  },
  "license-unknown": {
    severity: "warning",
    summary: "A licence is neither an identifier of the SPDX list nor an SPDX expression.",
    why: "Tools that check licences do not recognize it. `--fix` corrects the case of an identifier.",
    fixable: true,
  },
  "no-effect": {
    severity: "warning",
    summary: "A setting is valid, but has no effect.",
    why: "Remove the setting, or correct what prevents its effect.",
  },
  "order-never-matches": {
    severity: "error",
    summary: "A group of an order, or one of its members, can never take part in a build.",
    why: "The group is empty, repeats an earlier group, or requires members that have no common target. If a group names a member twice, the lifecycle skips the second entry. Correct the group, or remove it.",
  },
  "runtime-import": {
    severity: "warning",
    summary: "The code uses something from Node.js that the small engine lacks.",
    why: 'The build phase then runs on Node.js, and the package also contains Node.js (40 MB). If the detect phase needs the import, it starts on the small engine and then again on Node.js. Use another API, or declare `"libcnb": { "runtime": "node" }` in package.json.',
  },
  "sbom-formats": {
    severity: "warning",
    summary: "A buildpack creates SBOMs, but `sbom-formats` is missing or contains an unknown media type.",
    why: "The framework writes no SBOM in a format that is not declared, and the lifecycle refuses a file in such a format. `--fix` declares the three formats.",
    fixable: true,
  },
  "suppression-unknown": {
    severity: "warning",
    summary: "A comment switches off a rule that does not exist.",
    why: "The comment has no effect. Correct the code of the rule.",
  },
  "suppression-unused": {
    severity: "warning",
    summary: "A comment switches off a rule that reports nothing at this location.",
    why: "The comment would hide a later mistake. `--fix` removes the comment.",
    fixable: true,
  },
  "suppression-without-reason": {
    severity: "warning",
    summary: "A comment switches off a rule without a reason.",
    why: "A reviewer cannot decide whether the comment is still needed. Write the reason after a colon.",
  },
  "type-error": {
    severity: "error",
    summary: "The TypeScript compiler of the project reports an error.",
    why: "`cnb buildpack package` removes types without checking them, so the mistake appears only when a build runs the code.",
  },
  "unknown-key": {
    severity: "warning",
    summary:
      "The file contains a key that is not defined. The finding is an error if the key resembles a defined key, or if packaging refuses the key.",
    why: "The setting has no effect, or packaging fails. `--fix` corrects a key that resembles exactly one other key.",
    fixable: true,
  },
  unpackageable: {
    severity: "error",
    summary: "`cnb buildpack package` or `cnb extension package` would refuse the directory.",
    why: "The code, an executable or a file in `include-files` is missing. The finding names it.",
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** The code of a rule of `cnb lint`. */
export type RuleCode = keyof typeof ruleCatalogue;

/** Returns the description of a rule of `cnb lint`. */
export const ruleOf = (code: RuleCode): Rule => ruleCatalogue[code];

export const isRuleCode = (text: string): text is RuleCode => Object.hasOwn(ruleCatalogue, text);

/** The description of `cnb lint` in reports. */
export const lintTool = { name: "cnb lint", rules: ruleCatalogue, suppressions: "inSource" } as const;
