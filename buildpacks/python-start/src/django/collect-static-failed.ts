import { UserError } from "libcnb";
import { explainFailure, type FailureTable, type FailureText, plainOutput, type ToolEnd } from "libcnb/kit";

/** Errors of an app that is not configured to collect static files. */
const skips: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: /Unknown command: '?collectstatic/,
    message: "Static files are not collected: django.contrib.staticfiles is not in INSTALLED_APPS",
  },
  {
    pattern: /without having set the STATIC_ROOT setting/,
    message:
      'Static files are not collected, because STATIC_ROOT is not set: pages such as the Django admin have no styles. Set STATIC_ROOT = BASE_DIR / "staticfiles" in the settings, and serve the files, for example with WhiteNoise. To turn this warning off, set BP_DJANGO_COLLECTSTATIC=false.',
  },
];

const missingVariables = [
  /KeyError: ["']([A-Z][A-Z0-9_]*)["']/,
  /ImproperlyConfigured: Set the (\w+) environment variable/,
  /UndefinedValueError: (\w+) not found/,
  /EnvError: Environment variable "(\w+)" not set/,
];

const off = "To build without collecting static files, set BP_DJANGO_COLLECTSTATIC=false.";

const failures = {
  PYTHON_COLLECTSTATIC_VARIABLE: {
    when: "the settings need a variable that the build does not have",
    message:
      "collecting static files failed: the Django settings need the environment variable VARIABLE, which is not set in the build",
    hint: `Set it for the build with --env VARIABLE=…; for a secret, any value is sufficient. If it is not a secret, the settings can give it a default instead. ${off}`,
  },
  PYTHON_COLLECTSTATIC_SECRET: {
    when: "the setting SECRET_KEY is empty in the build",
    message: "collecting static files failed: the Django setting SECRET_KEY is empty in the build",
    hint: `Set the environment variable that the settings read for SECRET_KEY, with --env NAME=…; any value is sufficient for the build. ${off}`,
  },
  PYTHON_COLLECTSTATIC_MODULE: {
    when: "the settings or apps import a module that is not installed",
    message: "collecting static files failed: the app imports MODULE, which is not installed",
    hint: `Add the package that provides MODULE to the app's dependencies. If only development needs MODULE, import it only in the development settings. ${off}`,
  },
  PYTHON_COLLECTSTATIC_PACKAGE: {
    when: "an installed package imports a module that is not installed",
    message: "collecting static files failed: the installed package PACKAGE imports MODULE, which is not installed",
    hint: `Upgrade PACKAGE to a version that supports the Python and the packages of this build. Otherwise set an older Python in .python-version or BP_CPYTHON_VERSION, or add the package that provides MODULE to the app's dependencies. ${off}`,
  },
  PYTHON_COLLECTSTATIC_FILE: {
    when: "a style sheet or a template names a static file that does not exist",
    message: "collecting static files failed: a style sheet or template names a file that does not exist",
    hint: `Correct the name in the style sheet or template, or add the file to a directory in STATICFILES_DIRS or to the directory static of a Django app. ${off}`,
  },
  PYTHON_COLLECTSTATIC_DATABASE: {
    when: "the app queries a database while it loads, and the build has no database",
    message: "collecting static files failed: the app queries a database while it loads, and the build has no database",
    hint: `Query the database in request handlers, not in the settings, in urls.py, in models or in ready() of a Django app. ${off}`,
  },
  PYTHON_COLLECTSTATIC_FAILED: {
    when: "collecting static files fails for another reason",
    message: "collecting static files failed (ENDING)",
    hint: `To reproduce the failure, run python manage.py collectstatic --noinput on your machine with the environment variables of the build. ${off}`,
  },
} as const satisfies Readonly<Record<string, FailureText>>;

const table: FailureTable<keyof typeof failures> = {
  failures,
  patterns: [
    ...missingVariables.map((pattern) => ({ code: "PYTHON_COLLECTSTATIC_VARIABLE", pattern }) as const),
    { code: "PYTHON_COLLECTSTATIC_SECRET", pattern: /The SECRET_KEY setting must not be empty/ },
    { code: "PYTHON_COLLECTSTATIC_MODULE", pattern: /(ModuleNotFoundError|ImportError): No module named/ },
    {
      code: "PYTHON_COLLECTSTATIC_FILE",
      pattern: /could not be found with <|MissingFileError|FileNotFoundError: \[Errno 2\][^\n]*static/,
    },
    {
      code: "PYTHON_COLLECTSTATIC_DATABASE",
      pattern: /OperationalError|could not connect to server|Connection refused|no such table/,
    },
  ],
  fallback: "PYTHON_COLLECTSTATIC_FAILED",
  placeholders: {
    VARIABLE: { patterns: missingVariables, fallback: "a variable" },
    MODULE: { patterns: [/No module named ["']?([\w.]+)/], fallback: "a module" },
    PACKAGE: { patterns: [importerIn], fallback: "a package" },
  },
};

/**
 * Creates the error that explains why `manage.py collectstatic` failed. For some of these errors,
 * the build continues without static files: see `reasonToSkip`.
 */
export function collectStaticFailed(end: ToolEnd): UserError {
  const output = plainOutput(end.output);
  const skip = skips.find(({ pattern }) => pattern.test(output));
  if (skip !== undefined) return new UserError(skipped, skip.message);
  const isOfPackage = importerIn(output) !== undefined;
  return explainFailure(table, end, {
    output,
    instead: isOfPackage ? { PYTHON_COLLECTSTATIC_MODULE: "PYTHON_COLLECTSTATIC_PACKAGE" } : {},
  });
}

/**
 * The installed package whose own code has the import that failed: the last file of the traceback is
 * in it. An app that Django loads by its name, from INSTALLED_APPS, is imported by a file of Python.
 */
function importerIn(text: string): string | undefined {
  const traceback = text.slice(0, text.search(/^(?:ModuleNotFoundError|ImportError): /m));
  const files = Array.from(traceback.matchAll(/^ *File "([^"<][^"]*)", line \d+/gm), ([, file = ""]) => file);
  return /\/site-packages\/([^/]+?)(?:\.py)?(?:\/|$)/.exec(files.at(-1) ?? "")?.[1];
}

const skipped = "PYTHON_COLLECTSTATIC_SKIPPED";

/**
 * Returns the reason to continue without static files, if the error shows that the app is not
 * configured for them; otherwise `undefined`.
 */
export const reasonToSkip = (error: unknown): string | undefined =>
  error instanceof UserError && error.code === skipped ? error.message : undefined;
