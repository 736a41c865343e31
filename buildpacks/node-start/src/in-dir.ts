/** A path in a folder, relative to the app; the folder "" is the app itself. */
export const inDir = (dir: string, path: string): string => (dir === "" ? path : `${dir}/${path}`);
