let users = 0;
let before = 0;

/**
 * Runs `use` with the umask 022, as containers have it: with the caller's one, the user of a sandbox could not read what is made
 * for it, and layers would depend on it.
 */
export async function withOpenUmask<Result>(use: () => Promise<Result>): Promise<Result> {
  if (users++ === 0) before = process.umask(0o022);
  try {
    return await use();
  } finally {
    if (--users === 0) process.umask(before);
  }
}
