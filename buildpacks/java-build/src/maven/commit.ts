import type { App } from "libcnb";
import { checkedOutAt } from "../commit.ts";
import type { PomFile } from "./modules.ts";

/** Plugins that write the commit into what is built. */
const readers = /git-commit-id|buildnumber-maven-plugin|jgitver|maven-git-versioning|git-code-format|git-build-hook/;

/** The app's checked-out commit, if it affects the build result. */
export const commitOf = async (app: App, poms: readonly PomFile[]): Promise<string | undefined> =>
  poms.some(({ text }) => readers.test(text)) ? checkedOutAt(app) : undefined;
