import type { Env } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";

/** The secret texts: passwords in bindings, variables, and URLs. */
export function secretsOf(env: Env, indexes: readonly PackageIndex[], texts: readonly string[]): readonly string[] {
  const variables = Object.entries(env).flatMap(([name, value = ""]) =>
    isSecret.test(name) && !isSwitch.test(value) ? [value] : passwordsIn(value),
  );
  const ofIndexes = indexes.map(({ password }) => password ?? "");
  const ofFiles = texts.flatMap((text) => [...passwordsIn(text), ...netrcPasswords(text)]);
  const all = [...variables, ...ofIndexes, ...ofFiles].flatMap((each) => [each, encodeURIComponent(each)]);
  // hiding every "a" would hide nothing
  return [...new Set(all)].filter((each) => each.length >= 4);
}

const isSecret = /TOKEN|PASSW|SECRET|CREDENTIAL/i;

// TOKENIZERS_PARALLELISM=true: nothing else that is true is to be hidden
const isSwitch = /^(true|false|none|null|auto)$/i;

function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(/https?:\/\/([^/?#\s"'<>@]*)@/gi)].flatMap(([, login = ""]) => {
    const [user = "", ...password] = login.split(":");
    // a token may stand alone before the host
    const secret = password.length > 0 ? password.join(":") : user;
    return /^\$\{.*\}$|^git$/.test(secret) ? [] : [secret];
  });
}

const netrcPasswords = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\s)password\s+(\S+)/g)].map(([, password = ""]) => password);
