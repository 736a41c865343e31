/**
 * True if a text is `HOST` or `HOST:PORT`. A text with a path or a scheme is not accepted, because
 * it would never match a host.
 */
export const isRegistryHost = (text: string): boolean => /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.test(text);

/** True if a text is `HOST[:PORT][/PREFIX]`, the form of mirrors. */
export const isRegistryMirror = (text: string): boolean => isRegistryHost(text.split("/", 1)[0] ?? "");

/** True if a text names a registry that can have mirrors. `*` stands for all registries. */
export const isMirroredHost = (text: string): boolean => text === "*" || isRegistryHost(text);
