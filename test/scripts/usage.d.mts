export function usageFor(script: string, args: readonly string[]): string | undefined;
