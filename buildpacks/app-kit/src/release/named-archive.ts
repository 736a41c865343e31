import { type ExtractOptions, extractArchive, LibcnbError } from "libcnb";

/**
 * Extracts an archive from a place that somebody named. What is no archive is told by `refusal`, which knows that name: where the
 * file lies meanwhile says nothing to anybody.
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
