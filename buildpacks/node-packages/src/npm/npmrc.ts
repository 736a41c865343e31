import { publicText } from "../registry/public-text.ts";

/** Removes the credentials from an `.npmrc`; `undefined` if there are none. */
export const withoutCredentials = (npmrc: string): string | undefined => publicText(".npmrc", npmrc);
