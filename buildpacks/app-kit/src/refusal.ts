import { type App, LibcnbError, type s, UserError } from "libcnb";
import { defined } from "./defined.ts";

/** A directory of the app, and the files in it that a check reads. */
export interface CheckedDirectory {
  readonly app: App;
  readonly dir: string;
}

/**
 * Runs a later buildpack's check of the app's files already during detect. If the check fails, the
 * error is returned as metadata of the requirement for the language runtime, such as Node.js. The
 * buildpack that provides the runtime then ends the build before it downloads anything. The
 * metadata is empty if the check passes, or if it fails with an unexpected error.
 *
 * @param check the check, which throws the error that would otherwise end the later build
 */
export async function refusalOf({ app, dir }: CheckedDirectory, check: () => Promise<unknown>): Promise<s.Table> {
  try {
    await check();
    return {};
  } catch (error) {
    const isOfFiles = error instanceof LibcnbError && error.code.startsWith("APP_FILE_");
    // any other error is the later buildpack's to report
    if (!(error instanceof UserError || isOfFiles)) return {};
    const { code, message, hint, cause } = error;
    const words = { code, message, hint, cause: cause instanceof Error ? cause.message : cause };
    const texts = Object.entries(words).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return { refusal: { ...Object.fromEntries(texts), dir, files: [...(await app.list(dir || "."))] } };
  }
}

/**
 * Ends the build if the metadata of a requirement contains the error of a later buildpack. If the
 * file names in the checked directory have changed since detect, the metadata is ignored, because
 * an earlier buildpack may have created the missing file. The later buildpack then runs its check
 * again.
 *
 * @throws UserError
 */
export async function checkRefusals(app: App, entries: readonly { readonly metadata: s.Table }[]): Promise<void> {
  for (const { metadata } of entries) {
    const { code, message, hint, cause, dir, files } = (metadata["refusal"] ?? {}) as s.Table;
    if (typeof code !== "string" || typeof message !== "string" || typeof dir !== "string") continue;
    const names = await app.list(dir || ".");
    if (JSON.stringify(files) !== JSON.stringify(names)) continue;
    throw new UserError(
      code,
      message,
      defined({
        hint: typeof hint === "string" ? hint : undefined,
        cause: typeof cause === "string" ? cause : undefined,
      }),
    );
  }
}
