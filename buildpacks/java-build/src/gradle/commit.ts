import type { App } from "libcnb";
import { checkedOutAt } from "../commit.ts";

/** Plugins that write the commit into what is built, or into its version. */
const readers =
  /gradle-git-properties|git-version|axion-release|jgitver|nebula\.(?:nebula-)?release|grgit|reckon|git-versioning|grgitpublish|nemerosa\.versioning/;

/** The app's checked-out commit, if it affects the build result. */
export const commitOf = async (app: App, texts: readonly string[]): Promise<string | undefined> =>
  texts.some((text) => readers.test(text)) ? checkedOutAt(app) : undefined;
