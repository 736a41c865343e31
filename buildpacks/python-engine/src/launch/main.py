# Runs before each process of the image. Whatever fails, the app must start.
import os
import sys

import certificates
import limits


def warn(text):
    try:
        os.write(2, f"WARNING: {text}\n".encode())
    except OSError:
        pass  # nobody listens


def toml(values):
    """Names of files may have any character."""
    quoted = lambda value: "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in value)
    return "".join(f'{name} = "{quoted(str(value))}"\n' for name, value in values.items()).encode()


def found_by(find):
    try:
        return find()
    except Exception as error:
        warn(f"cannot set some environment variables for the app: {error}")
        return {}


def run(root=""):
    bindings = os.environ.get("SERVICE_BINDING_ROOT") or f"{root}/platform/bindings"
    values = {
        **found_by(lambda: limits.of_container(os.environ, root)),
        **found_by(lambda: certificates.variables(os.environ, bindings, warn)),
    }
    try:
        os.write(3, toml(values))
    except OSError as error:
        warn(f"cannot adapt the app to the limits of the container: {error}")


# The launcher gives no arguments; tests name the root of a system.
if __name__ == "__main__":
    run(*sys.argv[1:])
