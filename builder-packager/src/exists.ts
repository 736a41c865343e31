import { access } from "node:fs/promises";

/** True if something is at the path, at the end of all links. What may not be looked at is not there. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
