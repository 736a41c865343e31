/** The environment variables of a container. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A function that prints a warning. */
export type Warn = (text: string) => void;

/** The environment variables that configure a container, and the output of warnings about them. */
export interface Settings {
  readonly env: Environment;
  readonly warn: Warn;
}

/** The words for true and false. They are those of Go, which users of Paketo's buildpacks know. */
const words = { true: /^(1|t|T|true|TRUE|True)$/, false: /^(|0|f|F|false|FALSE|False)$/ };

/**
 * True if a variable is set to `true`. A value other than `true` and `false` is treated as `false`
 * and causes a warning.
 */
export function isOn(name: string, { env, warn }: Settings): boolean {
  const value = env[name] ?? "";
  if (words.true.test(value)) return true;
  if (!words.false.test(value)) warn(`${name} is treated as false: true or false is expected`);
  return false;
}

/**
 * Returns the whole number in a variable. If the number is outside of the range, returns undefined
 * and warns.
 */
export function numberIn(
  name: string,
  [least, most]: readonly [number, number],
  { env, warn }: Settings,
): number | undefined {
  const value = env[name] ?? "";
  if (value === "") return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  if (number !== undefined && number >= least && number <= most) return number;
  warn(`${name} is ignored: a whole number from ${least} to ${most} is expected`);
  return undefined;
}
