import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { plain } from "@libcnb/app-kit/failures/last-lines";
import { found, type Sign } from "@libcnb/app-kit/failures/sign";
import type { ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import { toolFailure } from "@libcnb/app-kit/failures/tool-failure";
import { UserError } from "libcnb";

/** Not to be taken for an error: the app does not collect static files. */
const skips: readonly Sign[] = [
  [
    /Unknown command: '?collectstatic/,
    "Static files are not collected: django.contrib.staticfiles is not in INSTALLED_APPS",
  ],
  [
    /without having set the STATIC_ROOT setting/,
    'Static files are not collected: STATIC_ROOT is not set. Set it in the settings, such as STATIC_ROOT = BASE_DIR / "staticfiles", and serve them, such as by WhiteNoise; else pages of the app, as those of its admin, are without styles. BP_DJANGO_COLLECTSTATIC=false is silent about it.',
  ],
];

const variable = [
  /KeyError: ["']([A-Z][A-Z0-9_]*)["']/,
  /ImproperlyConfigured: Set the (\w+) environment variable/,
  /UndefinedValueError: (\w+) not found/,
  /EnvError: Environment variable "(\w+)" not set/,
  /The (SECRET_KEY) setting must not be empty/,
];

type Id =
  | "PYTHON_COLLECTSTATIC_VARIABLE"
  | "PYTHON_COLLECTSTATIC_MODULE"
  | "PYTHON_COLLECTSTATIC_PACKAGE"
  | "PYTHON_COLLECTSTATIC_DATABASE"
  | "PYTHON_COLLECTSTATIC_FILE";

const signs: readonly Sign<Id>[] = [
  ...variable.map((pattern) => [pattern, "PYTHON_COLLECTSTATIC_VARIABLE"] as const),
  [/(ModuleNotFoundError|ImportError): No module named/, "PYTHON_COLLECTSTATIC_MODULE"],
  [
    /could not be found with <|MissingFileError|FileNotFoundError: \[Errno 2\][^\n]*static/,
    "PYTHON_COLLECTSTATIC_FILE",
  ],
  [/OperationalError|could not connect to server|Connection refused|no such table/, "PYTHON_COLLECTSTATIC_DATABASE"],
];

const off = "or set BP_DJANGO_COLLECTSTATIC=false to leave static files as they are";

const explanations: Readonly<Record<Id | "PYTHON_COLLECTSTATIC_FAILED", Explanation>> = {
  PYTHON_COLLECTSTATIC_VARIABLE: {
    when: "the settings need a variable that the build does not have",
    message: "collecting static files failed: the settings of Django need VARIABLE, which is not set in the build",
    hint: `Set it for the build (--env VARIABLE=…; for a secret any value is sufficient); or give it a default in the settings, if it is not a secret; ${off}.`,
  },
  PYTHON_COLLECTSTATIC_MODULE: {
    when: "the settings or apps import what is not installed",
    message: "collecting static files failed: the app imports MODULE, which is not installed",
    hint: `Add the package of MODULE to the app's dependencies; if only development needs it, import it in settings for development; ${off}.`,
  },
  PYTHON_COLLECTSTATIC_PACKAGE: {
    when: "an installed package imports what is not installed",
    message: "collecting static files failed: the installed package PACKAGE imports MODULE, which is not installed",
    hint: `Upgrade PACKAGE to a version that works with this Python and with the packages that it imports; or set an older Python in .python-version or BP_CPYTHON_VERSION; or add the package of MODULE to the app's dependencies; ${off}.`,
  },
  PYTHON_COLLECTSTATIC_FILE: {
    when: "a style sheet or a template names a static file that does not exist",
    message: "collecting static files failed: a file is named that does not exist",
    hint: `Correct the name where it is used, or add the file to a folder of STATICFILES_DIRS or static in an app; ${off}.`,
  },
  PYTHON_COLLECTSTATIC_DATABASE: {
    when: "the app asks a database while it starts, which the build does not have",
    message: "collecting static files failed: the app asks a database while it is loaded, and in a build there is none",
    hint: `Ask it when requests are answered, not in settings, urls.py, models or ready() of an app; ${off}.`,
  },
  PYTHON_COLLECTSTATIC_FAILED: {
    when: "collecting static files fails for another reason",
    message: "collecting static files failed",
    hint: `Run python manage.py collectstatic --noinput where the app is developed, with the variables of the build; ${off}.`,
  },
};

/**
 * The error that explains the failure of `manage.py collectstatic`; some of its errors are not
 * failures, see `reasonToSkip`.
 */
export function collectStaticFailed(end: ToolEnd): UserError {
  const text = plain(end.output);
  const skip = found(skips, text);
  if (skip !== undefined) return new UserError(skipped, skip);
  const sign = found(signs, text) ?? "PYTHON_COLLECTSTATIC_FAILED";
  const importer = importerIn(text);
  const id = sign === "PYTHON_COLLECTSTATIC_MODULE" && importer !== undefined ? "PYTHON_COLLECTSTATIC_PACKAGE" : sign;
  const first = (patterns: readonly RegExp[]) =>
    patterns.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined);
  const words = {
    VARIABLE: first(variable) ?? "a variable",
    MODULE: first([/No module named ["']?([\w.]+)/]) ?? "a module",
    PACKAGE: importer ?? "a package",
  };
  return toolFailure(id, explanations[id], end, { words });
}

/**
 * The installed package whose own code has the import that failed: the last file of the traceback is in it. An app that Django
 * loads by its name, from INSTALLED_APPS, is imported by a file of Python.
 */
function importerIn(text: string): string | undefined {
  const traceback = text.slice(0, text.search(/^(?:ModuleNotFoundError|ImportError): /m));
  const files = Array.from(traceback.matchAll(/^ *File "([^"<][^"]*)", line \d+/gm), ([, file = ""]) => file);
  return /\/site-packages\/([^/]+?)(?:\.py)?(?:\/|$)/.exec(files.at(-1) ?? "")?.[1];
}

const skipped = "PYTHON_COLLECTSTATIC_SKIPPED";

/** The reason to skip static files of an app that is not configured for them. */
export const reasonToSkip = (error: unknown): string | undefined =>
  error instanceof UserError && error.code === skipped ? error.message : undefined;
