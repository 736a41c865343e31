import type { Command, Option } from "commander";
import { CnbError } from "../../errors.ts";

/** The options that decide which signatures and rules a command accepts, or with which key it signs. */
const decidingTrust: ReadonlySet<string> = new Set([
  "--certificate-identity",
  "--certificate-oidc-issuer",
  "--identity-token",
  "--key",
  "--key-command",
  "--keyring",
  "--policy",
  "--sign-key",
  "--sign-key-command",
  "--signing-config",
  "--trusted-root",
]);

/**
 * Refuses a second value of the options that decide what a command trusts, unless `--help` marks the
 * option as repeatable. Commander would use the last value, so that a command could verify another
 * identity than the first one. The same value may be repeated. The last value of any other option is
 * used, as by `pack` and `docker`, because scripts override the options of an alias.
 */
export function refuseSecondValues(command: Command): void {
  for (const option of command.options) if (takesOneValue(option)) refuseSecondValue(command, option);
}

const takesOneValue = ({ long, description }: Option): boolean =>
  decidingTrust.has(long ?? "") && !/\brepeatable\b/.test(description);

function refuseSecondValue(command: Command, option: Option): void {
  let first: string | undefined;
  command.on(`option:${option.name()}`, (value: string | null) => {
    const second = value ?? "";
    first ??= second;
    if (second !== first) throw severalValues(option.long ?? option.flags, [first, second]);
  });
}

const severalValues = (flag: string, values: readonly string[]): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `${flag} has one value, but two are given: ${values.map((value) => JSON.stringify(value)).join(" and ")}`,
    { hint: `Pass ${flag} once. --help marks the options that can be repeated.` },
  );
