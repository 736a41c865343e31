/** The environment variables of a container. */
export type Environment = Readonly<Record<string, string | undefined>>;
