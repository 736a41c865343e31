import type { App } from "../app.ts";
import { LibcnbError } from "../errors.ts";
import { decodeProject, type ProjectToml } from "../spec/project-toml.ts";
import { issueLines } from "../spec/schemas/standard-schema.ts";

const file = "project.toml";

/**
 * Reads the app's project.toml; undefined if the app has none. When a buildpack runs, the platform
 * has already applied the settings for files to include or exclude, for buildpacks and for
 * variables. A buildpack can use the app's name, version, licenses, metadata and custom tables.
 *
 * @throws LibcnbError APP_FILE_INVALID, TOML_INVALID
 * @example
 * `const labels = { "org.opencontainers.image.title": (await readProject(app))?.name ?? "app" }`
 */
export async function readProject(app: App): Promise<ProjectToml | undefined> {
  if (!(await app.exists(file))) return undefined;
  const decoding = decodeProject(await app.readToml(file));
  if (decoding.issues === undefined) return decoding.value;
  throw new LibcnbError("APP_FILE_INVALID", `${file} of the application is not valid`, {
    cause: issueLines(decoding.issues.slice(0, 20)).join("; "),
    hint: `Correct ${file}.`,
  });
}
