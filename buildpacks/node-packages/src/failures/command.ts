/** The command that a shell did not find. */
export function unknownCommand(output: string): string | undefined {
  const [, ...names] =
    /(?:^|\n)(?:\/\S*\/)?(?:sh|bash|dash|ash)?(?:: (?:line )?\d+)?(?:: )?([\w@./-]+): (?:command )?not found|command not found: ([\w@./-]+)/.exec(
      output,
    ) ?? [];
  return names.find((name) => name !== undefined);
}
