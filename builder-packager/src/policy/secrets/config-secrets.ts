import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { Secret } from "../facts/facts.ts";
import { isSecretVariable, secretsIn } from "./patterns.ts";

/** The longest value of a variable or label that is searched. */
const longest = 1024 * 1024;

/** Returns the secrets in the environment variables, the labels and the history of an image. */
export function configSecrets(image: Image): readonly Secret[] {
  const { config } = image;
  const variables = (config.config?.Env ?? []).map((entry): readonly [string, string] => {
    const equals = entry.indexOf("=");
    return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return [
    ...variables.flatMap(([name, value]) => secretAt(`env ${name}`, name, value)),
    ...Object.entries(labelsOf(image)).flatMap(([name, value]) => secretAt(`label ${name}`, nameOfLabel(name), value)),
    ...(config.history ?? []).flatMap(({ created_by = "", comment = "" }) =>
      secretsIn(`${created_by}\n${comment}`.slice(0, longest)).map((kind) => ({ kind, location: "history" })),
    ),
  ];
}

/** Labels of the specifications contain JSON and names. The names in them do not indicate secrets. */
const nameOfLabel = (name: string): string => (/^(io\.buildpacks|org\.opencontainers)\./.test(name) ? "" : name);

function secretAt(location: string, name: string, value: string): readonly Secret[] {
  const text = value.slice(0, longest);
  const [kind] = secretsIn(text);
  if (kind !== undefined) return [{ kind, location }];
  return isSecretVariable(name, text) ? [{ kind: "a secret", location }] : [];
}
