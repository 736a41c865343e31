export function movedCaches(
  env: NodeJS.ProcessEnv,
  root: string,
  isWritable?: (dir: string) => boolean,
): { name: string; dir: string; to: string }[];
export function canWrite(dir: string): boolean;
