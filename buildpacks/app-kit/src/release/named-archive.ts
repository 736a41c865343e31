import { type ExtractOptions, extractArchive, LibcnbError } from "libcnb";

/**
 * Extracts an archive that was downloaded from a user-defined location. If the archive is invalid,
 * `refusal` creates an error with that location, because the path of the downloaded file is
 * meaningless to the user.
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
    throw isNone ? refusal("it is damaged or not an archive") : error;
  }
}
