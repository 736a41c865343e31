import { access } from "node:fs/promises";

/** True if a path exists, following all links. A path without access counts as missing. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
