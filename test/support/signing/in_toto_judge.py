"""Judges signed statements with in-toto's libraries of PyPI.

Reads one JSON document from standard input: the public key in PEM, and a list of sigstore bundles with
the SHA-256 of their subjects. Writes a list: the predicate type of each accepted bundle, else null.
"""

import base64
import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement, statement_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey


def judge(key: SSlibKey, text: str, digest: str) -> str:
    envelope = json.loads(text)["dsseEnvelope"]
    for signature in envelope["signatures"]:
        signature.setdefault("keyid", key.keyid)  # optional in DSSE
    dsse = Envelope.from_dict(envelope)
    dsse.verify([key], 1)
    if dsse.payload_type != "application/vnd.in-toto+json":
        raise ValueError("not a statement")
    content = statement.Statement.copy_from_pb(json_format.Parse(dsse.payload, statement_pb2.Statement()))
    if content.pb.HasField("predicate") and not content.pb.predicate.fields:
        content.pb.predicate["empty"] = True  # the library takes the empty predicate of a signature for a missing one
    content.validate()
    if all(subject.digest.get("sha256") != digest for subject in content.pb.subject):
        raise ValueError("another subject")
    if content.pb.predicate_type == "https://slsa.dev/provenance/v1":
        predicate = json_format.MessageToJson(content.pb.predicate)
        json_format.Parse(predicate, provenance_pb2.Provenance())  # refuses unknown fields
    return content.pb.predicate_type


request = json.load(sys.stdin)
key = SSlibKey.from_crypto(load_pem_public_key(request["key"].encode()))
results = []
for bundle in request["bundles"]:
    try:
        results.append(judge(key, base64.b64decode(bundle["content"]).decode(), bundle["digest"]))
    except Exception:  # each defect has its own kind of error
        results.append(None)
json.dump(results, sys.stdout)
