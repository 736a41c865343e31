/** The line of a file behind which everything is written by a command. */
const marker = (command: string): string => `# Written by \`${command}\`; do not edit the lines below.\n`;

/**
 * Replaces the generated part of a text. The generated part begins at a marker line that names
 * `command`. Without a marker line, the part is appended.
 */
export function withWrittenPart(text: string, command: string, written: string): string {
  const [head = ""] = text.split(marker(command));
  return `${head.trimEnd()}\n\n${marker(command)}\n${written}`;
}
