# Certificate authorities of bindings, for a Python that runs in a container.
import os

LARGEST = 1024**2
MOST = 1000
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

# Where distributions have the authorities that everybody trusts.
SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def text_of(path):
    """The text of a regular file; empty if there is none, or if it is larger than any bundle. Never waits, as reading a pipe would."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), encoding="latin-1") as file:
            return file.read(LARGEST + 1) if 0 < os.fstat(file.fileno()).st_size <= LARGEST else ""
    except OSError:
        return ""


def names_in(path):
    """Directories that Kubernetes swaps behind links have names with two dots."""
    try:
        return sorted(name for name in os.listdir(path) if not name.startswith(".."))[:MOST]
    except OSError:
        return []


def entries_of(binding):
    """The files of a binding of that type; the second layout is that of the first, deprecated, extension for bindings."""
    is_of_type = lambda file: text_of(os.path.join(binding, file)).strip().lower() == "ca-certificates"
    if is_of_type("type"):
        return [os.path.join(binding, name) for name in names_in(binding) if name not in ("type", "provider")]
    if is_of_type("metadata/kind"):
        return [os.path.join(binding, "secret", name) for name in names_in(os.path.join(binding, "secret"))]
    return []


def blocks_of(text):
    """The certificates of a text, and nothing else: a private key that lies beside them goes nowhere."""
    parts = [part.partition(END) for part in text.split(BEGIN)[1:]]
    return [f"{BEGIN}{body}{end}" for body, end, _ in parts if end and "-----" not in body]


def certificates_of(bindings, warn):
    found = []
    for path in [path for name in names_in(bindings) for path in entries_of(os.path.join(bindings, name))]:
        blocks = blocks_of(text_of(path))
        if not blocks:
            warn(f"{path} is ignored: it contains no PEM certificate")
        found += blocks
    return found


def written(text, dirs):
    import tempfile

    for each in dirs:
        try:
            path = os.path.join(tempfile.mkdtemp(prefix="ca-certificates-", dir=each), "bundle.pem")
            with open(path, "x", encoding="latin-1") as file:
                file.write(text)
            return path
        except OSError:  # read-only: the next one
            pass
    return None


def variables(env, bindings, warn, system=SYSTEM, dirs=(os.environ.get("TMPDIR") or "/tmp", "/dev/shm")):
    """What tells Python and its libraries to trust the authorities of bindings as well as those of the system. What the user has set stays."""
    if env.get("SSL_CERT_FILE"):
        return {}
    found = certificates_of(bindings, warn)
    if not found:
        return {}
    trusted = next((text for text in map(text_of, system) if text), "")
    path = written("\n".join([trusted.strip(), *found, ""]).lstrip(), dirs)
    if path is None:
        warn("no directory is writable: the certificates from bindings are not used")
        return {}
    # requests has authorities of its own, which a file that names only those of bindings would take from it
    names = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] if trusted else ["SSL_CERT_FILE"]
    return {name: path for name in names if not env.get(name)}
