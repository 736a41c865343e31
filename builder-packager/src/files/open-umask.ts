let users = 0;
let before = 0;

/**
 * Calls `use` with the umask 022, which is the umask in containers. With the caller's umask, the
 * user of a sandbox might not be able to read the created files, and layers would depend on the
 * umask.
 */
export async function withOpenUmask<Result>(use: () => Promise<Result>): Promise<Result> {
  if (users++ === 0) before = process.umask(0o022);
  try {
    return await use();
  } finally {
    if (--users === 0) process.umask(before);
  }
}
