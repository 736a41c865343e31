import { access } from "node:fs/promises";

/** True if a path exists. All links are followed. False for a path that cannot be accessed. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
