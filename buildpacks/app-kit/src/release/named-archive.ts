import { type ExtractOptions, extractArchive, LibcnbError } from "libcnb";

/**
 * Extracts an archive from a user-defined location. An invalid archive is reported by `refusal`
 * with that location, because the temporary path is meaningless.
 */
export async function extractNamed(
  file: string,
  dir: string,
  { refusal, ...options }: ExtractOptions & { readonly refusal: (cause: string) => Error },
): Promise<void> {
  try {
    await extractArchive(file, dir, options);
  } catch (error) {
    const isNone = error instanceof LibcnbError && error.code === "ARCHIVE_INVALID";
    throw isNone ? refusal("it is damaged, or no archive") : error;
  }
}
