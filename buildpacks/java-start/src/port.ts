/** The file of the layer that contains the name of the framework's port variable. */
export const portVariableFile = "port-variable";

/**
 * Returns the framework's port variable with the port that the platform sets in PORT. Without a
 * valid PORT, no variable is returned, and the app's own configuration applies. If the framework's
 * variable is already set, it does not change.
 *
 * @param name the name of the framework's variable
 */
export const portVariables = (
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const port = env.PORT ?? "";
  return /^\d+$/.test(port) && !env[name] ? { [name]: port } : {};
};
