/** The name of a package or extra in the one spelling that all are compared by (PEP 503): `ruamel-yaml` for `Ruamel.YAML`. */
export const normalizedName = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();
