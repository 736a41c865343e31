import { publicText } from "../registry/public-text.ts";

/** Takes the credentials out of an `.npmrc`; `undefined` when it has none. */
export const withoutCredentials = (npmrc: string): string | undefined => publicText(".npmrc", npmrc);
