import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { UserError } from "libcnb";

/**
 * Splits a setting into the arguments of jlink, as a shell does.
 *
 * @throws UserError JAVA_LINK_ARGUMENTS_INVALID
 */
export function argumentsIn(setting: string | undefined): readonly string[] {
  const command = plainCommand(`jlink ${setting ?? ""}`);
  if (command !== undefined) return command.words.slice(1);
  throw new UserError("JAVA_LINK_ARGUMENTS_INVALID", "BP_JVM_JLINK_ARGS is more than plain words", {
    hint: "Write it as for a command line without variables, such as --add-modules java.base,java.logging --strip-debug.",
  });
}
