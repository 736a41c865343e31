import type { App } from "libcnb";
import { checkedOutAt } from "../commit.ts";

/** Plugins that write the commit into what is built, or into its version. */
const readers =
  /gradle-git-properties|git-version|axion-release|jgitver|nebula\.(?:nebula-)?release|grgit|reckon|git-versioning|grgitpublish|nemerosa\.versioning/;

/** The commit that the app was checked out at, where it decides about the result. */
export const commitOf = async (app: App, texts: readonly string[]): Promise<string | undefined> =>
  texts.some((text) => readers.test(text)) ? checkedOutAt(app) : undefined;
