import { checkDockerfile } from "libcnb";
import { dockerfileFacts, nameOf } from "libcnb/internal";
import type { GroupElement } from "libcnb/lifecycle-rules";
import { lifecycleArguments, parseExtendConfigToml } from "libcnb/spec";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { refusedFlags } from "./command-mounts.ts";
import type { ExtendedKind, GeneratedDockerfile } from "./generated.ts";

/**
 * A directory that is read as a process in the sandbox would read it, so that a symbolic link
 * cannot lead to files of this machine.
 */
export interface GeneratedDirectory {
  readonly files: SandboxFiles;
  readonly dir: string;
}

const kinds: readonly ExtendedKind[] = ["run", "build"];

/**
 * Reads and validates the Dockerfiles of an extension. If the extension provides no build context,
 * the app's directory is the context.
 *
 * @throws CnbError EXTENSION_OUTPUT_INVALID.
 */
export async function readGenerated(
  { work }: Pick<BuildEnvironment, "work">,
  extension: GroupElement,
  { files, dir }: GeneratedDirectory,
  reporter: Reporter,
): Promise<readonly GeneratedDockerfile[]> {
  const config = await readConfig(files, `${dir}/extend-config.toml`, extension);
  const contexts = await readContexts(files, dir, extension);
  const dockerfiles: GeneratedDockerfile[] = [];
  for (const kind of kinds) {
    const text = await readText(files, `${dir}/${kind}.Dockerfile`, extension);
    if (text === undefined) continue;
    checkText(text, kind, extension, reporter);
    const context = contexts[kind] ?? work.app;
    dockerfiles.push({ extension, kind, text, facts: dockerfileFacts(text), args: config[kind], context });
  }
  return dockerfiles;
}

/**
 * Reads a generated file. A file that is too large to be read is reported as the extension's fault.
 */
const readText = (files: SandboxFiles, file: string, extension: GroupElement): Promise<string | undefined> =>
  files.readText(file).catch((error: Error) => {
    throw invalidOutput(extension, error.message);
  });

function checkText(text: string, kind: ExtendedKind, extension: GroupElement, reporter: Reporter): void {
  const issues = checkDockerfile(text, kind).map((issue) => ({
    ...issue,
    text: `${kind}.Dockerfile:${issue.line}: ${issue.message}`,
  }));
  const errors = issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw invalidOutput(extension, errors.map((issue) => issue.text).join("\n  "));
  const refused = refusedFlags(text).map(
    (flag) => `${kind}.Dockerfile: RUN ${flag}: only mounts of type cache and tmpfs are supported`,
  );
  if (refused.length > 0) throw invalidOutput(extension, refused.join("\n  "));
  for (const issue of issues) reporter.debug(`${nameOf(extension)}: ${issue.text}`);
}

/** Creates the error for an extension with unusable output. */
export const invalidOutput = (extension: GroupElement, why: string, cause?: unknown): CnbError =>
  new CnbError(
    "EXTENSION_OUTPUT_INVALID",
    `extension ${nameOf(extension)} generated output that cannot be applied\n  ${why}`,
    { cause, hint: "Contact the extension's author." },
  );

async function readConfig(files: SandboxFiles, file: string, extension: GroupElement) {
  const text = (await readText(files, file, extension)) ?? "";
  const config = decodeConfig(text, extension);
  const names = kinds.flatMap((kind) => Object.keys(config[kind]));
  const reserved = names.filter((name) => name !== "base_image" && lifecycleArguments.includes(name));
  if (reserved.length === 0) return config;
  throw invalidOutput(extension, `extend-config.toml sets ${reserved.join(", ")}, which only the platform may set`);
}

function decodeConfig(text: string, extension: GroupElement) {
  try {
    return parseExtendConfigToml(text, "extend-config.toml");
  } catch (cause) {
    throw invalidOutput(extension, "extend-config.toml is malformed", cause);
  }
}

/**
 * The context directories that the extension provides, by kind. A Dockerfile without one uses the
 * app.
 */
async function readContexts(
  files: SandboxFiles,
  dir: string,
  extension: GroupElement,
): Promise<Partial<Record<ExtendedKind, string>>> {
  const [shared, build, run] = await Promise.all(
    ["context", "context.build", "context.run"].map(async (name) => {
      const found = await files.find(`${dir}/${name}`);
      return found?.kind === "directory" ? found.hostPath : undefined;
    }),
  );
  if (shared && (build || run))
    throw invalidOutput(extension, "it has a shared directory context in addition to context.build or context.run");
  return defined({ build: build ?? shared, run: run ?? shared });
}
