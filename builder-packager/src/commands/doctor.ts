import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import type { Check } from "../doctor/diagnose.ts";
import { waitingLine } from "../waiting.ts";

/**
 * `cnb doctor`: checks whether this machine can build images, and prints how to install or
 * configure missing parts. The exit code is 1 if images cannot be built.
 */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("check whether this machine can build images, and print how to install what is missing")
    .option("--json", "print JSON: facts, checks, and whether this machine can build images")
    .action(async ({ json = false }: { readonly json?: boolean }, command: Command) =>
      doctor(json, contextOf(command)),
    );
}

async function doctor(json: boolean, { env, stdout, reporter }: CommandContext): Promise<void> {
  const [{ gatherFacts }, { diagnose }] = await Promise.all([
    import("../doctor/gather.ts"),
    import("../doctor/diagnose.ts"),
  ]);
  const facts = await gatherFacts(env, waitingLine(reporter));
  const { canBuild, checks } = diagnose(facts);
  stdout.write(json ? `${JSON.stringify({ canBuild, checks, facts }, null, 2)}\n` : asText(canBuild, checks));
  if (!canBuild) process.exitCode = 1;
}

const marks: Readonly<Record<Check["status"], string>> = { ok: "ok", warning: "WARN", failed: "FAIL", absent: "no" };

function asText(canBuild: boolean, checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, message, advice }) => [
    `${marks[status].padEnd(4)}  ${name.padEnd(width)}  ${message}`,
    ...(advice === undefined || status === "ok" ? [] : [`${" ".repeat(width + 8)}${advice}`]),
  ]);
  return `${lines.join("\n")}\n\n${canBuild ? "Images can be built on this machine." : "Images cannot be built on this machine."}\n`;
}
