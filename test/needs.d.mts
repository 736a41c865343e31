export interface Need {
  readonly for: string;
  readonly packages?: readonly string[];
  readonly command?: string;
  readonly tier?: "all";
  readonly isPresent?: () => boolean;
}
export const needs: Readonly<Record<string, Need>>;
export function isPresent(name: string): boolean;
export function installCommand(names: readonly string[]): string | undefined;
