import { access } from "node:fs/promises";

/** True if a path exists, following all links. False for a path that cannot be accessed. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
