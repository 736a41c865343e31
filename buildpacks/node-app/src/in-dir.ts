/** A folder or file of a folder, as a path relative to the app; "" is the app itself, or the folder. */
export const inDir = (dir: string, path: string): string =>
  dir === "" || path === "" ? `${dir}${path}` : `${dir}/${path}`;
